package policy

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// caseOf is a file of one case with more lines in it.
func caseOf(lines ...string) string {
	return "cases:\n  - name: a\n    who: slack:T01/U02\n    action: stop\n    want: deny\n" + strings.Join(lines, "")
}

func TestRunCasesSaysWhatCameOut(t *testing.T) {
	p := parse(t, `@id("own") permit (principal is SlackUser in Group::"owners", action == Action::"stop", resource)
when { resource.endUsers.contains(principal.endUser) };
@id("night") forbid (principal, action == Action::"stop", resource) when { context.hour < 6 };`)
	p.Log = slog.New(slog.DiscardHandler)
	report, err := RunCases(t.Context(), p, "cases.yaml", []byte(`# who may what
cases:
  - name: her own
    who: slack:T01/U02
    groups: [owners]
    endUser: alice
    action: stop
    desktop: {region: cn-beijing, id: ecd-1, endUsers: [alice], tags: {dept: finance, level: 3}}
    context: {count: 2, percent: 0, at: 2027-01-04 09:30, reason: r, ticket: OPS-1, channel: C03, dryRun: true}
    want: allow
    by: own
  - name: at night
    who: slack:T01/U02
    groups: [owners]
    endUser: alice
    action: stop
    desktop: {endUsers: [alice], connected: true}
    context: {at: 2027-01-04 05:59}
    want: allow
  - name: nobody's
    who: webhook:ticketing
    action: submit
    context: {at: 2027-01-04 09:30}
    want: deny
    by: night
  - {name: when, who: "timer:nightly", action: stop, desktop: {tags: unknown}, want: deny, by: night}
  - {name: unseen, who: "terminal:alice", action: stop, desktop: {id: ecd-1, seen: false}, context: {at: 2027-01-04 09:30}, want: allow}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := `ok   cases.yaml:3 her own: allow, by own
FAIL cases.yaml:12 at night: deny, by night; want allow
FAIL cases.yaml:20 nobody's: deny, because no policy permits it; want deny by night
ok   cases.yaml:26 when: deny, by night (the case does not give time, which policies read)
FAIL cases.yaml:27 unseen: deny, because no policy permits it (the case does not give the desktop, which policies read); want allow
2 of 5 cases are as wanted.
`
	if got := report.String(); got != want {
		t.Errorf("report\n%s\nwant\n%s", got, want)
	}
	if report.Failed() != 3 {
		t.Errorf("%d failed", report.Failed())
	}
}

func TestCaseMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", `c.yaml:1:1: holds no cases; want cases: and a list of them`},
		{"a tab", "cases:\n\t- ask: {}", `c.yaml:2:1: is not YAML: found a tab; indent with spaces`},
		{"no YAML", "cases: [", `c.yaml:2:1: is not YAML: did not find expected node content`},
		{"no cases", "{}", `c.yaml:1:1: found keys and values; want cases: and a list of them`},
		{"a list", "- a", `c.yaml:1:1: found a list; want keys and values: cases`},
		{"empty list", "cases: []", `c.yaml:1:8: found an empty list; want a list of cases`},
		{"another key", "case:\n- a", `c.yaml:1:1: found "case"; want one of cases`},
		{"no case", "cases:\n- a", `c.yaml:2:3: found "a"; want keys and values: name, who, groups, endUser, action, desktop, context, want, by`},
		{"empty case", "cases:\n- {}", "c.yaml:2:3: the case has no action\nc.yaml:2:3: the case has no name\nc.yaml:2:3: the case has no want\nc.yaml:2:3: the case has no who"},
		{"alias", "cases:\n- &a {name: x}\n- *a", "c.yaml:2:3: found an anchor, an alias or a tag; want the value itself, written out\nc.yaml:3:3: found an anchor, an alias or a tag; want the value itself, written out"},
		{"same name", caseOf(strings.TrimPrefix(caseOf(), "cases:\n")), `c.yaml:6:11: found "a"; want a name of its own; the case on line 2 has this one`},
		{"key again", caseOf("    want: deny\n"), `c.yaml:6:5: found the key want again; want each key once`},
		{"misspelt key", caseOf("    group: [owners]\n"), `c.yaml:6:5: found "group"; want one of name, who, groups, endUser, action, desktop, context, want, by`},
		{"who", strings.Replace(caseOf(), "slack:", "mail:", 1), `c.yaml:3:10: found "mail:T01/U02"; want slack:<workspace>/<user>, webhook:<sender>, timer:<name> or terminal:<operator>`},
		{"who without a workspace", strings.Replace(caseOf(), "T01/", "", 1), `c.yaml:3:10: found "slack:U02"; want slack:<workspace>/<user>, webhook:<sender>, timer:<name> or terminal:<operator>`},
		{"action", strings.Replace(caseOf(), "stop", "start", 1), `c.yaml:4:13: found "start"; want one of force, freeze, halt, keep, preview, read, stop, stop-all, submit, unasked, why`},
		{"want", strings.Replace(caseOf(), "deny", "denied", 1), `c.yaml:5:11: found "denied"; want allow or deny`},
		{"group", caseOf("    groups: [admins]\n"), `c.yaml:2:5: nobody can ask this: there is no group "admins"`},
		{"groups", caseOf("    groups: oncall\n"), `c.yaml:6:13: found "oncall"; want a list of words, or [] for none`},
		{"group of a sender", strings.Replace(caseOf("    groups: [oncall]\n"), "slack:T01/U02", "webhook:x", 1), `c.yaml:2:5: nobody can ask this: a Sender is in no groups, and "oncall" was given`},
		{"by", caseOf("    by: nobody\n"), `c.yaml:6:9: found "nobody"; want the @id of a policy`},
		{"desktop of the fleet", strings.Replace(caseOf("    desktop: {id: ecd-1}\n"), "stop", "submit", 1), `c.yaml:6:14: submit is not about a desktop; leave desktop out`},
		{"attribute", caseOf("    desktop: {regionId: x}\n"), `c.yaml:6:15: found "regionId"; want one of chargeType, connected, endUsers, id, name, officeSite, pool, region, resourceGroups, status, type, tags, seen`},
		{"seen", caseOf("    desktop: {seen: never}\n"), `c.yaml:6:21: found "never"; want true or false`},
		{"name of what nobody saw", caseOf("    desktop: {id: ecd-1, seen: false, name: dev 1}\n"), `c.yaml:6:45: found name of a desktop that nobody has seen; want its region and id at most`},
		{"connected", caseOf("    desktop: {connected: yes}\n"), `c.yaml:6:26: found "yes"; want true or false`},
		{"tags", caseOf("    desktop: {tags: dev}\n"), `c.yaml:6:21: found "dev"; want keys and values`},
		{"tag", caseOf("    desktop: {tags: {env: [dev]}}\n"), `c.yaml:6:27: found a list; want a word`},
		{"null", caseOf("    endUser:\n"), `c.yaml:6:13: found nothing; want a word`},
		{"count", caseOf("    context: {count: many}\n"), `c.yaml:6:22: found "many"; want a number from 0 on; leave it out where it is unknown`},
		{"percent", caseOf("    context: {percent: -1}\n"), `c.yaml:6:24: found "-1"; want a number from 0 on; leave it out where it is unknown`},
		{"at", caseOf("    context: {at: 9:30}\n"), `c.yaml:6:19: found "9:30"; want a time as in 2027-01-04 09:30, on the deployment's clock`},
		{"context", caseOf("    context: {hour: 9}\n"), `c.yaml:6:15: found "hour"; want one of count, percent, reason, ticket, at, dryRun, channel`},
		{"too large", strings.Repeat(" ", MaxCasesSize+1), `c.yaml:1:1: has 1048577 bytes; a file of cases has at most 1048576`},
		{"several documents", "cases: []\n---\ncases: []", `c.yaml:1:1: is not YAML: expected single document, found multiple`},
		{"all at once", caseOf("    by: nobody\n    context: {at: now, dryRun: 1}\n"), "c.yaml:6:9: found \"nobody\"; want the @id of a policy\nc.yaml:7:19: found \"now\"; want a time as in 2027-01-04 09:30, on the deployment's clock\nc.yaml:7:32: found \"1\"; want true or false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, err := RunCases(t.Context(), parse(t, everybody), "c.yaml", []byte(c.text))
			if report != nil || err == nil {
				t.Fatalf("RunCases takes it: %s", report)
			}
			if err.Error() != c.want {
				t.Errorf("RunCases says\n%s\nwant\n%s", err, c.want)
			}
			if _, ok := errors.AsType[Mistakes](err); !ok {
				t.Errorf("the error is %T", err)
			}
		})
	}
}

