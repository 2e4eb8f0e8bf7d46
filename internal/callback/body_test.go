package callback

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"stopdesktops/internal/core"
)

func sprint(v any) string { return fmt.Sprintf("%v %+v %#v", v, v, v) }

// TestBodySaysEverything reads back what the template put into JSON.
func TestBodySaysEverything(t *testing.T) {
	b, err := parseBody(plainBody, 2)
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.of(report(), "OPS-42")
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"ticket": "OPS-42", "verdict": "partly", "summary": "1 of 3 as wanted: connected 1, stopped 1, unknown 1", "run": "webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa",
		"desktops": []any{
			map[string]any{"Id": "ecd-ccccccccccccccccc", "Region": "cn-shanghai", "Name": "", "Code": "unknown", "Kind": "failed", "Meaning": core.Unknown.Meaning()},
			map[string]any{"Id": "ecd-bbbbbbbbbbbbbbbbb", "Region": "cn-hangzhou", "Name": `研发"2"`, "Code": "connected", "Kind": "skipped", "Meaning": core.Connected.Meaning()},
		},
		"more": 1.0, "stopped": 1.0, "counts": map[string]any{"connected": 1.0, "stopped": 1.0, "unknown": 1.0}, "dryRun": false, "note": `see "runbook" <7>`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("body says\n%v, want\n%v", got, want)
	}
}

