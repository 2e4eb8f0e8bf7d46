package senders

import (
	"reflect"
	"strings"
	"testing"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern/patterntest"
	"stopdesktops/internal/ticket"
)

// secretsOfTest are the variables that senders of these tests may name. No
// message may show a value.
var secretsOfTest = map[string]string{
	"A_SECRET": "hunter2-of-the-first-sender", "A_OLD": "hunter2-of-the-first-sender-before", "B_SECRET": "hunter2-of-the-second-sender",
	"C_SECRET": "hunter2-of-the-callback\n", "SAME_SECRET": "hunter2-of-the-first-sender", "BLANK": " \n",
}

var worldOfTest = World{
	Lookup: func(name string) string { return secretsOfTest[name] },
	Rules:  core.Rules{Regions: []string{"cn-hangzhou", "cn-beijing"}},
	Hosts:  []string{"tickets.example.com", "127.0.0.1:8080"},
}

func sendersOf(text string) ([]Sender, mistake.Problems) {
	return Parse("f", []byte(text), worldOfTest)
}

// sender is senders.yaml with one sender, whose other lines are given.
func sender(lines string) string { return "Senders:\n- Name: a\n" + lines }

const (
	githubLines   = "  Scheme: github\n  Secrets: [A_SECRET]\n  May: [stop]\n"
	freshLine     = "  Freshness: issue.updated_at\n"
	requestBlock  = "  Request:\n    RegionId: =cn-hangzhou\n    DesktopId: {Path: issue.body, Find: true}\n"
	callbackBlock = "  Callback:\n    URL: https://tickets.example.com/rest/{{.Ticket}}\n    Auth: bearer\n    Secrets: [C_SECRET]\n    Ticket: issue.number\n    Body: '{\"text\":\"done\"}'\n"
	goodLines     = githubLines + freshLine + requestBlock + callbackBlock
)

