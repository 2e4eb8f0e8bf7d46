package people

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/config/document/documenttest"
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern/patterntest"
)

func TestBadGroups(t *testing.T) {
	const (
		groups  = "Groups: and operators, oncall, owners or helpdesk, each with a list of people"
		members = "want a list of people, or [] for nobody"
		member  = "want a Slack user such as T012ABCD0/U012ALICE, a Slack user group such as T012ABCD0/S012ONCALL, or operator:<name> for somebody at a terminal"
		names   = "want one of operators, oncall, owners, helpdesk"
	)
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "# later", "f:1:1: found nothing; want " + groups},
		{"a list", "- oncall", "f:1:1: found a list; want " + groups},
		{"no Groups", "{}", "f:1:1: Groups is missing; want " + groups},
		{"a list of groups", "Groups: [oncall]", "f:1:9: found a list; want " + groups},
		{"another key", "Groups: {}\nGroup: {}", `f:2:1: found the key "Group"; want Groups`},
		{"an unknown group", "Groups: {admins: []}", `f:1:10: found "admins"; ` + names},
		{"a group in capitals", "Groups: {Oncall: []}", `f:1:10: found "Oncall"; ` + names},
		{"a group twice", "Groups:\n  oncall: []\n  oncall: []\n", `f:3:3: found "oncall", which line 2 has already; want each key once`},
		{"one member, no list", "Groups: {oncall: T012ABCD0/U012ALICE}", `f:1:18: found "T012ABCD0/U012ALICE"; ` + members},
		{"nobody", "Groups: {oncall: }", "f:1:18: found nothing; " + members},
		{"a name", "Groups: {oncall: [alice]}", `f:1:19: found "alice"; ` + member},
		{"a name with an at", "Groups: {oncall: ['@alice']}", `f:1:19: found "@alice"; ` + member},
		{"a user without the workspace", "Groups: {oncall: [U012ALICE]}", `f:1:19: found "U012ALICE"; ` + member},
		{"a workspace without a user", "Groups: {oncall: [T012ABCD0]}", `f:1:19: found "T012ABCD0"; ` + member},
		{"a bot", "Groups: {oncall: [T012ABCD0/B012ALICE]}", `f:1:19: found "T012ABCD0/B012ALICE"; ` + member},
		{"a channel", "Groups: {oncall: [T012ABCD0/C012ALICE]}", `f:1:19: found "T012ABCD0/C012ALICE"; ` + member},
		{"one more slash", "Groups: {oncall: [T012ABCD0/U012ALICE/x]}", `f:1:19: found "T012ABCD0/U012ALICE/x"; ` + member},
		{"small letters", "Groups: {oncall: [T012ABCD0/u012alice]}", `f:1:19: found "T012ABCD0/u012alice"; ` + member},
		{"a sender", "Groups: {oncall: ['sender:jira']}", `f:1:19: found "sender:jira"; ` + member},
		{"an operator without a name", "Groups: {oncall: ['operator:']}", `f:1:19: found "operator:"; ` + member},
		{"an operator with a space", "Groups: {oncall: ['operator:a b']}", `f:1:19: found "operator:a b"; ` + member},
		{"an operator with a slash", "Groups: {oncall: ['operator:T012ABCD0/U012ALICE']}", `f:1:19: found "operator:T012ABCD0/U012ALICE"; ` + member},
		{"an operator as a key", "Groups: {oncall: [operator: bob]}", "f:1:19: found keys and values; " + member},
		{"a member that is nothing", "Groups: {oncall: [~]}", "f:1:19: found nothing; " + member},
		{"a list in the list", "Groups: {oncall: [[T012ABCD0/U012ALICE]]}", "f:1:19: found a list; " + member},
		{"a member twice", "Groups:\n  oncall:\n  - T012ABCD0/U012ALICE\n  - T012ABCD0/U012ALICE\n", `f:4:5: found "T012ABCD0/U012ALICE", which is on line 3 already; want each member once`},
		{"all at once", "Groups:\n  admins: []\n  oncall: [alice, 'operator:']\n  owners: bob\n",
			`f:2:3: found "admins"; ` + names + "\n" + `f:3:12: found "alice"; ` + member + "\n" + `f:3:19: found "operator:"; ` + member + "\n" + `f:4:11: found "bob"; ` + members},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, problems := ParseGroups("f", []byte(c.text))
			if problems.Error() != c.want {
				t.Errorf("got\n%s\nwant\n%s", problems, c.want)
			}
			if g.people != nil || g.slack != nil || g.names != nil {
				t.Errorf("groups beside problems: %+v", g)
			}
		})
	}
}

