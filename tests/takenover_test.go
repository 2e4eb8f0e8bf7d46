package tests

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
)

// forgery writes records of a run as they look where an invocation has handed on,
// with the role of whoever was taken over, and returns which it may not write.
func (w *world) forgery(role string, run core.RunID, q core.Request) (refused []string) {
	now := time.Now().UTC().Truncate(time.Millisecond)
	var stops []map[string]any
	for _, id := range q.DesktopId {
		stops = append(stops, map[string]any{"RegionId": q.RegionId, "DesktopId": id, "Stop": true})
	}
	for _, r := range []struct {
		kind, key string
		body      any
	}{
		{"request", "request", core.RequestRecord{Run: run, At: now, Caller: core.Caller{Door: core.Webhook, Name: "webhook"}, Request: q}},
		{"plan", "plan", map[string]any{"RunId": run, "At": now, "Contract": "admin", "Digest": "x", "Count": 1, "Percent": 1, "Running": -1, "Entries": stops}},
		{"attempt", "attempt-1", core.Attempt{N: 1, Step: core.StepStop, Holder: "x", At: now, Until: now}},
		{"part", "part-1", map[string]any{"RunId": run, "Attempt": 1, "Nth": 1, "At": now, "Outcomes": []any{}}},
	} {
		if w.putRecordAs(role, "runs/"+string(run)+"/"+r.key, record(r.kind, run, r.body)) != nil {
			refused = append(refused, r.key)
		}
	}
	return refused
}

// TestADoorThatWasTakenOver forges what only the worker writes, so that it would
// go on with a run that policy and ceiling refuse. The role does not let it, and
// where a role would, the worker asks again.
func TestADoorThatWasTakenOver(t *testing.T) {
	t.Parallel()
	const policy = `@id("with-a-reason")
permit (principal == Sender::"webhook", action in [Action::"submit", Action::"read"], resource) when { context.reason != "" };
@id("two")
permit (principal, action in [Action::"stop", Action::"preview"], resource) when { context.count <= 2 };
`
	for name, role := range map[string]string{"its own role": doorOnly, "a role that may write every record": worker} {
		for what, reason := range map[string]string{"without what the policy wants": "", "more than the policy lets": "a drill"} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				q := core.Request{RegionId: "cn-hangzhou", Reason: reason}
				var fleet []ecd.Desktop
				for i := range 4 {
					q.DesktopId = append(q.DesktopId, fmt.Sprintf("ecd-z%02d", i))
					fleet = append(fleet, ecd.Desktop{Region: q.RegionId, ID: q.DesktopId[i]})
				}
				s := newShape(t, true, fleet, withConfig(t, map[string]string{"policy.cedar": policy}))
				run := core.RunID("webhook-" + strings.Repeat("b", 26))
				refused := s.forgery(role, run, q)
				if own := role == doorOnly; own != (fmt.Sprint(refused) == "[plan attempt-1 part-1]") || !own && len(refused) > 0 {
					t.Errorf("the role may not write %v", refused)
				}
				s.invokeAs(doorOnly, jobEvent(run, core.StepStop))
				s.drain()
				if n := len(s.changed()); n > 0 {
					t.Errorf("%d desktops were stopped", n)
				}
			})
		}
	}
}

// TestATerminalsRunStaysThere sends a job for the run of a terminal that died
// while it asked for a yes, as whoever may invoke the worker can.
func TestATerminalsRunStaysThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	run := core.RunID("terminal-" + strings.Repeat("c", 26))
	then := time.Now().UTC().Truncate(time.Millisecond).Add(-3 * time.Hour)
	for key, r := range map[string]struct {
		kind string
		body any
	}{
		"request": {"request", core.RequestRecord{Run: run, At: then, Caller: core.Caller{Door: core.Terminal, Name: "alice"},
			Request: core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a", "ecd-b"}}}},
		"attempt-1": {"attempt", core.Attempt{N: 1, Step: core.StepStop, Holder: "terminal-x", At: then, Until: then.Add(2 * time.Hour)}},
	} {
		w.OSS.Put(cloud.Bucket, "runs/"+string(run)+"/"+key, record(r.kind, run, r.body))
	}
	w.invokeAs("slackcmd", jobEvent(run, core.StepStop))
	w.drain()
	if n := len(w.changed()); n > 0 {
		t.Errorf("%d desktops were stopped that nobody said yes to", n)
	}
	if logs := w.FC.Logs("stopdesktops"); !strings.Contains(logs, "job_malformed") || !strings.Contains(logs, string(run)) {
		t.Errorf("nobody is alarmed:\n%s", logs)
	}
	if r := w.post(fresh(), `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`); r.Status != http.StatusAccepted {
		t.Errorf("a run of a sender: %d %s", r.Status, r.Text)
	}
}

// TestSendersMayIsAskedAgain queues runs that were recorded in the name of senders
// that may not stop, or do not exist, as whoever may write a sender's request can.
func TestSendersMayIsAskedAgain(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), nil)
	if err := w.ECD.Add(two()...); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"looks-only", "reads-only", "nobody-has-this-name"} {
		run := core.RunID("webhook-" + strings.Repeat(string(rune('b'+i)), 26))
		w.OSS.Put(cloud.Bucket, "runs/"+string(run)+"/request", record("request", run, core.RequestRecord{Run: run, At: time.Now().UTC().Truncate(time.Millisecond),
			Caller: core.Caller{Door: core.Webhook, Name: name}, Request: core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}}}))
		w.invoke(jobEvent(run, core.StepStop))
		w.drain()
		if n := w.changing(); n > 0 {
			t.Fatalf("%s: %d calls", name, n)
		}
		if r := w.get("/runs/" + string(run)); r.Report == nil || r.Report.Counts[core.NotPermitted] != 1 {
			t.Errorf("%s: %s", name, r.Text)
		}
	}
}

// TestNewsOfDeathsThatWereNone sends the platform's record of a death for a
// terminal's run and for ticks of long ago: neither writes a report, nor a line
// that tells an alarm that the timer is well.
func TestNewsOfDeathsThatWereNone(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, []ecd.Desktop{{Region: hangzhou, ID: "ecd-n1", Tags: map[string]string{"env": "dev"}}})
	run := core.RunID("terminal-" + strings.Repeat("c", 26))
	w.OSS.Put(cloud.Bucket, "runs/"+string(run)+"/request", record("request", run, core.RequestRecord{Run: run, At: time.Now().UTC().Truncate(time.Millisecond),
		Caller: core.Caller{Door: core.Terminal, Name: "alice"}, Request: core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-n1"}}}))
	w.invoke(failureEvent(jobEvent(run, core.StepStop)))
	for _, days := range []int{2, 30, 400} {
		day := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -days)
		for hour := range 24 {
			w.invoke(failureEvent(tickEvent(day.Add(time.Duration(hour)*time.Hour), `{"Timer":"nightly"}`)))
		}
	}
	w.drain()
	if reports := w.reports(); len(reports) > 0 {
		t.Errorf("%d reports, the first %+v", len(reports), reports[0])
	}
	logs := w.FC.Logs("stopdesktops")
	if strings.Contains(logs, `"msg":"alive"`) || !strings.Contains(logs, "no function carries out") || !strings.Contains(logs, "gives up long before") {
		t.Errorf("the log says\n%s", logs)
	}
}
