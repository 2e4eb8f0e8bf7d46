package inbound

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/slackbot/identity"
)

// commandName is the shape that an app's manifest allows.
var commandName = pattern.Upto(32, `^/[^\s/]+$`)

// Command is one slash command, as Slack sent it.
type Command struct {
	identity.Identity
	Name string // with its slash, such as /stop-desktop
	Text string // all behind the name, as typed; ParseAt reads it
}

// IsSSLCheck says whether a body is Slack's question whether the certificate is
// good. Such a request need not be signed, so it must do nothing: it is answered
// with an empty 200, whatever else is in it. Only the value 1 asks; anything
// else is a command that must be signed.
func IsSSLCheck(body []byte) bool {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return false
	}
	asked := form["ssl_check"]
	return len(asked) == 1 && asked[0] == "1"
}

// ParseCommand reads the form of a slash command from the raw body, after its
// signature was verified. The error is an *core.Error with code Invalid; its
// cause names fields and never their values.
func ParseCommand(body []byte) (Command, error) {
	form, err := parseForm(body)
	if err != nil {
		return Command{}, malformed(err)
	}
	c := Command{Name: form.Get("command"), Text: form.Get("text"), Identity: identity.Identity{
		AppID: form.Get("api_app_id"), TeamID: form.Get("team_id"), EnterpriseID: form.Get("enterprise_id"),
		UserID: form.Get("user_id"), ChannelID: form.Get("channel_id"), TriggerID: form.Get("trigger_id"),
		// Only members of a workspace that has the app can give the command, so
		// its user is at home there.
		UserTeamID:  form.Get("team_id"),
		ResponseURL: core.Secret(form.Get("response_url")), IsEnterpriseInstall: form.Get("is_enterprise_install") == "true",
	}}
	faults := c.Faults()
	if !commandName.MatchString(c.Name) {
		faults = append(faults, "command")
	}
	if !identity.TeamID.MatchString(c.TeamID) {
		faults = append(faults, "team_id")
	}
	if v, sent := form["is_enterprise_install"]; sent && v[0] != "true" && v[0] != "false" {
		faults = append(faults, "is_enterprise_install")
	}
	if len(faults) > 0 {
		return Command{}, malformed(errors.New("missing or not of Slack's form: " + strings.Join(faults, ", ")))
	}
	return c, nil
}

// parseForm reads a body as a form, whole or not at all. It never looks at a
// query string, which Slack does not sign. A field that comes twice is refused:
// whoever reads the first and whoever reads the last would see two requests.
func parseForm(body []byte) (url.Values, error) {
	if len(body) == 0 {
		return nil, errors.New("the body is empty")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errors.New("the body is not a form") // Its own text quotes the body.
	}
	for name, values := range form {
		if len(values) > 1 {
			return nil, errors.New("a field of the form comes twice")
		}
		if !utf8.ValidString(name) || !utf8.ValidString(values[0]) {
			return nil, errors.New("the form is not UTF-8")
		}
	}
	return form, nil
}

// malformed is what a person sees of a request that Slack would not send.
func malformed(cause error) error {
	return &core.Error{Code: core.Invalid, Message: "Slack's request could not be read, so nothing was done. Try again; if it happens again, tell whoever keeps this app.", Cause: cause}
}
