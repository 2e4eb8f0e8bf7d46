package message

// What the conversation with the double of Slack, which is made of other packages
// as well, is told: the messages of the tests in here.
var (
	SampleView    = view
	SampleReport  = report
	FleetMessages = fleetMessages
)