// FuzzRunCases looks for a file that makes RunCases panic, hang, or point
// outside of it.
func FuzzRunCases(f *testing.F) {
	for _, s := range []string{
		"", "cases: []", caseOf(), caseOf("    groups: [owners, T01/S04]\n    endUser: alice\n    by: policy0\n"),
		caseOf("    desktop: {id: ecd-1, tags: {a: b}, endUsers: [\"\"]}\n    context: {at: 2027-01-04 09:30, percent: 3}\n"),
		caseOf("    desktop: {tags: unknown}\n"), caseOf("    desktop: {seen: false}\n"), "cases:\n- {? [a] : b}", "cases: &a [*a]", "cases: !!map {}", "\xff",
	} {
		f.Add(s)
	}
	p := parse(f, everybody)
	p.Log = slog.New(slog.DiscardHandler)
	f.Fuzz(func(t *testing.T, text string) {
		report, err := RunCases(t.Context(), p, "c.yaml", []byte(text))
		if err == nil {
			if len(report) == 0 || report.String() == "" {
				t.Error("no cases, and no mistake")
			}
			return
		}
		mistakes, ok := errors.AsType[Mistakes](err)
		if !ok || len(mistakes) == 0 {
			t.Fatalf("error is %T %v, want Mistakes", err, err)
		}
		for _, m := range mistakes {
			if m.Line < 1 || m.Column < 1 || m.Problem == "" {
				t.Errorf("mistake %+v has no place or no words", m)
			}
		}
	})
}
