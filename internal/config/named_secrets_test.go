package config

import (
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// namedSenders are two senders with two secrets between them.
const namedSenders = `Senders:
- {Name: tickets, Scheme: bearer, Secrets: [TICKETS_IN], May: [read]}
- {Name: others, Scheme: bearer, Secrets: [OTHERS_IN], May: [read]}
`

// TestNamedSecrets: a sender's secret is a variable of its own or a member of
// SENDER_SECRETS, never both, and none is shown.
func TestNamedSecrets(t *testing.T) {
	const one, two = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	for _, c := range []struct {
		name, named, own string // own is the variable TICKETS_IN
		senders          string
		want             string
	}{
		{"both named", `{"TICKETS_IN": "` + one + `", "OTHERS_IN": "` + two + `"}`, "", namedSenders, ""},
		{"one named", `{"OTHERS_IN": "` + two + `"}`, one, namedSenders, ""},
		{"in both", `{"TICKETS_IN": "` + one + `", "OTHERS_IN": "` + two + `"}`, one, namedSenders,
			"/code/config/senders.yaml:2:45: found the variable TICKETS_IN, which is set and stands in SENDER_SECRETS as well; want one of the two"},
		{"misspelt", `{"TICKETS_INN": "` + one + `", "OTHERS_IN": "` + two + `"}`, "", namedSenders,
			"/code/config/senders.yaml:2:45: found the variable TICKETS_IN, which is not set or empty; want one that holds a secret, or a secret of that name in SENDER_SECRETS; that has TICKETS_INN"},
		{"of one value", `{"TICKETS_IN": "` + one + `", "OTHERS_IN": "` + one + `"}`, "", namedSenders,
			"/code/config/senders.yaml:3:44: found the variable OTHERS_IN, which holds the same secret as TICKETS_IN; want another secret in each variable"},
		{"no JSON", one, "", namedSenders, wantNamed("something else than a JSON object, which is not shown")},
		{"a list", `["` + one + `"]`, "", namedSenders, wantNamed("something else than a JSON object, which is not shown")},
		{"cut off", `{"TICKETS_IN": "` + one + `"`, "", namedSenders, wantNamed("a JSON object that does not end, which is not shown")},
		{"two of them", `{"TICKETS_IN": "` + one + `"} {}`, "", namedSenders, wantNamed("more than one JSON object, which is not shown")},
		{"a secret for a name", `{"` + one + `": "TICKETS_IN"}`, "", namedSenders, wantNamed("something that is no name, which is not shown")},
		{"a number", `{"TICKETS_IN": 12345678}`, "", namedSenders, wantNamed("no text for name 1")},
		{"broken by a line", "{\"A\": \"" + two + "\",\n\"TICKETS_IN\": \"" + one + "\n\"}", "", namedSenders,
			"SENDER_SECRETS: found a line break inside the text of name 2; want each text on one line; \\n stands for a line break that belongs to a secret"},
		{"a break behind what is no text", "{\"TICKETS_IN\":\n" + `12, "B": "` + one + "\n\"}", "", namedSenders, wantNamed("no text for name 1")},
		{"a text that never ends", `{"TICKETS_IN": "` + one + `\"`, "", namedSenders, wantNamed("no text for name 1")},
		{"empty", `{"TICKETS_IN": " "}`, "", namedSenders, wantNamed("no text for name 1")},
		{"twice", `{"TICKETS_IN": "` + one + `", "TICKETS_IN": "` + two + `"}`, "", namedSenders, wantNamed("name 2 a second time")},
	} {
		t.Run(c.name, func(t *testing.T) {
			vars, files := good(), goodFiles()
			vars["SENDER_SECRETS"], vars["TICKETS_IN"] = c.named, c.own
			if delete(files, "senders.yaml"); c.senders != "" {
				files["senders.yaml"] = c.senders
			}
			got, err := load(vars, files)
			switch {
			case c.want != "":
				if err == nil || err.Error() != c.want {
					t.Errorf("Load says\n%v\nwant\n%s", err, c.want)
				}
				if err != nil && (strings.Contains(err.Error(), one) || strings.Contains(err.Error(), two)) {
					t.Error("a secret is shown")
				}
			case err != nil:
				t.Error(err)
			case got.Senders[0].Secrets[0] != core.Secret(one) || got.Senders[1].Secrets[0] != core.Secret(two):
				t.Error("the senders have other secrets")
			}
		})
	}
}

func wantNamed(found string) string {
	return "SENDER_SECRETS: found " + found + `; want a JSON object of names and secrets such as {"TICKETS_IN": "...", "TICKETS_OUT": "..."}, each name once, in capitals`
}

// TestUnreadSecrets: a secret that nobody reads opens nothing, and keeps nobody from
// starting.
func TestUnreadSecrets(t *testing.T) {
	const secret = "0123456789abcdef0123456789abcdef"
	for senders, want := range map[string]string{
		"": "SENDER_SECRETS holds 2 names that no sender of senders.yaml reads",
		"Senders:\n- {Name: tickets, Scheme: bearer, Secrets: [TICKETS_IN], May: [read]}\n": "SENDER_SECRETS holds 1 name that no sender of senders.yaml reads",
	} {
		vars, files := good(), goodFiles()
		vars["SENDER_SECRETS"] = `{"TICKETS_IN": "` + secret + `", "OLD_IN": "` + strings.ToUpper(secret) + `"}`
		if senders != "" {
			files["senders.yaml"] = senders
		}
		c, err := load(vars, files)
		if err != nil || !slices.Contains(c.Warnings, want) {
			t.Errorf("with %q: %v and the warnings %q, want %q", senders, err, c.Warnings, want)
		}
	}
}

// TestSlipAway: away from a deployment a name that is not set is no mistake, and one of
// SENDER_SECRETS that resembles it is shown.
func TestSlipAway(t *testing.T) {
	source := sourceOf(map[string]string{"CONFIG_DIR": "config", "SENDER_SECRETS": `{"TICKETS_INN": "0123456789abcdef0123456789abcdef", "QQQ": "x"}`},
		map[string]string{"policy.cedar": goodPolicy, "senders.yaml": namedSenders})
	source.Absent = func(string) {}
	c, err := Load(source)
	if want := "SENDER_SECRETS holds 2 names that no sender of senders.yaml reads: TICKETS_INN instead of TICKETS_IN"; err != nil || !slices.Contains(c.Warnings, want) {
		t.Errorf("%v and the warnings %q, want %q", err, c.Warnings, want)
	}
}
