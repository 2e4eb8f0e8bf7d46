package ecd

import (
	"net/http"
	"slices"
	"time"
)

// EndUserToken is a logon credential of an end user. The vendor's LoginToken
// lives for 15 minutes.
type EndUserToken struct {
	Token     string
	EndUserID string
	Expires   time.Time // zero: never
}

// endUser finds out for whom a client call acts. One live token is enough, and
// the LoginToken goes before the SessionToken. anyDesktop means that it acts
// for the account: its signature was enough.
func (c *call) endUser() (id string, anyDesktop bool, e *apiError) {
	given := false
	for _, credential := range []struct {
		param string
		live  []EndUserToken
	}{
		{"LoginToken", c.opts.LoginTokens},
		{"SessionToken", c.opts.SessionTokens},
	} {
		token := c.args.text[credential.param]
		if token == "" {
			continue
		}
		given = true
		for _, t := range credential.live {
			if t.Token == token && (t.Expires.IsZero() || c.now.Before(t.Expires)) {
				return t.EndUserID, false, nil
			}
		}
	}
	if !given && c.opts.SignatureSuffices && c.principal != nil {
		// The client version documents no RAM action. Acting on any desktop of
		// the account without one would be a hole in the double, so the admin
		// version's is asked.
		if !c.principal.Allowed(stopAction, "*") {
			return "", false, noPermission(c.principal, stopAction)
		}
		return "", true, nil
	}
	return "", false, &apiError{status: http.StatusBadRequest, code: c.opts.LoginRefusal, message: "The logon credential is missing, unknown or expired. Log on again."}
}

// mayUse reports whether a desktop is assigned to the end user.
func (m *machine) mayUse(endUserID string) bool {
	return slices.Contains(m.fixed.EndUserIDs, endUserID)
}
