package tests

import (
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
)

// wish records what alice wishes, as slackcmd does, and does not queue its job yet.
func (w *world) wish(name string, age time.Duration, rec core.RequestRecord) core.RunID {
	w.t.Helper()
	run := w.buttonKey(w.Secrets[0]).RunIDs(home, "command:"+name)[0]
	rec.Run, rec.At, rec.Caller = run, time.Now().UTC().Truncate(time.Millisecond).Add(-age), core.Caller{Door: core.Slack, Name: home + "/" + alice, Place: channel}
	if err := w.putRecordAs("slackcmd", "runs/"+string(run)+"/request", record("request", run, rec)); err != nil {
		w.t.Fatal(err)
	}
	return run
}

// said are the bodies of what the app has sent to Slack since so many calls, and
// that hold the words.
func (w *world) said(since int, words string) int {
	n := 0
	for _, c := range w.Slack.Calls()[since:] {
		if strings.Contains(string(c.Body), words) {
			n++
		}
	}
	return n
}

func (w *world) isFrozen() bool {
	return slices.ContainsFunc(w.keys(), func(key string) bool { return strings.HasSuffix(key, "/freeze") })
}

// freezeWish is a wish to freeze everything for an hour from now.
func (w *world) freezeWish(name string, age time.Duration) (core.RunID, time.Time) {
	w.t.Helper()
	until := time.Now().UTC().Add(time.Hour).Truncate(time.Second)
	return w.wish(name, age, core.RequestRecord{Kind: core.AskFreeze, Until: until, Request: core.Request{Reason: "outage"}}), until
}

// TestJobsOfAnotherStep sends jobs, and news of the deaths of jobs, that name a step
// which their run does not have. Nothing is said and nothing is marked, so that the
// run's own job still does its work and says how it ended.
func TestJobsOfAnotherStep(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, two())
	freeze, _ := w.freezeWish("freeze", 0)
	why := w.wish("why", 0, core.RequestRecord{Kind: core.AskWhy, Request: core.Request{RegionId: hangzhou, DesktopId: []string{"ecd-b"}}})
	w.command(alice, "ecd-a")
	w.drain()
	asked := w.slackRun()
	for _, key := range w.keys() {
		if strings.HasSuffix(key, "/plan") {
			asked = core.RunID(strings.Split(key, "/")[2])
		}
	}
	for run, steps := range map[core.RunID][]core.Step{
		freeze: {core.StepShow, core.StepPlan, core.StepStop},
		why:    {core.StepDo, core.StepPlan, core.StepStop},
		asked:  {core.StepDo, core.StepShow},
	} {
		for _, step := range steps {
			before, said, alarms := w.calm(), len(w.Slack.Calls()), len(w.logLines(`"alarm":"job_malformed"`, string(run), `"step":"`+string(step)))
			w.invoke(jobEvent(run, step))
			w.unharmed(t, "a job with step "+string(step), before)
			if n := len(w.logLines(`"alarm":"job_malformed"`, string(run), `"step":"`+string(step))) - alarms; n != 1 || len(w.Slack.Calls()) != said {
				t.Errorf("step %s: %d alarms, %d messages", step, n, len(w.Slack.Calls())-said)
			}
			w.invoke(failureEvent(jobEvent(run, step)))
			w.unharmed(t, "the death of a job with step "+string(step), before)
			if len(w.Slack.Calls()) != said {
				t.Errorf("the death of a job with step %s: %d messages", step, len(w.Slack.Calls())-said)
			}
		}
	}
	said := len(w.Slack.Calls())
	w.press(alice, "stop")
	w.drain()
	w.wantOnScreen("1 `stopped`")
	w.invoke(jobEvent(why, core.StepShow))
	w.drain()
	w.invoke(jobEvent(freeze, core.StepDo))
	w.drain()
	if w.said(said, "ecd-b") != 1 || w.said(said, "Frozen until") != 1 || !w.isFrozen() || w.changed()["ecd-a"] != 1 {
		t.Errorf("frozen %t, stopped %v; %d messages about the question, %d about the freeze", w.isFrozen(), w.changed(), w.said(said, "ecd-b"), w.said(said, "Frozen until"))
	}
}

