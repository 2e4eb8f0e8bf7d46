package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"stopdesktops/internal/sim/ecd"
)

// ofTheShow are the files of the show's folder, changed.
func ofTheShow(t *testing.T, change func(files map[string]string)) string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir("config")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join("config", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	change(files)
	return ownFolder(t, files)
}

// said fails where one of the words is not in a text.
func said(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("it does not say %q", w)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// ownRules refuse at the door, refuse a timer, and forbid a desktop that the show
// stops.
const ownRules = `
@id("tickets-need-a-reason")
forbid (principal is Sender, action == Action::"submit", resource)
unless { context.reason != "" };

@id("no-timers")
forbid (principal is Timer, action == Action::"submit", resource);

@id("never-this-one")
forbid (principal, action in [Action::"stop", Action::"force"], resource)
when { resource.id == "ecd-demo0005" };

@id("no-brake-for-tickets")
forbid (principal is Sender, action == Action::"freeze", resource);
`

// TestShowWithOwnPolicy: where a policy of one's own works, the show says what came
// otherwise, goes on to its end, and stays up. Where it is judged it fails.
func TestShowWithOwnPolicy(t *testing.T) {
	t.Parallel()
	dir := ofTheShow(t, func(files map[string]string) { files["policy.cedar"] += ownRules })
	var printed bytes.Buffer
	p, err := start(t.Context(), &printed, how{config: dir})
	if err != nil {
		t.Fatalf("%v\n%s", err, &printed)
	}
	t.Cleanup(func() { p.close() })
	if err := p.show(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, &printed)
	}
	if err := p.invite(t.Context()); err != nil {
		t.Fatal(err)
	}
	why := " The policy or the groups of " + dir + " may be why.\n"
	said(t, printed.String(),
		"Otherwise than with the folder of this show: POST /stop was answered with 403: The policy does not permit this request: webhook:webhook needs action submit.",
		"Otherwise than with the folder of this show: timer nightly stopped nothing and left no report; run again with -logs to see why."+why,
		"Otherwise than with the folder of this show: timer nightly-dev stopped nothing and left no report",
		"Otherwise than with the folder of this show: timer schedules stopped nothing and left no report",
		"1 of 1 desktop as wanted", // Slack is as it was
		"The freeze is over",
		"Otherwise than with the folder of this show: ecd-demo0001 in cn-hangzhou is Running and would be Stopped, because the webhook stops it for alice."+why,
		"Otherwise than with the folder of this show: ecd-demo0005 in cn-hangzhou is Running and would be Stopped, because the webhook stops it."+why,
		"more such lines are left out",
		"DryRun says what would happen:\n\n  # It will be refused: tickets-need-a-reason of "+dir+"/policy.cedar forbids Sender::\"webhook\" the action submit.\n  echo ",
		"and go on:\n\n  # It will be refused: no-brake-for-tickets of "+dir+"/policy.cedar forbids Sender::\"webhook\" the action freeze.\n  curl ",
		"\nYour turn\n")
	if d, _ := p.cloud.ECD.Desktop("cn-hangzhou", "ecd-demo0006"); d.Status != ecd.Stopped {
		t.Errorf("what the policy lets be stopped is %s", d.Status)
	}
	if got := strings.Count(printed.String(), "It will be refused"); got != 2 {
		t.Errorf("of %d commands it is said that they will be refused, want 2", got)
	}
	if status, text, err := p.send(t.Context(), http.MethodPost, "/freeze", p.bearer(), `{"For":"1h","Reason":"release night"}`); err != nil || status != http.StatusForbidden {
		t.Errorf("the freeze that is said to be refused is answered with %d %s, %v", status, text, err)
	}
	p.judged = true
	if err := p.verify(t.Context()); err == nil || !strings.Contains(err.Error(), "ecd-demo0005 in cn-hangzhou is Running and must be Stopped") {
		t.Errorf("judged, it says %v", err)
	}
	if err := p.allow(otherwisef("a word is missing")); err == nil {
		t.Error("judged, it goes on")
	}
}

// ownTimers are one that is due every few seconds, and one that comes once a year.
const ownTimers = `Timers:
  - Name: often
    Cron: "*/3 * * * * *"
    Channel: C0OFTEN000
    Request: {RegionId: cn-shanghai, DesktopId: [ecd-demo0009], Reason: a timer of my own}
  - {Name: yearly, Cron: "0 0 0 1 1 *", DryRun: true, Request: {RegionId: cn-shanghai, DesktopId: [ecd-demo0010]}}
`