func TestBadSenders(t *testing.T) {
	const (
		path     = `a gjson path of keys, indexes, # for every item and #(key=="text") for the one item, such as issue.fields.description`
		list     = "a list of senders, or [] for none"
		keys     = "Name, Scheme, Header, Secrets, May, Delivery, Freshness, Request, Channel, CostCentre, Callback"
		scheme   = "one of basic, bearer, github, gitlab, header, jira-cloud, pagerduty, sha256, standard-webhooks, zendesk"
		may      = "a list of stop, halt, freeze, preview, read, why"
		secrets  = "a list of the names of environment variables that hold its live secrets, such as [TICKETS_SECRET]"
		variable = "the name of an environment variable, or of a secret in SENDER_SECRETS: up to 64 capitals, digits and underscores, beginning with a letter"
		header   = "the name of a header: up to 64 letters, digits and dashes, beginning with a letter"
		mapping  = "fields of a request, each with a path or a constant such as =StopCharging"
		url      = "an https URL without user and fragment, or http on a literal loopback address"
		name     = "1 to 40 lower-case letters, digits and dashes"
	)
	with := func(old, replacement string) string {
		text := sender(goodLines)
		if strings.Count(text, old) != 1 {
			t.Fatalf("%q is there %d times", old, strings.Count(text, old))
		}
		return strings.Replace(text, old, replacement, 1)
	}
	request := func(lines string) string { return with(requestBlock, "  Request:\n"+lines) }
	for _, c := range []struct{ name, text, want string }{
		{"no YAML", "Senders: [", `f:2:1: is not YAML: did not find expected node content, while parsing a flow node of line 2`},
		{"a list", "- Name: a", `f:1:1: found a list; want Senders: and a list of senders`},
		{"no Senders", "{}", `f:1:1: Senders is missing; want ` + list},
		{"no list", "Senders: a", `f:1:10: found "a"; want ` + list},
		{"a word for a sender", "Senders: [a]", `f:1:11: found "a"; want a sender: ` + keys},
		{"an empty sender", "Senders: [{}]", "f:1:11: Name is missing; want " + name + "\nf:1:11: Scheme is missing; want " + scheme +
			"\nf:1:11: Secrets is missing; want " + secrets + "\nf:1:11: May is missing; want " + may},
		{"unknown key", sender(goodLines + "  Chanel: C024BE91L\n"), `f:16:3: found the key "Chanel"; want Channel`},

		{"capitals in a name", with("Name: a", "Name: Jira"), `f:2:9: found "Jira"; want ` + name},
		{"the name of POST /stop", with("Name: a", "Name: webhook"), `f:2:9: found "webhook", which is the sender of POST /stop; want another name`},
		{"a name twice", "Senders:\n- {Name: a, Scheme: bearer, Secrets: [A_SECRET], May: [read]}\n- {Name: a, Scheme: bearer, Secrets: [B_SECRET], May: [read]}\n",
			`f:3:10: found "a", which is the name of the sender on line 2; want another name`},
		{"unknown scheme", with("Scheme: github", "Scheme: hmac"), `f:3:11: found "hmac"; want ` + scheme},

		{"no secret", with("[A_SECRET]", "[]"), `f:4:12: found a list; want ` + secrets},
		{"one secret, no list", with("[A_SECRET]", "A_SECRET"), `f:4:12: found "A_SECRET"; want ` + secrets},
		{"the secret itself", with("[A_SECRET]", "[hunter2-of-the-first-sender]"), `f:4:13: found something that is not shown; want ` + variable},
		{"a variable that is not set", with("[A_SECRET]", "[A_SECRET, NOWHERE]"), `f:4:23: found the variable NOWHERE, which is not set or empty; want one that holds a secret, or a secret of that name in SENDER_SECRETS`},
		{"a blank variable", with("[A_SECRET]", "[BLANK]"), `f:4:13: found the variable BLANK, which is not set or empty; want one that holds a secret, or a secret of that name in SENDER_SECRETS`},
		{"the cloud's own", with("[A_SECRET]", "[ALIBABA_CLOUD_ACCESS_KEY_SECRET]"), `f:4:13: found the variable ALIBABA_CLOUD_ACCESS_KEY_SECRET, which is not a sender's; want a variable of its own, such as TICKETS_SECRET`},
		{"the product's own", with("[C_SECRET]", "[STATE_KEY]"), `f:13:15: found the variable STATE_KEY, which is not a sender's; want a variable of its own, such as TICKETS_SECRET`},
		{"a variable twice", with("[C_SECRET]", "[A_SECRET]"), `f:13:15: found the variable A_SECRET, which line 4 has already; want another secret in each place`},
		{"a value twice", with("[C_SECRET]", "[SAME_SECRET]"), `f:13:15: found the variable SAME_SECRET, which holds the same secret as A_SECRET; want another secret in each variable`},

		{"may nothing", with("May: [stop]", "May: []"), `f:5:8: found a list; want ` + may},
		{"may everything", with("May: [stop]", "May: [stop, all]"), `f:5:15: found "all"; want ` + may},
		{"may twice", with("May: [stop]", "May: [stop, stop]"), `f:5:15: found stop again; want each word once`},

		{"header beside github", sender(goodLines + "  Header: X-A\n"), `f:16:11: found Header beside scheme github; want no Header: it knows its own`},
		{"no header", with("Scheme: github", "Scheme: sha256"), `f:2:3: Header is missing; want ` + header},
		{"bad header", with("Scheme: github", "Scheme: sha256\n  Header: 'X A'"), `f:4:11: found "X A"; want ` + header},

		{"stop without freshness", with(freshLine, ""), `f:5:8: May holds stop, but scheme github proves no time, so what was captured once could be sent again for ever; want Freshness: the path of a time in the body`},
		{"stop by a token without id and time", sender("  Scheme: basic\n  Secrets: [A_SECRET]\n  May: [freeze, preview]\n"), `f:5:8: May holds freeze, but scheme basic proves neither id nor time; want Delivery: Idempotency-Key or a path, or Freshness: the path of a time in the body`},
		{"id of another", with(freshLine, freshLine+"  Delivery: Idempotency-Key\n"), `f:7:13: found the header Idempotency-Key beside scheme github, which does not sign it; want a path of the body, or no Delivery: then the bytes of the body are the id`},
		{"id beside Standard Webhooks", sender("  Scheme: standard-webhooks\n  Secrets: [A_SECRET]\n  May: [stop]\n  Delivery: Idempotency-Key\n"), `f:6:13: found Delivery beside scheme standard-webhooks; want no Delivery: the scheme signs an id of its own`},
		{"no request of a fixed body", with(requestBlock, ""), `f:2:3: Request is missing; want ` + mapping},
		{"a path and no request", sender("  Scheme: bearer\n  Secrets: [A_SECRET]\n  May: [stop]\n  Delivery: id\n"), `f:2:3: Request is missing; want ` + mapping},

		{"bad path of an id", with(freshLine, freshLine+"  Delivery: a..b\n"), `f:7:13: found "a..b" (a key is missing, in step 2); want Idempotency-Key, or ` + path},
		{"a modifier", with("issue.updated_at", "'@this.x'"), `f:6:14: found "@this.x" ("@" does not begin a key, in step 1); want ` + path},
		{"a wildcard", with("issue.updated_at", "'issue.*'"), `f:6:14: found "issue.*" ("*" does not begin a key, in step 2); want ` + path},
		{"a pipe", with("issue.updated_at", "'issue|x'"), `f:6:14: found "issue|x" (a dot must stand behind step 1); want ` + path},
		{"a count", with("issue.updated_at", "'issue.#'"), `f:6:14: found "issue.#" (it ends in #, which counts the items; name what is wanted of each); want ` + path},
		{"another query", with("issue.updated_at", `'a.#(b>"c").d'`), `f:6:14: found "a.#(b>\"c\").d" (a query is not of the form #(key=="text"), in step 2); want ` + path},

		{"request that is a word", with(requestBlock, "  Request: all\n"), `f:7:12: found "all"; want ` + mapping},
		{"request without a desktop", request("    RegionId: =cn-hangzhou\n"), `f:8:5: fills none of DesktopId, Select and All, so every request would be refused`},
		{"unknown field", request("    Desktops: x\n"), `f:8:5: Desktops is no field that a ticket can fill; those are ` + strings.Join(ticket.Fields(), ", ")},
		{"a token", request("    DesktopId: x\n    LoginToken: y\n"), `f:9:5: LoginToken cannot come from a ticket: an end user's token does not travel in a ticket`},
		{"bad path of a field", request("    DesktopId: 'a.{b}'\n"), `f:8:5: DesktopId is at "a.{b}" ("{" does not begin a key, in step 2); want ` + path + `, or a constant behind an equal sign`},
		{"an empty constant", request("    DesktopId: x\n    Reason: '='\n"), `f:9:5: Reason is an empty constant; leave the line out or give a value`},
		{"a constant of another type", request("    DesktopId: x\n    DryRun: =yes\n"), `f:9:5: DryRun is "yes"; want true or false`},
		{"a constant nobody knows", request("    DesktopId: x\n    StoppedMode: =Off\n"), `f:9:5: StoppedMode is "Off"; want one of StopCharging, KeepCharging`},
		{"a region of others", request("    DesktopId: x\n    RegionId: =cn-shanghai\n"), `f:9:5: RegionId is "cn-shanghai"; this deployment serves cn-hangzhou, cn-beijing`},
		{"found elsewhere", request("    DesktopId: x\n    RegionId: {Path: y, Find: true}\n"), `f:9:5: RegionId cannot be found in a text; Find is for DesktopId with a path`},
		{"optional word of a selection", request("    Select: {EndUserId: {Path: y, Optional: true}}\n"), `f:8:14: Select.EndUserId cannot be optional: a request without it might reach more; Optional is for Reason, OsUpdate, StoppedMode, ClientOS, ClientVersion, Uuid with a path`},
		{"a region without its sign", request("    RegionId: cn-hangzhou\n    DesktopId: a\n"), `f:8:5: RegionId is the path cn-hangzhou of the sender's body; did you mean =cn-hangzhou?`},
		{"another region without its sign", request("    RegionId: ap-southeast-1\n    DesktopId: a\n"), `f:8:5: RegionId is the path ap-southeast-1 of the sender's body; did you mean =ap-southeast-1?`},
		{"a region of a selection", request("    Select: {Tag: a, RegionId: cn-shanghai-finance-1}\n"), `f:8:22: Select.RegionId is the path cn-shanghai-finance-1 of the sender's body; did you mean =cn-shanghai-finance-1?`},
		{"a region spelt out as a path", request("    RegionId: {Path: cn-beijing}\n    DesktopId: a\n"), `f:8:5: RegionId is the path cn-beijing of the sender's body; did you mean =cn-beijing?`},
		{"a list for a rule", request("    DesktopId: [a, b]\n"), `f:8:16: found a list; want a path, a constant behind an equal sign, or Path with Find or Optional`},
		{"a rule without a path", request("    DesktopId: {Find: true}\n"), `f:8:16: Path is missing; want ` + path},
		{"a rule of another key", request("    DesktopId: {Path: a, find: true}\n"), `f:8:26: found the key "find"; want Find`},
		{"Find that is a word", request("    DesktopId: {Path: a, Find: 'yes'}\n"), `f:8:32: found "yes"; want true or false`},
		{"a field twice", request("    DesktopId: a\n    DesktopId: b\n"), `f:9:5: found the key DesktopId again; want each key once`},
		{"a field without a value", request("    DesktopId:\n"), `f:8:15: found nothing; want a path, a constant behind an equal sign, or Path with Find or Optional`},

		{"bad channel", sender(goodLines + "  Channel: ops\n"), `f:16:12: found "ops"; want a Slack channel id, C... or G..., as at the end of the channel's details`},
		{"cost centre of two lines", sender(goodLines + "  CostCentre: \"a\\nb\"\n"), `f:16:15: found "a\nb"; want one line of at most 128 characters`},

		{"empty callback", with(callbackBlock, "  Callback: {}\n"), "f:10:13: URL is missing; want " + url + "\nf:10:13: Auth is missing; want one of standard-webhooks, header, bearer, basic\nf:10:13: Secrets is missing; want " + secrets +
			"\nf:10:13: Ticket is missing; want the path of the ticket's id in the sender's body\nf:10:13: Body is missing; want the template of the answer"},
		{"host not allowed", with("https://tickets.example.com/", "https://example.org/"), `f:11:10: found the host "example.org"; want a host that callbacks may go to: tickets.example.com, 127.0.0.1:8080`},
		{"port not allowed", with("https://tickets.example.com/", "https://tickets.example.com:8443/"), `f:11:10: found the host "tickets.example.com:8443"; want a host that callbacks may go to: tickets.example.com, 127.0.0.1:8080`},
		{"host of a template", with("https://tickets.example.com/", "'https://{{.Ticket}}/' #"), `f:11:10: found "https://{{.Ticket}}/"; want ` + url},
		{"plain http", with("https://tickets.example.com/", "http://tickets.example.com/"), `f:11:10: found "http://tickets.example.com/rest/{{.Ticket}}"; want ` + url},
		{"a password in the URL", with("https://tickets.example.com/", "https://a:hunter2@tickets.example.com/"), `f:11:10: found a URL with a user or a fragment, which is not shown; want ` + url},
		{"bad auth", with("Auth: bearer", "Auth: oauth"), `f:12:11: found "oauth"; want one of standard-webhooks, header, bearer, basic`},
		{"auth without its header", with("Auth: bearer", "Auth: header"), `f:11:5: Header is missing; want ` + header},
		{"two tokens", with("[C_SECRET]", "[C_SECRET, B_SECRET]"), `f:13:14: found 2 variables; want one: only standard-webhooks can prove itself by several at once`},
		{"bad path of the ticket", with("Ticket: issue.number", "Ticket: issue."), `f:14:13: found "issue." (a key is missing, in step 2); want ` + path},
		{"no body", with(`'{"text":"done"}'`, "' '"), `f:15:11: found " "; want the template of the answer, of at most 16384 bytes`},

		{"everything at once", "Senders:\n- {Name: A, Scheme: x, Secrets: [NOWHERE], May: [go], Freshness: '', Channel: ops}\n- {Name: b, Scheme: bearer, Secrets: [A_SECRET], May: [stop]}\n",
			`f:2:10: found "A"; want ` + name + "\n" + `f:2:21: found "x"; want ` + scheme + `
f:2:34: found the variable NOWHERE, which is not set or empty; want one that holds a secret, or a secret of that name in SENDER_SECRETS
f:2:50: found "go"; want ` + may + `
f:2:66: found "" (it is empty); want ` + path + `
f:2:79: found "ops"; want a Slack channel id, C... or G..., as at the end of the channel's details
f:3:55: May holds stop, but scheme bearer proves neither id nor time; want Delivery: Idempotency-Key or a path, or Freshness: the path of a time in the body`},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, problems := sendersOf(c.text)
			if found != nil || problems.Error() != c.want {
				t.Errorf("senders %v and\n%s\nwant\n%s", found, problems, c.want)
			}
			if strings.Contains(problems.Error(), "hunter2") {
				t.Error("a secret is shown")
			}
		})
	}
}

