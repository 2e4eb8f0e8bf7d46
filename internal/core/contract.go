package core

// Contract is which of the two StopDesktops operations a request goes to.
type Contract string

const (
	// Admin is API version 2020-09-30: it acts for the account.
	Admin Contract = "admin"
	// Client is API version 2020-10-02: it acts for one end user's client.
	Client Contract = "client"
)