// TestDeathsOfWishes sends the news that the job of a wish died, before that job
// comes. What could still come is done; of what could not, its person hears once
// that it was not done, or that it was, and the job still does it. No wish has a
// report.
func TestDeathsOfWishes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age      time.Duration
		was      bool   // it was frozen so before the news
		said     string // after the news, once
		frozen   bool   // after the news
		thenSaid int    // how often the job says that it froze, when it comes
	}{
		"while it is queued":             {0, false, "Frozen until", true, 0},
		"when it was too late":           {2 * time.Hour, false, "Not frozen", false, 1},
		"when it was done all the same":  {2 * time.Hour, true, "Frozen until", true, 0},
		"days after the platform forgot": {48 * time.Hour, false, "", false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := fleetWorld(t, two())
			run, until := w.freezeWish("freeze", c.age)
			if c.was {
				by := core.Caller{Door: core.Slack, Name: home + "/" + alice, Place: channel}
				w.OSS.Put(cloud.Bucket, "freeze", record("freeze", "", core.Freeze{At: time.Now().UTC(), By: by, Reason: "outage", Until: until}))
			}
			before, said := w.calm(), len(w.Slack.Calls())
			for range 2 { // the news may come twice
				w.invoke(failureEvent(jobEvent(run, core.StepDo)))
				w.drain()
			}
			if n := len(w.Slack.Calls()) - said; w.isFrozen() != c.frozen || c.said == "" && n != 0 || c.said != "" && w.said(said, c.said) != 1 {
				t.Errorf("frozen %t; %d messages, %d of them say %q", w.isFrozen(), n, w.said(said, c.said), c.said)
			}
			if c.said == "" {
				w.unharmed(t, name, before)
			}
			for _, key := range w.keys() {
				for _, part := range []string{"/report", "/attempt-", "/halt"} {
					if strings.Contains(key, part) {
						t.Errorf("record %s appeared", key)
					}
				}
			}
			said = len(w.Slack.Calls())
			w.invoke(jobEvent(run, core.StepDo)) // the real one
			w.drain()
			if n := w.said(said, "Frozen until"); !w.isFrozen() || n != c.thenSaid {
				t.Errorf("after the job itself: frozen %t, said %d times, want %d", w.isFrozen(), n, c.thenSaid)
			}
			if said := strings.Contains(w.FC.Logs("stopdesktops"), "none of 0 desktops"); said || len(w.reports()) > 0 {
				t.Errorf("a wish has %d reports", len(w.reports()))
			}
		})
	}
}

// TestDeathOfAQuestion: a question is answered once, whoever answers it.
func TestDeathOfAQuestion(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, two())
	run := w.wish("why", 0, core.RequestRecord{Kind: core.AskWhy, Request: core.Request{RegionId: hangzhou, DesktopId: []string{"ecd-b"}}})
	w.invoke(failureEvent(jobEvent(run, core.StepShow)))
	w.drain()
	w.invoke(jobEvent(run, core.StepShow))
	w.drain()
	if n := w.said(0, "ecd-b"); n != 1 || len(w.reports()) != 0 {
		t.Errorf("%d answers, %d reports", n, len(w.reports()))
	}
	old := w.wish("older", 2*time.Hour, core.RequestRecord{Kind: core.AskWhy, Request: core.Request{RegionId: hangzhou, DesktopId: []string{"ecd-a"}}})
	w.invoke(failureEvent(jobEvent(old, core.StepShow)))
	w.drain()
	if w.said(0, "Ask again") != 1 || w.said(0, "ecd-a") != 0 {
		t.Errorf("%d say to ask again, %d answer", w.said(0, "Ask again"), w.said(0, "ecd-a"))
	}
}
