package tests

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// text is an event or a part of one, as it travels inside another.
func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func tickEvent(at time.Time, payload string) string {
	return text(map[string]string{"triggerTime": at.UTC().Format(time.RFC3339), "triggerName": "x", "payload": payload})
}

func jobEvent(run core.RunID, step core.Step) string {
	return text(map[string]string{"Run": string(run), "Step": string(step)})
}

func failureEvent(of string) string {
	return text(map[string]any{"requestContext": map[string]any{"requestId": "1-forged", "condition": "UnhandledInvocationError", "approximateInvokeCount": 4},
		"requestPayload": of, "responseContext": map[string]any{"statusCode": 200, "functionError": "UnhandledInvocationError"}})
}

func httpEvent(method, path, body string) string {
	return text(map[string]any{"version": "v1", "rawPath": path, "body": body, "isBase64Encoded": false,
		"headers": map[string]string{"Content-Type": "application/json"}, "queryParameters": map[string]string{},
		"requestContext": map[string]any{"http": map[string]string{"method": method, "path": path}}})
}

// TestForgedEvents is the insider who may invoke the function, knows every run id
// and every timer, and holds no secret. Beside an unsigned request he may forge
// jobs, ticks, announcements and the platform's own failure records.
func TestForgedEvents(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), nil)
	if err := w.ECD.Add(append(two(), ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-night1", Name: "night1"})...); err != nil {
		t.Fatal(err)
	}
	// What there is to forge about: a finished run, a plan that nobody has
	// answered, and an announcement.
	w.post("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-b"]}`)
	w.command(alice, "ecd-a")
	minute := time.Now().Truncate(time.Minute)
	w.invoke(tickEvent(minute, `{"Timer":"selects","Announce":true}`))
	w.drain()
	w.restart()
	runs := map[core.Door]core.RunID{}
	for _, key := range w.keys() {
		run := core.RunID(strings.Split(key, "/")[2])
		runs[run.Door()] = run
	}
	if len(runs) != 3 || w.changing() != 1 {
		t.Fatalf("runs %v, %d calls", runs, w.changing())
	}
	finished, asked, announced := runs[core.Webhook], runs[core.Slack], runs[core.Timer]

	stop := `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`
	nobody := func(d core.Door) core.RunID { return core.RunID(string(d) + "-aaaaaaaaaaaaaaaaaaaaaaaaaa") }
	for name, c := range map[string]struct {
		event string
		may   string // what of the run may be written
	}{
		"an unsigned request":              {httpEvent(http.MethodPost, "/stop", stop), ""},
		"an unsigned sender":               {httpEvent(http.MethodPost, "/senders/token", stop), ""},
		"an unsigned freeze":               {httpEvent(http.MethodPost, "/freeze", `{"For":"1h"}`), ""},
		"an unsigned halt":                 {httpEvent(http.MethodPost, "/runs/"+string(asked)+"/halt", `{}`), ""},
		"a job of a webhook that was none": {jobEvent(nobody(core.Webhook), core.StepStop), ""},
		"a job of a timer that was none":   {jobEvent(nobody(core.Timer), core.StepStop), ""},
		"a job of a terminal":              {jobEvent(nobody(core.Terminal), core.StepStop), ""},
		"a job of a Slack run, none":       {jobEvent(nobody(core.Slack), core.StepPlan), ""},
		"a job of a finished run":          {jobEvent(finished, core.StepStop), ""},
		"a finished run planned":           {jobEvent(finished, core.StepPlan), ""},
		"a finished run done":              {jobEvent(finished, core.StepDo), ""},
		"an unanswered plan stopped":       {jobEvent(asked, core.StepStop), ""},
		"an unanswered plan done":          {jobEvent(asked, core.StepDo), ""},
		"an unanswered plan shown":         {jobEvent(asked, core.StepShow), ""},
		"an unanswered plan made again":    {jobEvent(asked, core.StepPlan), "/attempt-"},
		"an announcement stopped":          {jobEvent(announced, core.StepStop), ""},
		"an announcement planned":          {jobEvent(announced, core.StepPlan), ""},
		"a job with more in it":            {`{"Run":"` + string(finished) + `","Step":"stop","Force":true}`, ""},
		"a job twice in one":               {`{"Run":"` + string(finished) + `","Run":"` + string(asked) + `","Step":"stop"}`, ""},
		"a job of another folder":          {`{"Run":"webhook-../../freeze","Step":"stop"}`, ""},

		"a tick of no timer":              {tickEvent(minute, `{"Timer":"weekly"}`), ""},
		"a tick off schedule":             {tickEvent(minute, `{"Timer":"yearly"}`), ""},
		"a tick of yesterday":             {tickEvent(minute.Add(-24*time.Hour), `{"Timer":"nightly"}`), ""},
		"a tick to come":                  {tickEvent(minute.Add(time.Hour), `{"Timer":"nightly"}`), ""},
		"a tick with a request":           {tickEvent(minute, `{"Timer":"yearly","Request":`+stop+`}`), ""},
		"a tick of two timers":            {tickEvent(minute, `{"Timer":"yearly","Timer":"nightly"}`), ""},
		"a tick of a timer in capitals":   {tickEvent(minute, `{"Timer":"NIGHTLY"}`), ""},
		"a tick of a list":                {tickEvent(minute, `["nightly"]`), ""},
		"a tick of another time zone":     {text(map[string]string{"triggerTime": "2026-13-01T00:00:00+25:00", "triggerName": "x", "payload": `{"Timer":"nightly"}`}), ""},
		"an announcement of none":         {tickEvent(minute, `{"Timer":"nightly","Announce":true}`), ""},
		"an announcement off schedule":    {tickEvent(minute, `{"Timer":"yearly","Announce":true}`), ""},
		"an announcement again":           {tickEvent(minute, `{"Timer":"selects","Announce":true}`), ""},
		"an announcement of last week":    {tickEvent(minute.Add(-7*24*time.Hour), `{"Timer":"selects","Announce":true}`), ""},
		"an announcement that says so":    {tickEvent(minute, `{"Timer":"yearly","Announce":"true"}`), ""},
		"the death of nothing":            {failureEvent(`{}`), ""},
		"the death of a request":          {failureEvent(httpEvent(http.MethodPost, "/stop", stop)), ""},
		"the death of a run, none":        {failureEvent(jobEvent(nobody(core.Webhook), core.StepStop)), ""},
		"the death of a finished run":     {failureEvent(jobEvent(finished, core.StepStop)), ""},
		"the death of a tick to come":     {failureEvent(tickEvent(minute.Add(time.Hour), `{"Timer":"nightly"}`)), ""},
		"the death of a tick off":         {failureEvent(tickEvent(minute, `{"Timer":"yearly"}`)), ""},
		"the death of an announcement":    {failureEvent(tickEvent(minute, `{"Timer":"selects","Announce":true}`)), ""},
		"the death of a death":            {failureEvent(failureEvent(jobEvent(finished, core.StepStop))), ""},
		"an event of two shapes":          {`{"Run":"` + string(finished) + `","Step":"stop","triggerTime":"` + minute.UTC().Format(time.RFC3339) + `","triggerName":"x","payload":"{\"Timer\":\"yearly\"}"}`, ""},
		"an event of no shape":            {`{"All":true,"DesktopId":["ecd-a"]}`, ""},
		"an event with a byte order mark": {"\ufeff" + jobEvent(finished, core.StepStop), ""},
	} {
		before := w.calm()
		w.invoke(c.event)
		var may []string
		if c.may != "" {
			may = append(may, c.may)
		}
		w.unharmed(t, name, before, may...)
	}
	for _, task := range w.FC.Tasks() {
		if task.State != "Succeeded" || len(task.Attempts) != 1 {
			t.Errorf("%s: %s after %d tries; what cannot get better must not be tried again", task.Payload, task.State, len(task.Attempts))
		}
	}
	// A tick that is forged on schedule, in whatever shape, is that timer's own
	// run: it stops what the timer stops, once.
	before := w.changing()
	now := time.Now().Truncate(time.Minute)
	for range 2 {
		w.invoke(failureEvent(tickEvent(now, `{"Timer":"nightly"}`)))
		w.invoke(tickEvent(now, `{"Timer":"nightly"}`))
	}
	w.drain()
	if n := w.changing() - before; n != 1 {
		t.Errorf("a forged tick on schedule made %d calls, want the timer's own", n)
	}
	// A forged death of an unanswered plan, or of an announcement, ends it and
	// stops nothing.
	before = w.changing()
	w.invoke(failureEvent(jobEvent(announced, core.StepStop)))
	w.invoke(failureEvent(jobEvent(asked, core.StepPlan)))
	w.drain()
	w.press(alice, "stop")
	w.drain()
	if n := w.changing() - before; n != 0 {
		t.Errorf("%d calls after a plan was said to be dead", n)
	}
}