func TestGoodSenders(t *testing.T) {
	found, problems := sendersOf(sender("  Scheme: github\n  Secrets: [A_SECRET, A_OLD]\n  May: [stop, preview]\n"+freshLine+requestBlock+
		"    StoppedMode: {Path: issue.mode, Optional: true}\n    Except: {Tag: '=keep=yes'}\n"+callbackBlock+"  Channel: C024BE91L\n  CostCentre: IT-4711\n") +
		"- {Name: b, Scheme: basic, Secrets: [B_SECRET], May: [stop], Delivery: Idempotency-Key}\n")
	want := []Sender{{
		Name: "a", Scheme: "github", Secrets: []core.Secret{core.Secret(secretsOfTest["A_SECRET"]), core.Secret(secretsOfTest["A_OLD"])},
		SecretsAt: []SecretAt{{"A_SECRET", "f:4:13", false}, {"A_OLD", "f:4:23", false}},
		May:       []string{"stop", "preview"}, Freshness: "issue.updated_at", Channel: "C024BE91L", CostCentre: "IT-4711",
		Request: ticket.Mapping{"RegionId": {From: "=cn-hangzhou"}, "DesktopId": {From: "issue.body", Find: true},
			"StoppedMode": {From: "issue.mode", Optional: true}, "Except.Tag": {From: "=keep=yes"}},
		Callback: &Callback{URL: "https://tickets.example.com/rest/{{.Ticket}}", Auth: "bearer", Secrets: []core.Secret{"hunter2-of-the-callback"},
			Ticket: "issue.number", Body: `{"text":"done"}`, SecretsAt: []SecretAt{{"C_SECRET", "f:15:15", false}}},
	}, {Name: "b", Scheme: "basic", Secrets: []core.Secret{core.Secret(secretsOfTest["B_SECRET"])}, May: []string{"stop"}, Delivery: "Idempotency-Key",
		SecretsAt: []SecretAt{{"B_SECRET", "f:20:38", false}}}}
	if len(problems) > 0 || !reflect.DeepEqual(found, want) {
		t.Errorf("got %+v\nwant %+v\nproblems %v", found, want, problems)
	}
}

