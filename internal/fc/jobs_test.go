package fc_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// field is the one bad field of an Invalid error.
func field(err error) string {
	var e *core.Error
	if !errors.As(err, &e) || e.Code != core.Invalid {
		return "no Invalid error"
	}
	if len(e.Fields) == 0 {
		return e.Message
	}
	return e.Fields[0].Field + " " + e.Fields[0].Problem
}

func TestTick(t *testing.T) {
	got, err := fc.Open([]byte(timerEvent)).Tick()
	want := fc.Tick{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Trigger: "nightly", Timer: "nightly-dev"}
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	got, err = fc.Open([]byte(strings.Replace(timerEvent, "12:00:00Z", "20:00:00+08:00", 1))).Tick()
	if err != nil || got != want {
		t.Errorf("in another zone %+v, %v; want the same instant in UTC", got, err)
	}

	for name, tt := range map[string]struct{ from, to, want string }{
		"no time":               {"2026-03-01T12:00:00Z", "today", "triggerTime is not a time"},
		"time as a number":      {`"2026-03-01T12:00:00Z"`, "1", "The timer event is malformed."},
		"empty payload":         {`{\"Timer\":\"nightly-dev\"}`, "", "(document) is empty"},
		"payload as an object":  {`"{\"Timer\":\"nightly-dev\"}"`, `{"Timer":"nightly-dev"}`, "The timer event is malformed."},
		"payload not JSON":      {`{\"Timer\":\"nightly-dev\"}`, "nightly-dev", "(document) is not JSON"},
		"payload with more":     {`\"}"`, `\",\"All\":true}"`, "All is not a known field"},
		"timer in another case": {"Timer", "timer", "timer is not a known field; did you mean Timer?"},
		"timer as a number":     {`\"nightly-dev\"`, `5`, `Timer is the number "5"`},
		"timer empty":           {`nightly-dev`, ``, "Timer is missing"},
		"timer missing":         {`\"Timer\":\"nightly-dev\"`, ``, "Timer is missing"},
	} {
		e := fc.Open([]byte(strings.Replace(timerEvent, tt.from, tt.to, 1)))
		if e.Shape != fc.ShapeTimer {
			t.Errorf("%s: shape %s", name, e.Shape)
		}
		tick, err := e.Tick()
		if got := field(err); !strings.HasPrefix(got, tt.want) || tick.Timer != "" {
			t.Errorf("%s: %q and %+v, want %q", name, got, tick, tt.want)
		}
	}
}

func TestJob(t *testing.T) {
	got, err := fc.Open([]byte(jobEvent)).Job()
	if want := (fc.Job{Run: "webhook-abcdefghijklmnopqrstuvwxyz", Step: core.StepStop}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for name, tt := range map[string]struct{ from, to, want string }{
		"run of another shape": {"abcdefghijklmnopqrstuvwxyz", "../freeze", "Run is not a run id"},
		"run of another door":  {"webhook", "dingtalk", "Run is not a run id"},
		"run missing":          {`"webhook-abcdefghijklmnopqrstuvwxyz"`, "null", "Run is null"},
		"run as a list":        {`"webhook-abcdefghijklmnopqrstuvwxyz"`, "[]", "Run is an array"},
		"step as a number":     {`"stop"`, "1", `Step is the number "1"`},
		"step empty":           {`"stop"`, `""`, "Step is not a step"},
		"step of two words":    {`"stop"`, `"stop all"`, "Step is not a step"},
		"endless":              {"stop", strings.Repeat("s", 2000), "The job is too long."},
	} {
		e := fc.Open([]byte(strings.Replace(jobEvent, tt.from, tt.to, 1)))
		if e.Shape != fc.ShapeJob {
			t.Errorf("%s: shape %s", name, e.Shape)
		}
		if job, err := e.Job(); !strings.HasPrefix(field(err), tt.want) || job != (fc.Job{}) {
			t.Errorf("%s: %q and %+v, want %q", name, field(err), job, tt.want)
		}
	}
}

func TestFailure(t *testing.T) {
	for name, payload := range map[string]string{"object": jobEvent, "string": strconv.Quote(jobEvent)} {
		f := fc.Open([]byte(failureOf(payload))).Failure()
		job, err := f.Original.Job()
		if err != nil || f.Original.Shape != fc.ShapeJob || job.Step != core.StepStop {
			t.Errorf("%s: original %s, %+v, %v", name, f.Original.Shape, job, err)
		}
		if f.RequestID != "1-b" || f.Condition != "RetriesExhausted" || f.Tries != 4 || f.Status != 200 || f.Error != "UnhandledInvocationError" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	for name, payload := range map[string]string{"object": timerEvent, "string": strconv.Quote(timerEvent)} {
		f := fc.Open([]byte(failureOf(payload))).Failure()
		if tick, err := f.Original.Tick(); err != nil || tick.Timer != "nightly-dev" {
			t.Errorf("%s: %+v, %v", name, tick, err)
		}
	}
	for name, payload := range map[string]string{"null": "null", "list": "[]", "number": "1", "text": `"hello"`, "empty": `""`, "half a pair": `"\ud800"`, "failure in a string that is cut": `"{\"Run\""`} {
		if f := fc.Open([]byte(failureOf(payload))).Failure(); f.Original.Shape != fc.ShapeUnknown || f.RequestID != "1-b" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	// Numbers as text, and parts of other types, lose only themselves.
	f := fc.Open([]byte(`{"requestContext":{"requestId":7,"condition":{},"approximateInvokeCount":"3"},"requestPayload":` + jobEvent + `,"responseContext":[]}`)).Failure()
	if f.RequestID != "7" || f.Condition != "" || f.Tries != 3 || f.Status != 0 || f.Original.Shape != fc.ShapeJob {
		t.Errorf("%+v", f)
	}
}
