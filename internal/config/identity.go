package config

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/pattern"
)

// SlackPerson is a Slack user of a workspace. User ids are only unique within
// one.
type SlackPerson struct{ Team, User string }

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

// parseIdentity reads identity.yaml.
func parseIdentity(file File) (map[SlackPerson]string, mistake.Problems) {
	d, root := document.Parse(file.Name, file.Text, wantIdentity)
	if root == nil {
		return nil, d.Problems
	}
	people := map[SlackPerson]string{}
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
					people[SlackPerson{team, user}] = value.Value
				}
			}
		}
	}
	if len(d.Problems) > 0 {
		return nil, d.Problems
	}
	return people, nil
}
