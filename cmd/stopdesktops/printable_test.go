package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// hostile is a name that moves the cursor, empties the screen, turns the writing
// round, hides something, and begins a line of its own.
const hostile = "a\x1b[2J\u009b1;1H\u202egpj\x7f\u200b\U0001d173\U000e0041\nstopdesktops: all is well"

// unprintable is what of a text a screen would act on.
func unprintable(text string) (found []string) {
	for _, r := range text {
		if r != '\n' && !unicode.IsPrint(r) {
			found = append(found, fmt.Sprintf("%q", r))
		}
	}
	return found
}

// TestJSONIsPrintable holds that a document shows nothing a screen would act on,
// and says the same when it is read.
func TestJSONIsPrintable(t *testing.T) {
	for _, name := range []string{hostile, "设计 🖥 é \ufffd", "tab\tquote\"<&>\u2028", "\xff", ""} {
		want := map[string]string{"Name": name, name: "key"}
		plain, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := writeJSON(&out, want); err != nil {
			t.Fatal(err)
		}
		if bad := unprintable(out.String()); len(bad) > 0 {
			t.Errorf("%q: %v are printed", name, bad)
		}
		var was, got map[string]string
		if err := json.Unmarshal(plain, &was); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || !reflect.DeepEqual(got, was) {
			t.Errorf("%q is read as %q, error %v", was, got, err)
		}
	}
	var out bytes.Buffer
	// A byte that is no letter moves the cursor of some terminals.
	if got := string(escaped([]byte("\"\x9b\""))); got != `"\ufffd"` {
		t.Errorf("a stray byte is printed as %q", got)
	}
	if err := writeJSON(&out, "设计 🖥 é"); err != nil || out.String() != "\"设计 🖥 é\"\n" {
		t.Errorf("what can be printed is printed as %q, error %v", out.String(), err)
	}
}

// FuzzEscaped holds the same of any text.
func FuzzEscaped(f *testing.F) {
	f.Add(hostile)
	f.Fuzz(func(t *testing.T, s string) {
		var out bytes.Buffer
		if err := writeJSON(&out, s); err != nil {
			t.Fatal(err)
		}
		var got string
		err := json.Unmarshal(out.Bytes(), &got)
		if want := strings.ToValidUTF8(s, "\ufffd"); err != nil || got != want && !strings.Contains(want, "\ufffd") || len(unprintable(out.String())) > 0 {
			t.Errorf("%q is %q and read as %q, error %v", s, out.String(), got, err)
		}
	})
}

