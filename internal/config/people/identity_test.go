package people

import (
	_ "embed"
	"fmt"
	"testing"

	"stopdesktops/internal/config/document/documenttest"
	"stopdesktops/internal/pattern"
)

func TestBadIdentity(t *testing.T) {
	const (
		people = "People: and Slack users with their end users' ids, such as T012ABCD0/U012ALICE: alice"
		person = "want a Slack workspace and user id, such as T012ABCD0/U012ALICE"
		user   = "want an end user's id (EndUserId): one line of at most 128 characters"
	)
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "f:1:1: found nothing; want " + people},
		{"a list", "- alice", "f:1:1: found a list; want " + people},
		{"no People", "{}", "f:1:1: People is missing; want " + people},
		{"a list of people", "People: [alice]", "f:1:9: found a list; want " + people},
		{"without the workspace", "People: {U012ALICE: alice}", `f:1:10: found "U012ALICE"; ` + person},
		{"a name", "People: {T012ABCD0/alice: alice}", `f:1:10: found "T012ABCD0/alice"; ` + person},
		{"a bot", "People: {T012ABCD0/B012ALICE: alice}", `f:1:10: found "T012ABCD0/B012ALICE"; ` + person},
		{"one more slash", "People: {T012ABCD0/U012ALICE/x: alice}", `f:1:10: found "T012ABCD0/U012ALICE/x"; ` + person},
		{"several end users", "People: {T012ABCD0/U012ALICE: [alice, bob]}", "f:1:31: found a list; " + user},
		{"no end user", "People: {T012ABCD0/U012ALICE: }", "f:1:31: found nothing; " + user},
		{"an end user of two lines", "People: {T012ABCD0/U012ALICE: \"a\\nb\"}", `f:1:31: found "a\nb"; ` + user},
		{"twice", "People:\n  T012ABCD0/U012ALICE: alice\n  T012ABCD0/U012ALICE: bob\n", `f:3:3: found "T012ABCD0/U012ALICE", which line 2 has already; want each key once`},
	} {
		t.Run(c.name, func(t *testing.T) {
			byFile, problems := ParseIdentity("f", []byte(c.text))
			if byFile != nil || problems.Error() != c.want {
				t.Errorf("people %v and\n%s\nwant\n%s", byFile, problems, c.want)
			}
		})
	}
}

// goodIdentity has somebody of each kind.
//
//go:embed testdata/identity.yaml
var goodIdentity string

func TestGoodIdentity(t *testing.T) {
	byFile, problems := ParseIdentity("f", []byte(goodIdentity))
	if want := "map[{T012ABCD0 U012ALICE}:alice {T012ABCD0 W012BOB00}:bob@example.com {T999ABCD0 U012ALICE}:4711]"; len(problems) > 0 || fmt.Sprint(byFile) != want {
		t.Errorf("people %v, problems %v; want %s", byFile, problems, want)
	}
	for _, c := range []struct{ team, user, want string }{{"T012ABCD0", "W012BOB00", "bob@example.com"}, {"T999ABCD0", "W012BOB00", ""}, {"T012ABCD0", "", ""}} {
		if got := byFile.Of(c.team, c.user); got != c.want {
			t.Errorf("%s/%s is %q, want %q", c.team, c.user, got, c.want)
		}
	}
	if empty, problems := ParseIdentity("f", []byte("People: {}")); empty == nil || len(problems) > 0 {
		t.Errorf("people %v, problems %v; want nobody, who is somebody's decision", empty, problems)
	}
}

// FuzzIdentity looks for a file that makes the parser panic or hang, and for a
// person or an end user of a wrong shape.
func FuzzIdentity(f *testing.F) {
	for _, s := range []string{"", goodIdentity, "People: {}", "People: {T012ABCD0/U012ALICE: ~}", "People: {? T012ABCD0/U012ALICE : true}", "People: {\"T012ABCD0/U012ALICE\\n\": a}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		byFile, problems := ParseIdentity("f", []byte(text))
		documenttest.InPlace(t, problems)
		for person, user := range byFile {
			if len(problems) > 0 || !teamShape.MatchString(person.Team) || !userShape.MatchString(person.User) || !(pattern.Line{Most: endUserMost}).MatchString(user) {
				t.Errorf("%v as %q is let through", person, user)
			}
		}
	})
}