// TestFolderOfOnesOwn runs a folder with timers and senders of its own: its timers
// tick, what the show has no timer for is left out, and each sender can be sent
// with what is printed.
func TestFolderOfOnesOwn(t *testing.T) {
	t.Parallel()
	dir := ownFolder(t, map[string]string{"policy.cedar": permitAll, "timers.yaml": ownTimers, "senders.yaml": ownSenders})
	var printed lines
	p, err := start(t.Context(), &printed, how{config: dir, environ: senderShell()})
	if err != nil {
		t.Fatalf("%v\n%s", err, &printed)
	}
	t.Cleanup(func() { p.close() })
	// What is written into the folder from now on does not count.
	if err := os.WriteFile(filepath.Join(dir, "policy.cedar"), []byte("nonsense"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.show(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, &printed)
	}
	if err := os.WriteFile(filepath.Join(dir, "policy.cedar"), []byte(permitAll), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.invite(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := printed.String()
	said(t, text,
		"Left out: "+dir+"/timers.yaml has no timer nightly.\n",
		"Left out: "+dir+"/timers.yaml has no announcement of timer nightly-dev.\n",
		"Left out: it is about part 5",
		"timer often fires, for ",
		"timer yearly does not fire now: it was due at ", "It comes next at ",
		"Here it is alice, T012ABCD0/U0ALICE01",
		"The 9 desktops of the parts that were shown are as they would be as shipped.",
		"Who may do what is said in "+dir+".\nA change of that folder counts from the next start: press Ctrl-C and start anew.\n")
	for _, secret := range []string{leaversToken, ownToolSecret} {
		if strings.Contains(text, secret) {
			t.Error("a sender's secret is shown")
		}
	}
	if d, _ := p.cloud.ECD.Desktop("cn-shanghai", "ecd-demo0009"); d.Status != ecd.Stopped {
		t.Errorf("what its timer stops is %s", d.Status)
	}
	ticket := filepath.Join(t.TempDir(), "ticket.json")
	if err := os.WriteFile(ticket, []byte(`{"case": "4711", "computers": "ecd-demo0004"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, answer := p.sends(t, text, "own-tool", ""); status != http.StatusOK || !strings.Contains(answer, "would_stop") {
		t.Errorf("own-tool: %d %s", status, answer)
	}
	if status, answer := p.sends(t, text, "leavers", ticket); status != http.StatusAccepted {
		t.Errorf("leavers: %d %s", status, answer)
	}
	if err := p.cloud.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d, _ := p.cloud.ECD.Desktop("cn-hangzhou", "ecd-demo0004"); d.Status != ecd.Stopped {
		t.Errorf("what its sender stops is %s", d.Status)
	}
	if err := p.read("C0LEAVERS0", "1 stopped", "`leavers`", "their last day"); err != nil {
		t.Errorf("%v\n%s", err, printed.String()[len(text):])
	}
	p.staysUp(t, &printed)
}

// sends gives the printed command of a sender in the shell that is printed, but for
// curl, and sends what curl would.
func (p *playground) sends(t *testing.T, printed, sender, ticket string) (int, string) {
	t.Helper()
	route := "/senders/" + sender
	before, _, ok := strings.Cut(printed, " |\n    curl -sS -K - "+p.cloud.FC.HTTPURL("stopdesktops")+route+"\n")
	if !ok {
		t.Fatalf("nothing is said of sender %s:\n%s", sender, printed)
	}
	command := before[strings.LastIndex(before, "\n\n")+2:]
	var headers [][2]string
	body := ""
	config := secondShell(t, terminalLines(t, printed)[0], strings.Replace(command, "ticket.json", ticket, 1))
	for line := range strings.Lines(config) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " = ")
		value, err := strconv.Unquote(value)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name == "data-raw" {
			body = value
			continue
		}
		header, text, _ := strings.Cut(value, ": ")
		headers = append(headers, [2]string{header, text})
	}
	status, answer, err := p.send(t.Context(), http.MethodPost, route, headers, body)
	if err != nil {
		t.Fatal(err)
	}
	return status, string(answer)
}

// staysUp lets the timer that is due next fire, and fire again, and then ends.
func (p *playground) staysUp(t *testing.T, printed *lines) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	earlier := strings.Count(printed.String(), "timer often fires")
	fired := 0
	printed.wait("already_stopped", func() {
		if fired++; fired == 2 {
			cancel()
		}
	})
	if err := p.stay(ctx); err != nil {
		t.Error(err)
	}
	if now := strings.Count(printed.String(), "timer often fires"); now != earlier+2 {
		t.Errorf("while it is up the timer fires %d times more, want 2", now-earlier)
	}
}

// lines is what was printed. It does something whenever certain words are.
type lines struct {
	mu    sync.Mutex
	text  strings.Builder
	words string
	then  func()
}

func (l *lines) wait(words string, then func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.words, l.then = words, then
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.then != nil && bytes.Contains(b, []byte(l.words)) {
		l.then()
	}
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