// A sender that only looks needs neither time nor id.
func TestASenderThatChangesNothing(t *testing.T) {
	if _, problems := sendersOf(sender("  Scheme: sha256\n  Header: X-Sum\n  Secrets: [A_SECRET]\n  May: [preview, read, why]\n")); len(problems) > 0 {
		t.Error(problems)
	}
}

// TestKeysLikeRegions: what only resembles a region is a key of the body, and so is
// what is written out as a path.
func TestKeysLikeRegions(t *testing.T) {
	for _, path := range []string{"my-region", "eu-region", "us-west", "issue.cn-hangzhou", "cn-hangzhou.region", "{Path: eu-west-1}"} {
		text := strings.Replace(sender(goodLines), "RegionId: =cn-hangzhou", "RegionId: "+path, 1)
		if _, problems := sendersOf(text); len(problems) > 0 {
			t.Errorf("%s: %v", path, problems)
		}
	}
}

func TestSendersWhereRegionsAreNotKnown(t *testing.T) {
	world := worldOfTest
	world.Rules.Regions, world.AnyRegion = nil, true
	if _, problems := Parse("f", []byte(sender(goodLines)), world); len(problems) > 0 {
		t.Errorf("the file is blamed: %v", problems)
	}
}

func TestEmptySenders(t *testing.T) {
	for _, text := range []string{"", "# nothing", "Senders: []"} {
		if found, problems := sendersOf(text); len(found) != 0 || len(problems) != 0 {
			t.Errorf("%q: %v, %v", text, found, problems)
		}
	}
}

func TestShapes(t *testing.T) {
	patterntest.Same(t, `^[A-Za-z][A-Za-z0-9-]{0,63}$`, headerShape)
	patterntest.Same(t, `^[A-Z][A-Z0-9_]{0,63}$`, secretShape)
}
