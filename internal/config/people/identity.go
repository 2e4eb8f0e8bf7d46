package people

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/pattern"
)

// SlackUser is a Slack user of a workspace. User ids are only unique within
// one.
type SlackUser struct{ Team, User string }

// EndUsers says which Slack user is which end user, by his id (EndUserId). Nil is
// no identity.yaml.
type EndUsers map[SlackUser]string

// Of returns the end user that somebody of a workspace is, or nothing.
func (e EndUsers) Of(team, user string) string { return e[SlackUser{team, user}] }

// Shapes of Slack's ids of workspaces and users. A user of Enterprise Grid has a
// W.
var (
	teamShape = pattern.Name{Least: 9, Most: 21, Prefix: "T", Rest: "A-Z0-9"}
	userShape = pattern.Name{Least: 9, Most: 21, First: "UW", Rest: "A-Z0-9"}
)

// endUserMost is the most characters of an end user's id, as in a request.
const endUserMost = 128

const (
	wantIdentity = "People: and Slack users with their end users' ids, such as T012ABCD0/U012ALICE: alice"
	wantPerson   = "a Slack workspace and user id, such as T012ABCD0/U012ALICE"
	wantEndUser  = "an end user's id (EndUserId): one line of at most 128 characters"
)

// ParseIdentity reads identity.yaml.
func ParseIdentity(name string, text []byte) (EndUsers, mistake.Problems) {
	d, root := document.Parse(name, text, wantIdentity)
	if root == nil {
		return nil, d.Problems
	}
	users := EndUsers{}
	if fields := d.Fields(root, wantIdentity, "People"); fields != nil {
		if n := d.Required(root, fields, "People", wantIdentity); n != nil {
			for key, value := range d.Entries(n, wantIdentity) {
				team, user, _ := strings.Cut(key.Value, "/")
				switch {
				case !teamShape.MatchString(team) || !userShape.MatchString(user):
					d.Wrong(key, wantPerson)
				case value.Kind != yaml.ScalarNode || value.ShortTag() == "!!null" || !(pattern.Line{Most: endUserMost}).MatchString(value.Value):
					d.Wrong(value, wantEndUser)
				default:
					users[SlackUser{team, user}] = value.Value
				}
			}
		}
	}
	if len(d.Problems) > 0 {
		return nil, d.Problems
	}
	return users, nil
}
