package tests

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// TestOldRunsAreNotAlive sends what is over long ago once more: the job of a timer's
// run and the news of its death, ticks of last year, and a death that names an
// announcement. None of them tells the alarms, or a channel, that the timer is well.
func TestOldRunsAreNotAlive(t *testing.T) {
	t.Parallel()
	w := fleetWorld(t, []ecd.Desktop{{Region: hangzhou, ID: "ecd-n1", Tags: map[string]string{"env": "dev"}}, {Region: hangzhou, ID: "ecd-e1", Tags: map[string]string{"team": "red"}}})
	minute := time.Now().UTC().Truncate(time.Minute)
	w.tickAt("nightly", minute)
	w.drain()
	run := w.onlyReport().Run
	w.leasesOver()
	w.invoke(tickEvent(minute, `{"Timer":"evening","Announce":true}`))
	w.drain()
	announced := core.RunID("")
	for _, key := range w.keys() {
		if is := core.RunID(strings.Split(key, "/")[2]); is.Door() == core.Timer && is != run {
			announced = is
		}
	}
	alive := func() int { return len(w.logLines(`"msg":"alive"`)) }
	if alive() != 1 || len(w.posts(operations, "`nightly`")) != 1 || announced == "" {
		t.Fatalf("%d lines, %d messages, announced %q", alive(), len(w.posts(operations, "`nightly`")), announced)
	}
	year := minute.AddDate(-1, 0, 0)
	for name, c := range map[string]struct {
		event string
		may   string
		alarm string
	}{
		"a job of a run that ended":           {jobEvent(run, core.StepStop), "/attempt-", ""},
		"the death of a job of it":            {failureEvent(jobEvent(run, core.StepStop)), "", "died_for_good"},
		"a tick of last year":                 {tickEvent(year, `{"Timer":"nightly"}`), "", "timer_late"},
		"a tick of two days ago":              {tickEvent(minute.AddDate(0, 0, -2), `{"Timer":"nightly"}`), "", "timer_late"},
		"the death of a job of an announced":  {failureEvent(jobEvent(announced, core.StepStop)), "", "not_settled"},
		"the death of a plan of an announced": {failureEvent(jobEvent(announced, core.StepPlan)), "", "not_settled"},
	} {
		before, posts, alarms := w.calm(), len(w.posts(operations, "")), len(w.logLines(`"alarm":"`+c.alarm))
		w.invoke(c.event)
		if c.may == "" {
			w.unharmed(t, name, before)
		} else {
			w.unharmed(t, name, before, c.may)
		}
		if n := alive(); n != 1 {
			t.Fatalf("%s: %d lines say that the timer is alive", name, n)
		}
		if n := len(w.posts(operations, "")) - posts; n != 0 {
			t.Errorf("%s: %d messages", name, n)
		}
		if c.alarm != "" && len(w.logLines(`"alarm":"`+c.alarm)) == alarms {
			t.Errorf("%s: no alarm %s", name, c.alarm)
		}
	}
}

// leasesOver makes every lease one of long ago.
func (w *world) leasesOver() {
	w.t.Helper()
	for key, body := range w.OSS.Objects() {
		if !strings.Contains(key, "/attempt-") {
			continue
		}
		var record map[string]any
		if err := json.Unmarshal(body, &record); err != nil {
			w.t.Fatal(err)
		}
		lease := record["Body"].(map[string]any)
		lease["At"], lease["Until"] = "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"
		bucket, name, _ := strings.Cut(strings.TrimPrefix(key, "/"), "/")
		w.OSS.Put(bucket, name, []byte(text(record)))
	}
}