const goodGroups = `Groups:
  operators: [T012ABCD0/U012ALICE, "operator:bob", E012ABCD0/W012CAROL]
  oncall: [T012ABCD0/S012ONCALL, T012ABCD0/U012ALICE, "operator:bob@example.com"]
  owners: [T012ABCD0/S012ONCALL]
  helpdesk: []
`

func TestGoodGroups(t *testing.T) {
	g, problems := ParseGroups("f", []byte(goodGroups))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		door core.Door
		name string
		want string
	}{
		{core.Slack, "T012ABCD0/U012ALICE", "[operators oncall]"},
		{core.Slack, "E012ABCD0/W012CAROL", "[operators]"},
		{core.Slack, "T999ABCD0/U012ALICE", "[]"}, // another workspace's user of the same id
		{core.Slack, "T012ABCD0/S012ONCALL", "[]"},
		{core.Slack, "U012ALICE", "[]"},
		{core.Slack, "bob", "[]"},
		{core.Terminal, "bob", "[operators]"},
		{core.Terminal, "bob@example.com", "[oncall]"},
		{core.Terminal, "T012ABCD0/U012ALICE", "[]"},
		{core.Webhook, "bob", "[]"}, // senders and timers are in no group
		{core.Timer, "bob", "[]"},
	} {
		if got := fmt.Sprint(g.Of(c.door, c.name)); got != c.want {
			t.Errorf("%s:%s is in %s, want %s", c.door, c.name, got, c.want)
		}
	}
	if got := fmt.Sprint(g.SlackGroups()); got != "map[T012ABCD0/S012ONCALL:[oncall owners]]" {
		t.Errorf("Slack's groups are %s", got)
	}
	// What is given away may be kept and changed.
	g.SlackGroups()["T012ABCD0/S012ONCALL"][0] = "operators"
	g.Of(core.Terminal, "bob")[0] = "owners"
	if fmt.Sprint(g.SlackGroups(), g.Of(core.Terminal, "bob")) != "map[T012ABCD0/S012ONCALL:[oncall owners]] [operators]" {
		t.Error("a caller has changed the groups")
	}
	if g, problems := ParseGroups("f", []byte("Groups: {}")); g.people == nil || len(problems) > 0 {
		t.Errorf("groups %v, problems %v; want nobody, which is somebody's decision", g, problems)
	}
}

// FuzzGroups looks for a file that makes the parser panic or hang, for a member
// of a wrong shape, and for somebody in a group that policies do not know.
func FuzzGroups(f *testing.F) {
	for _, s := range []string{"", goodGroups, "Groups: {}", "Groups: {oncall: [~]}", "Groups: &a {oncall: [*a]}", "Groups: {? oncall : ['operator:a']}",
		"Groups: {oncall: [\"T012ABCD0/U012ALICE\\n\"]}", "Groups: {oncall: [operator:x, 'operator:x']}", "Groups: {oncall: [0x1f, 1e400, .inf]}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, problems := ParseGroups("f", []byte(text))
		documenttest.InPlace(t, problems)
		if len(problems) > 0 && (g.people != nil || g.slack != nil || g.names != nil) {
			t.Error("groups beside problems")
		}
		in := func(groups []string) {
			for i, name := range groups {
				if !slices.Contains(groupNames, name) || slices.Contains(groups[:i], name) {
					t.Errorf("in groups %q", groups)
				}
			}
		}
		for person, groups := range g.people {
			if in(groups); !homeShape.MatchString(person.Team) || !userShape.MatchString(person.User) {
				t.Errorf("person %v is let through", person)
			}
		}
		for name, groups := range g.names {
			if in(groups); !operatorShape.MatchString(name) {
				t.Errorf("operator %q is let through", name)
			}
		}
		for _, group := range slices.Collect(maps.Keys(g.slack)) {
			in(g.slack[group])
			if home, id, _ := strings.Cut(group, "/"); !homeShape.MatchString(home) || !subteamShape.MatchString(id) {
				t.Errorf("group %q is let through", group)
			}
		}
	})
}

func TestShapeOfOperators(t *testing.T) {
	patterntest.Same(t, `^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`, operatorShape)
}

func TestValidOperator(t *testing.T) {
	for name, want := range map[string]bool{"alice": true, "a": true, "Alice.B@example.com": true, "7of9": true, "": false, "alice smith": false, "-alice": false,
		"al\nice": false, `corp\alice`: false, "alice/bob": false, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false} {
		if ValidOperator(name) != want {
			t.Errorf("%q: %t", name, !want)
		}
	}
}
