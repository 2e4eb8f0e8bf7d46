package settings

import (
	"fmt"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/pattern"
)

// helpMost is the most characters of HELP_CONTACT: a line of a message.
const helpMost = 200

// Identity is how a Slack user is known to be an end user of desktops.
type Identity string

// Nobody owns a desktop in Slack unless the deployment says how that is known.
const (
	IdentityNone  Identity = "none"
	IdentityEmail Identity = "email"            // the end user's id is the Slack e-mail address
	IdentityLocal Identity = "email-local-part" // ... or its part before the @
	IdentityFile  Identity = "file"             // identity.yaml says it
)

// People is how Slack users are known, and whom they may ask.
type People struct {
	Identity    Identity
	HelpContact string
}

func (p *People) variables() []variable {
	return []variable{
		{Variable{Name: "SLACK_IDENTITY", Default: string(IdentityNone), Want: "none, email, email-local-part or file",
			Doc: "How a Slack user is known to be an end user: by the e-mail address, its part before the @, or identity.yaml; an unmapped one owns nothing."},
			setWord(&p.Identity, map[string]Identity{"none": IdentityNone, "email": IdentityEmail, "email-local-part": IdentityLocal, "file": IdentityFile})},
		p.help(),
	}
}

func (p *People) help() variable {
	return variable{Variable{Name: "HELP_CONTACT", Want: fmt.Sprintf("one line of at most %d printable characters", helpMost),
		Doc: "Whom a refused person may ask, such as #it-help."}, setLine(&p.HelpContact, helpMost)}
}

// setLine takes one line of text for people.
func setLine(dst *string, most int) func(string) []fault {
	return func(value string) []fault {
		if !(pattern.Line{Most: most}).MatchString(value) {
			return []fault{{mistake.Quote(value), ""}}
		}
		return setText(dst)(value)
	}
}