// TestLogIsPrintable gives a log a name from the cloud.
func TestLogIsPrintable(t *testing.T) {
	var said bytes.Buffer
	log, done, err := (&terminal{err: &said}).logTo("-", slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	log.Info("seen", "name", hostile)
	var line struct{ Name string }
	if err := json.Unmarshal(said.Bytes(), &line); err != nil || line.Name != hostile || len(unprintable(said.String())) > 0 {
		t.Errorf("the log says %q, error %v", said.String(), err)
	}
}

// TestCommandsPrintNothingHostile has a desktop whose every text is hostile, and
// gives each command that shows it.
func TestCommandsPrintNothingHostile(t *testing.T) {
	s := sit(t, 0, nil)
	if err := s.ECD.Add(ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-x", Name: hostile, Tags: map[string]string{"note": hostile}, EndUserIDs: []string{hostile}}); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	for _, args := range [][]string{
		{"why", "ecd-x"}, {"why", "--output", "json", "ecd-x"},
		{"stop", "--region", "cn-hangzhou", "--dry-run", "--log", log, "ecd-x"},
		{"stop", "--region", "cn-hangzhou", "--dry-run", "--output", "json", "--log", "-", "--reason", hostile, "ecd-x"},
		{"keep", "--region", "cn-hangzhou", "--output", "json", "ecd-x", "2h", hostile},
		{"freeze", "2h", hostile}, {"freeze"}, {"freeze", "--output", "json"}, {"unfreeze"},
	} {
		var out, complaints bytes.Buffer
		other := &terminal{in: strings.NewReader(""), out: &out, err: &complaints, environ: s.t.environ, now: s.t.now, signals: s.t.signals}
		other.run(append(args, "--config", "../../config", "--as", "alice"))
		said := out.String() + complaints.String()
		if bad := unprintable(said); len(bad) > 0 || strings.Contains(said, "\nstopdesktops: all is well") || said == "" {
			t.Errorf("%v prints %v:\n%q", args, bad, said)
		}
	}
	if text, err := os.ReadFile(log); err != nil || len(text) == 0 || len(unprintable(string(text))) > 0 {
		t.Errorf("the log has %q, error %v", text, err)
	}
}

// TestRecordsArePrintedClean has records as a door that was taken over may write
// them: no text of them is one of ours.
func TestRecordsArePrintedClean(t *testing.T) {
	code, who := core.Code(hostile), core.Caller{Door: core.Webhook, Name: hostile}
	until := time.Date(2027, 1, 4, 12, 0, 0, 0, time.UTC)
	report := core.Report{Run: core.RunID(hostile), Caller: who, Note: hostile, Counts: map[core.Code]int{code: 1}, Estimate: &core.Estimate{Currency: hostile, Until: until},
		Outcomes: []core.Outcome{{DesktopId: hostile, DesktopName: hostile, RegionId: hostile, Code: code, Detail: hostile}}}
	plan := core.Plan{Entries: []core.Entry{{DesktopId: "ecd-a", Code: code}, {DesktopId: hostile, Stop: true, Status: hostile, Connection: hostile}}}
	for name, print := range map[string]func(io.Writer){
		"report": func(w io.Writer) { answerTable(w, core.Answer{Report: &report}, time.UTC) },
		"plan": func(w io.Writer) {
			answerTable(w, core.Answer{Run: core.RunID(hostile), State: core.State(hostile), Plan: &plan}, time.UTC)
		},
		"failure": func(w io.Writer) { (&terminal{err: w}).complain(&failure{text: "a\x1b[2J", hint: "only " + hostile}) },
		"error":   func(w io.Writer) { (&terminal{err: w}).complain(core.Errorf(core.Invalid, "a\u009b2J")) },
		"field": func(w io.Writer) {
			(&terminal{err: w}).complain(&core.Error{Code: core.Invalid, Fields: []core.FieldError{{Field: "\x1b[2J", Problem: "\u202e"}}})
		},
		"verdict": func(w io.Writer) {
			whyTable(w, core.Trace{Found: true, Desktop: core.Desktop{DesktopId: hostile, DesktopName: hostile}, Verdict: core.Entry{Code: code, Detail: hostile}, AsSelection: core.Entry{Detail: hostile}}, time.UTC)
		},
	} {
		var out bytes.Buffer
		print(&out)
		if bad := unprintable(out.String()); len(bad) > 0 || strings.Contains(out.String(), "\nstopdesktops: all is well") || out.Len() == 0 {
			t.Errorf("%s: %v are printed: %q", name, bad, out.String())
		}
	}
}

// TestCasesCannotWriteTheResult has a file of cases whose name paints over what
// the command says.
func TestCasesCannotWriteTheResult(t *testing.T) {
	cases := filepath.Join(t.TempDir(), "cases.yaml")
	write(t, cases, `cases: [{name: "x\e[2J\u009b1;1H\nok   cases.yaml:1 all cases pass", who: "terminal:alice", action: force, want: allow}]`)
	code, said, complaints := call(t, "policy", "test", "--config", "../../config", cases)
	if code != exitFailed || len(unprintable(said+complaints)) > 0 || strings.Count(said, "\n") != 2 || !strings.HasPrefix(said, "FAIL ") {
		t.Errorf("exit %d: %q%q", code, said, complaints)
	}
}