func TestJiraComment(t *testing.T) {
	b, err := parseBody(jiraComment, 2)
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.of(report(), "OPS-42")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Body struct {
			Content []struct{ Content []struct{ Text string } }
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range doc.Body.Content {
		lines = append(lines, p.Content[0].Text)
	}
	want := []string{
		`Run webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa for OPS-42: 1 of 3 as wanted: connected 1, stopped 1, unknown 1 see "runbook" <7>`,
		"ecd-ccccccccccccccccc  in cn-shanghai: unknown. " + core.Unknown.Meaning(),
		`ecd-bbbbbbbbbbbbbbbbb 研发"2" in cn-hangzhou: connected. ` + core.Connected.Meaning(),
		"and 1 more",
	}
	if !reflect.DeepEqual(lines, want) {
		t.Errorf("the comment says\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		codes   []core.Code
		ending  core.Ending
		verdict Verdict
		summary string
	}{
		{nil, "", VerdictNothing, "no desktop"},
		{nil, core.EndedCancelled, "cancelled", "no desktop"},
		{[]core.Code{core.Stopped, core.AlreadyStopped, core.Stopped}, "", VerdictDone, "3 of 3 as wanted: stopped 2, already_stopped 1"},
		{[]core.Code{core.WouldStop}, "", VerdictDone, "1 of 1 as wanted: would_stop 1"},
		{[]core.Code{core.Stopped, core.Connected}, "", VerdictPartly, "1 of 2 as wanted: connected 1, stopped 1"},
		{[]core.Code{core.Stopped, core.Unknown}, "", VerdictPartly, "1 of 2 as wanted: stopped 1, unknown 1"},
		{[]core.Code{core.Connected, core.Unknown}, "", VerdictFailed, "0 of 2 as wanted: connected 1, unknown 1"},
		{[]core.Code{core.Connected, core.NotFound}, "", VerdictSkipped, "0 of 2 as wanted: connected 1, not_found 1"},
	} {
		r := core.Report{Ending: c.ending}
		for _, code := range c.codes {
			r.Outcomes = append(r.Outcomes, core.Outcome{Code: code})
		}
		f := fieldsOf(r, "", 10)
		if f.Verdict != c.verdict || f.Summary != c.summary {
			t.Errorf("%v %s: %s, %q; want %s, %q", c.codes, c.ending, f.Verdict, f.Summary, c.verdict, c.summary)
		}
	}
}

// TestBadTemplates are found when the deployment starts, with their place.
func TestBadTemplates(t *testing.T) {
	for text, says := range map[string]string{
		`{{`:                                                                       "want a template",
		`{"a": {{frob .Ticket}}}`:                                                  `"frob" not defined`,
		`{"a": "{{.Ticket}}"}`:                                                     "body:1:9: {{.Ticket}} is printed as it is",
		"{\n\"a\": \"{{.Run}}\"}":                                                  "body:2:",
		`{"a": {{.Ticket}}}`:                                                       "is printed as it is",
		`{"a": {{len .Desktops}}}`:                                                 "is printed as it is",
		`{"a": {{.Ticket | json | len}}}`:                                          "is printed as it is",
		`{"a": {{if true}}{{.Note}}{{end}}}`:                                       "is printed as it is",
		`{"a": {{if true}}1{{else}}{{.Note}}{{end}}}`:                              "is printed as it is",
		`{"a": [{{range .Desktops}}{{.Id}}{{end}}]}`:                               "is printed as it is",
		`{"a": {{with .Note}}{{.}}{{end}}}`:                                        "is printed as it is",
		`{"a": {{printf "%999999999d" 1 | json}}}`:                                 "is not a function",
		`{"a": {{json (html .Note)}}}`:                                             "is not a function",
		`{"a": {{if js .Note}}1{{end}}}`:                                           "is not a function",
		`{"a": {{range slice .Desktops 0 1}}1{{end}}}`:                             "is not a function",
		`{"a": {{$x := urlquery .Note}}{{json $x}}}`:                               "is not a function",
		`{"a": {{(call .Note).X | json}}}`:                                         "is not a function",
		`{{define "x"}}1{{end}}{"a": {{template "x"}}}`:                            "template",
		`{"a": {{block "x" .}}1{{end}}}`:                                           "template",
		`{"a": {{json .Owner}}}`:                                                   "can't evaluate field Owner",
		`{"a": {{json .Counts.stoped}}}`:                                           "a code that no desktop ever ends with",
		`{{range .Desktops}}{{json $.Counts.stoped}}{{end}}`:                       "a code that no desktop ever ends with",
		`{"a": {{text .Ticket}}}`:                                                  "for a run of one desktop: the template does not yield JSON: line 1",
		`{"a": "{{json .Ticket}}"}`:                                                "does not yield JSON",
		`{"a": {{if .Ticket}}1{{end}}}`:                                            "for a run without a ticket: the template does not yield JSON",
		`[{{range .Desktops}}{{json .Id}},{{end}}]`:                                "does not yield JSON",
		`[{{range .Desktops}}{{json .Id}}{{end}}]`:                                 "for a dry run of two desktops: the template does not yield JSON",
		`{{json .Ticket}}{{json .Note}}`:                                           "does not yield JSON",
		"{\"a\": 1,\n\n\"b\": }":                                                   "line 3",
		`{"a": 1, "a": 2}`:                                                         "does not yield JSON",
		`{"{{text .Ticket}}": 1, "OPS-42": 2}`:                                     "does not yield JSON",
		`{"a": {{if .DryRun}}yes{{else}}1{{end}}}`:                                 "for a dry run",
		`{"a": {{if eq .Verdict "cancelled"}}no{{else}}1{{end}}}`:                  "for a run that was cancelled",
		`{"a": {{if .Counts.kept}}no{{else}}1{{end}}}`:                             "for a run with every code",
		`{"a": {{json (index .Desktops 0)}}}`:                                      "out of range",
		strings.Repeat(" ", maxTemplate) + "{}":                                    "at most 65536",
		`[{{range 300000}}"aaaaaaaaaa",{{end}}1]`:                                  "over 1048576 bytes",
		`{"a": {{text .Note}}, "b": 1}`:                                            "does not yield JSON",
		`{"a": "{{range $i, $d := .Desktops}}{{$d.Name}}{{end}}"}`:                 "is printed as it is",
		`{"a": "{{range $i, $d := .Desktops}}{{$d.Name | text}}` + "\n{{end}}\" }": "does not yield JSON",
	} {
		_, err := parseBody(text, 0)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.80s: %v; want %q", text, err, says)
		}
		if err != nil && strings.Contains(err.Error(), hostile) {
			t.Errorf("%.80s: the error quotes the sample: %v", text, err)
		}
	}
}

func TestGoodTemplates(t *testing.T) {
	for _, text := range []string{
		`{}`, `null`, jiraComment, plainBody,
		`{"work_notes": "{{range .Desktops}}{{text .Id}}: {{.Meaning | text}}\n{{end}}"}`,
		`{"ok": {{json (eq .Verdict "done")}}, "n": {{len .Desktops | json}}, "first": {{with .Desktops}}{{json (index . 0).Id}}{{else}}null{{end}}}`,
		`{{$run := .Run}}[{{range $i, $d := .Desktops}}{{if $i}},{{end}}{"run": {{json $run}}, "all": {{json $.Counts.stopped}}, "id": {{json $d.Id}}}{{end}}]`,
		`{"bad": [{{range $i, $d := .Desktops}}{{if eq $d.Kind "failed"}}{{json $d.Id}},{{end}}{{end}}null]}`,
		`{{/* a comment */}}{"index": {{json (index .Counts "stopped")}}}`,
	} {
		if _, err := parseBody(text, 0); err != nil {
			t.Errorf("%.80s: %v", text, err)
		}
	}
}

// TestLargestBody lists the webhook door's ceiling with the longest names.
func TestLargestBody(t *testing.T) {
	b, err := parseBody(jiraComment, 0)
	if err != nil {
		t.Fatal(err)
	}
	var r core.Report
	for range core.CeilingWebhook {
		r.Outcomes = append(r.Outcomes, core.Outcome{RegionId: "ap-southeast-1", DesktopId: "ecd-" + strings.Repeat("a", 17), DesktopName: strings.Repeat("<", 64), Code: core.ScheduleUnknown})
	}
	if data, err := b.of(r, "OPS-42"); err != nil || !json.Valid(data) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	r.Outcomes[0].DesktopName = strings.Repeat("x", maxBody)
	if _, err := b.of(r, "OPS-42"); err == nil || !strings.Contains(err.Error(), "over 1048576 bytes") {
		t.Errorf("a body without end: %v", err)
	}
}

// FuzzBody puts texts from outside into a body and reads them back: they never
// leave their place.
func FuzzBody(f *testing.F) {
	const text = `{"whole": {{json .Ticket}}, "inside": "[{{text .Note}}]", "names": [{{range $i, $d := .Desktops}}{{if $i}},{{end}}"{{$d.Name | text}}"{{end}}], "last": true}`
	b, err := parseBody(text, 0)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "OPS-42", hostile, `"`, `\`, `\"`, "\x00", "\xff", "\u2028", "<&>", "{{.}}", "\n"} {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, ticket, note, name string) {
		r := core.Report{Note: note, Outcomes: []core.Outcome{{DesktopName: name}, {DesktopName: "b"}}}
		data, err := b.of(r, ticket)
		if err != nil {
			if len(ticket)+len(note)+len(name) > maxBody/12 {
				return
			}
			t.Fatal(err)
		}
		var got struct {
			Whole, Inside string
			Names         []string
			Last          bool
		}
		dec := json.NewDecoder(strings.NewReader(string(data)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&got); err != nil {
			t.Fatalf("%v: %s", err, data)
		}
		if !got.Last || len(got.Names) != 2 || got.Names[1] != "b" {
			t.Fatalf("a text left its place: %s", data)
		}
		for want, is := range map[string]string{ticket: got.Whole, "[" + note + "]": got.Inside, name: got.Names[0]} {
			if utf8.ValidString(want) && is != want {
				t.Fatalf("%q arrives as %q", want, is)
			}
		}
	})
}
