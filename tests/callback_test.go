package tests

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/fc"
)

// TestTicketsAreAnswered makes the whole way of three systems, each with the proof
// that its own side wants.
func TestTicketsAreAnswered(t *testing.T) {
	t.Parallel()
	w, r := callbackWorld(t)
	if a := w.ask("SR-1", "ecd-a", false); a.Status != http.StatusAccepted {
		t.Fatalf("%d %s", a.Status, a.Text)
	}
	jira := senderTeams()[3]
	d := jira.sealed(w.secrets["JIRA_IN"], "ecd-b", "7", time.Now())
	if a := w.deliver(http.MethodPost, d); a.Status != http.StatusAccepted {
		t.Fatalf("%d %s", a.Status, a.Text)
	}
	snow := senderTeams()[9].sealed(w.secrets["SNOW_IN"], "ecd-c", "0010023", time.Now())
	if a := w.deliver(http.MethodPost, snow); a.Status != http.StatusAccepted {
		t.Fatalf("%d %s", a.Status, a.Text)
	}
	w.drain()
	if got := w.changed(); len(got) != 3 || got["ecd-a"]+got["ecd-b"]+got["ecd-c"] != 3 {
		t.Fatalf("changed %v", got)
	}

	signed := r.only(t, "/signed")
	if a := w.verified(signed); a.Ticket != "SR-1" || a.Verdict != "done" || len(a.Desktops) != 1 || a.Desktops[0].Id != "ecd-a" || a.Desktops[0].Code != core.Stopped {
		t.Errorf("answered %+v", a)
	}
	hook := r.only(t, "/jira/")
	if hook.method != http.MethodPost || hook.header.Get("X-Automation-Webhook-Token") != w.secrets["JIRA_OUT"] ||
		string(hook.body) != `{"issues": ["IT-7"], "data": {"comment": "done: 1 of 1 as wanted: stopped 1"}}` {
		t.Errorf("Jira's incoming webhook got %s %s", hook.method, hook.body)
	}
	table := r.only(t, "/api/")
	user, password, _ := (&http.Request{Header: table.header}).BasicAuth()
	if table.method != http.MethodPatch || table.path != "/api/now/table/incident/INC0010023" || user+":"+password != w.secrets["SNOW_OUT"] ||
		string(table.body) != `{"work_notes": "ecd-c stopped. "}` {
		t.Errorf("ServiceNow's table got %s %s: %s", table.method, table.path, table.body)
	}
	for _, c := range []received{signed, hook, table} {
		if c.header.Get("Idempotency-Key") == "" || c.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s came with %v", c.path, c.header)
		}
	}
	// A repeat of each is the same run, and no further answer.
	w.deliver(http.MethodPost, d)
	w.deliver(http.MethodPost, snow)
	w.drain()
	if n := len(r.got("/")); n != 3 {
		t.Errorf("%d answers after repeats, want 3", n)
	}
}

// TestTicketsOfRunsThatEndAtTheDoor: nobody queues a job where there is nothing to
// stop, and the ticket is answered all the same. A sender's channel reads of it.
func TestTicketsOfRunsThatEndAtTheDoor(t *testing.T) {
	t.Parallel()
	w, r := callbackWorld(t)
	if a := w.ask("SR-1", "ecd-off", false); a.Status != http.StatusOK || a.State != core.Finished {
		t.Errorf("nothing to stop: %d %s", a.Status, a.Text)
	}
	if a := w.ask("SR-2", "ecd-a", true); a.Status != http.StatusOK || a.State != core.Finished {
		t.Errorf("a dry run: %d %s", a.Status, a.Text)
	}
	// Where the job cannot be queued the sender comes again, and the ticket is
	// answered then.
	w.FC.Fault(fc.Fault{Kind: fc.FaultUnavailable, Times: 5})
	refused := 0
	w.insist(func() response {
		a := w.ask("SR-3", "ecd-off", false)
		if a.Status == http.StatusServiceUnavailable && a.Header.Get("Retry-After") != "" {
			refused++
		}
		return a
	})
	if refused == 0 {
		t.Error("the queue's fault was never seen")
	}
	body := `{"RegionId":"cn-hangzhou","DesktopId":["ecd-b"],"DryRun":true,"Reason":"only the channel hears of it"}`
	h := http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + w.secrets["CHANNEL_IN"]}, "Idempotency-Key": {"1"}}
	if a := w.deliver(http.MethodPost, delivery{"/senders/channel-only", h, body}); a.Status != http.StatusOK {
		t.Errorf("a dry run of a sender without a callback: %d %s", a.Status, a.Text)
	}
	w.drain()
	jobs := len(w.FC.Tasks())
	for range 2 { // the same tickets again
		w.ask("SR-1", "ecd-off", false)
		w.ask("SR-2", "ecd-a", true)
		w.drain()
	}
	if n := len(w.FC.Tasks()); n != jobs {
		t.Errorf("%d further jobs for tickets that were answered", n-jobs)
	}
	got := map[string]answered{}
	for _, c := range r.got("/signed") {
		a := w.verified(c)
		if _, twice := got[a.Ticket]; twice {
			t.Errorf("ticket %s was answered twice", a.Ticket)
		}
		got[a.Ticket] = a
	}
	if off := got["SR-1"]; off.Verdict != "done" || len(off.Desktops) != 1 || off.Desktops[0].Code != core.AlreadyStopped || off.Desktops[0].Name != `odd"},{"id":"ecd-x"}`+"\n\\" {
		t.Errorf("nothing to stop was answered %+v", off)
	}
	if dry := got["SR-2"]; dry.Verdict != "done" || len(dry.Desktops) != 1 || dry.Desktops[0].Code != core.WouldStop {
		t.Errorf("a dry run was answered %+v", dry)
	}
	if len(got) != 3 || got["SR-3"].Verdict != "done" || len(w.stops()) != 0 {
		t.Errorf("%d tickets answered, %d stops", len(got), len(w.stops()))
	}
	screen := w.Slack.Screen(channel, mallory)
	for _, word := range []string{"`signed`", "1 was off already", "Dry run: 1 would stop", "`channel-only`", "only the channel hears of it"} {
		if !strings.Contains(screen, word) {
			t.Errorf("the senders' channel does not read %s:\n%s", word, screen)
		}
	}
}

