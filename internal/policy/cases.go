package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// MaxCasesSize is the most bytes of a file of cases. Thousands of cases fit.
const MaxCasesSize = 1 << 20

// CaseResult is how one case of a table of who may what came out.
type CaseResult struct {
	Name string
	File string
	Line int
	OK   bool
	// Text says in a sentence what was answered, by which policies, and what
	// was wanted if that is something else.
	Text string
}

// CaseReport is how a table of cases came out, in the order of the file.
type CaseReport []CaseResult

// Failed counts the cases that came out otherwise than wanted.
func (r CaseReport) Failed() int {
	n := 0
	for _, c := range r {
		if !c.OK {
			n++
		}
	}
	return n
}

// String is one line a case and one of the sum, for a terminal.
func (r CaseReport) String() string {
	var b strings.Builder
	for _, c := range r {
		word := "ok  "
		if !c.OK {
			word = "FAIL"
		}
		fmt.Fprintf(&b, "%s %s:%d %s: %s\n", word, c.File, c.Line, c.Name, c.Text)
	}
	failed := r.Failed()
	fmt.Fprintf(&b, "%d of %d cases are as wanted.\n", len(r)-failed, len(r))
	return b.String()
}

// RunCases asks a policy the questions of a YAML file and compares the answers
// with those that the file wants. A case is written in the words that policies
// use:
//
//	cases:
//	  - name: alice stops her own desktop
//	    who: slack:T01/U02            # or webhook:, timer:, terminal: and a name
//	    groups: [owners]              # and Slack user groups, as in T01/S04
//	    endUser: alice
//	    action: stop
//	    desktop: {region: cn-hangzhou, id: ecd-1, endUsers: [alice], tags: {dept: finance}}
//	    context: {count: 1, percent: 2, at: 2027-01-04 09:30, reason: printer, channel: C03}
//	    want: allow                   # or deny
//	    by: owners-may-stop-their-own # the policy that decides; may be left out
//
// A desktop with seen: false is one that nobody has looked at. What a case does
// not say is unknown: a desktop without tags has none, but a case without percent
// or at is one in which nobody knows them. The error is of
// type Mistakes and holds everything that is wrong with the file.
func RunCases(ctx context.Context, p *Policy, file string, text []byte) (CaseReport, error) {
	cases, mistakes := parseCases(p, file, text)
	if len(mistakes) > 0 {
		return nil, mistakes.sorted()
	}
	report := make(CaseReport, len(cases))
	for i, c := range cases {
		report[i] = c.run(ctx, p)
	}
	return report, nil
}

// testCase is one case of the file.
type testCase struct {
	name string
	file string
	line int
	ask  core.Ask
	want bool
	by   string
}

func (c testCase) run(ctx context.Context, p *Policy) CaseResult {
	result := CaseResult{Name: c.name, File: c.file, Line: c.line}
	got := p.Permitted(ctx, c.ask)
	result.OK = got.Allowed == c.want && (c.by == "" || slices.Contains(got.Policies, c.by))
	result.Text = word(got.Allowed) + ", " + decidedBy(got)
	if unknown := unknown(c.ask) & p.reads; unknown != 0 && !got.Allowed {
		result.Text += " (the case does not give " + unknown.String() + ", which policies read)"
	}
	if !result.OK {
		result.Text += "; want " + word(c.want)
		if c.by != "" {
			result.Text += " by " + c.by
		}
	}
	return result
}

func word(allowed bool) string {
	if allowed {
		return wordAllow
	}
	return wordDeny
}

func decidedBy(v core.Verdict) string {
	if len(v.Policies) == 0 {
		return "because no policy permits it"
	}
	return "by " + strings.Join(v.Policies, ", ")
}