// TestReceiversThatFail lets the receiver fail in the ways that receivers do. The
// desktop is stopped once, the answer is taken once, and what cannot get better is
// not tried again.
func TestReceiversThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		first    []int
		calls    int // of the receiver
		attempts int // of the job
		alarm    bool
	}{
		"down for a moment": {[]int{503, 503}, 3, 1, false},
		"down for longer":   {[]int{500, 502, 503, 429}, 5, 2, true},
		"gone":              {[]int{410}, 1, 1, true},
		"does not know us":  {[]int{401}, 1, 1, true},
		"does not like it":  {[]int{400}, 1, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := callbackWorld(t)
			r.answer = statuses(c.first...)
			if a := w.ask("SR-1", "ecd-a", false); a.Status != http.StatusAccepted {
				t.Fatalf("%d %s", a.Status, a.Text)
			}
			w.drain()
			calls := r.got("/signed")
			if len(calls) != c.calls {
				t.Errorf("%d calls, want %d", len(calls), c.calls)
			}
			for _, call := range calls {
				if a := w.verified(call); a.Verdict != "done" || call.header.Get("webhook-id") != calls[0].header.Get("webhook-id") {
					t.Errorf("answered %+v as %s", a, call.header.Get("webhook-id"))
				}
			}
			if got := w.changed(); got["ecd-a"] != 1 {
				t.Errorf("changed %v", got)
			}
			if tasks := w.FC.Tasks(); len(tasks) != 1 || len(tasks[0].Attempts) != c.attempts {
				t.Errorf("%d jobs, the first tried %d times, want %d", len(tasks), len(tasks[0].Attempts), c.attempts)
			}
			if alarmed := len(w.logLines(`"alarm":"not_told"`)) > 0; alarmed != c.alarm {
				t.Errorf("alarm %v, want %v", alarmed, c.alarm)
			}
			before := len(r.got("/"))
			w.ask("SR-1", "ecd-a", false)
			w.drain()
			if n := len(r.got("/")); n != before {
				t.Errorf("a repeat was answered again: %d calls", n-before)
			}
		})
	}
}

func TestARedirectionIsNotFollowed(t *testing.T) {
	t.Parallel()
	w, r := callbackWorld(t)
	elsewhere := newReceiver(t)
	r.answer = func(_ int, rw http.ResponseWriter, q *http.Request) {
		http.Redirect(rw, q, elsewhere.URL+"/signed", http.StatusTemporaryRedirect)
	}
	w.ask("SR-1", "ecd-a", false)
	w.drain()
	if n := len(elsewhere.got("/")); n != 0 || len(r.got("/signed")) != 1 {
		t.Errorf("%d calls elsewhere, %d here", n, len(r.got("/")))
	}
	if len(w.logLines(`"alarm":"not_told"`, "redirection")) != 1 {
		t.Error("nobody is told")
	}
}

// TestAKillWhileTheTicketIsAnswered kills the function when the receiver has the
// first answer in hand, and in another world lets the platform deliver every event
// twice at once.
func TestAKillWhileTheTicketIsAnswered(t *testing.T) {
	t.Parallel()
	w, r := callbackWorld(t, func(o *cloudOptions) { o.FC.RetryDelay = func(int) time.Duration { return 50 * time.Millisecond } })
	r.answer = func(n int, rw http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			w.FC.Kill("stopdesktops")
			panic(http.ErrAbortHandler)
		}
	}
	w.ask("SR-1", "ecd-a", false)
	w.drain()
	calls := r.got("/signed")
	if len(calls) != 2 || w.verified(calls[0]).Run != w.verified(calls[1]).Run {
		t.Errorf("%d answers; the first was lost with the function, the second has to come", len(calls))
	}
	if got := w.changed(); got["ecd-a"] != 1 {
		t.Errorf("changed %v", got)
	}
}

func TestEventsTwiceAnswerOnce(t *testing.T) {
	for name, how := range map[string]fc.Duplicates{"at once": fc.DuplicatesAtOnce, "after": fc.DuplicatesAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := callbackWorld(t)
			w.FC.DeliverTwice("stopdesktops", how)
			r.answer = func(_ int, rw http.ResponseWriter, _ *http.Request) { time.Sleep(200 * time.Millisecond) } // long enough for the other to come
			w.ask("SR-1", "ecd-a", false)
			w.drain()
			w.ask("SR-2", "ecd-off", false)
			w.drain()
			if n := len(r.got("/signed")); n != 2 {
				t.Errorf("%d answers to two tickets", n)
			}
			if n := strings.Count(w.Slack.Screen(channel, mallory), "Run `webhook-"); n != 2 {
				t.Errorf("%d reports in the channel, want 2:\n%s", n, w.Slack.Screen(channel, mallory))
			}
		})
	}
}
