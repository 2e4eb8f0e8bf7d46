package fc_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
)

// invocations remembers what a platform handed out.
type invocations struct {
	mu  sync.Mutex
	all []fc.Invocation
}

func (i *invocations) note(v fc.Invocation) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.all = append(i.all, v)
}

func (i *invocations) of(function string) []fc.Invocation {
	i.mu.Lock()
	defer i.mu.Unlock()
	var some []fc.Invocation
	for _, v := range i.all {
		if v.Function == function {
			some = append(some, v)
		}
	}
	return some
}

func async(t *testing.T, p *fc.Platform, order string) {
	t.Helper()
	resp, body := post(t, p.HTTPURL("worker"), order, "X-Fc-Invocation-Type", "Async")
	if resp.StatusCode != 202 {
		t.Fatalf("status %d %s", resp.StatusCode, body)
	}
}

func TestRetriesAndFailureDestination(t *testing.T) {
	var seen invocations
	p := start(t, fc.Options{OnInvoke: seen.note},
		worker(func(f *fc.Function) { f.Async.OnFailure = "acs:fc:ap-southeast-1:1:functions/undertaker" }),
		fc.Function{Name: "undertaker", Binary: binary})
	async(t, p, `{"do":"error"}`)
	tasks := drain(t, p)
	if len(tasks) != 2 || tasks[0].State != fc.TaskFailed || len(tasks[0].Attempts) != 4 || tasks[1].State != fc.TaskSucceeded || tasks[1].Source != fc.SourceDestination {
		t.Fatalf("tasks %+v", tasks)
	}
	for i, v := range seen.of("worker") {
		if v.RetryCount != i || v.RequestID != tasks[0].RequestID {
			t.Errorf("attempt %d: retry %d, request id %s", i, v.RetryCount, v.RequestID)
		}
	}
	var record fc.DestinationRecord
	decode(t, string(tasks[1].Payload), &record)
	c := record.RequestContext
	if c.RequestID != tasks[0].RequestID || c.FunctionARN != "acs:fc:"+region+":"+account+":functions/worker" || c.Condition != "UnhandledInvocationError" || c.ApproximateInvokeCount != 4 {
		t.Errorf("request context %+v", c)
	}
	if record.RequestPayload != string(tasks[0].Payload) || record.ResponseContext.StatusCode != 200 || record.ResponseContext.FunctionError != "UnhandledInvocationError" || !strings.Contains(record.ResponsePayload, "this went wrong") {
		t.Errorf("record %+v", record)
	}
}

func TestNewRequestIDOnRetry(t *testing.T) {
	var seen invocations
	p := start(t, fc.Options{OnInvoke: seen.note, NewRequestIDOnRetry: true}, worker(func(f *fc.Function) { f.Async.MaxRetries = new(1) }))
	async(t, p, `{"do":"error"}`)
	drain(t, p)
	if all := seen.of("worker"); len(all) != 2 || all[0].RequestID == all[1].RequestID {
		t.Errorf("invocations %+v", all)
	}
}

func TestSuccessDestination(t *testing.T) {
	p := start(t, fc.Options{}, worker(func(f *fc.Function) { f.Async.OnSuccess = "other" }), fc.Function{Name: "other", Binary: binary})
	async(t, p, `{"do":"map"}`)
	tasks := drain(t, p)
	if len(tasks) != 2 || !strings.Contains(string(tasks[1].Payload), `"condition":"Success"`) || !strings.Contains(string(tasks[1].Payload), `"responsePayload":"{\"a\":1}"`) {
		t.Errorf("tasks %+v", tasks)
	}
}

func TestFailingDestinationEndsThere(t *testing.T) {
	var log bytes.Buffer
	// The worker is its own destination, and fails on the record too.
	p := start(t, fc.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))},
		worker(func(f *fc.Function) {
			f.Async = fc.AsyncConfig{MaxRetries: new(0), OnFailure: "worker"}
			f.Env = map[string]string{"HANDLER": "exit-at-start"}
		}))
	async(t, p, `{}`)
	tasks := drain(t, p)
	if len(tasks) != 2 || tasks[1].State != fc.TaskFailed {
		t.Errorf("tasks %+v", tasks)
	}
	p.Close()
	if !strings.Contains(log.String(), "a destination failed") {
		t.Errorf("log %s", log.String())
	}
}

func TestOldEventsExpire(t *testing.T) {
	var offset atomic.Int64
	g := newGate(t)
	p := start(t, fc.Options{Now: func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }},
		worker(func(f *fc.Function) {
			f.MaxInstances, f.Async.MaxAge, f.Async.OnFailure = 1, 10*time.Minute, "undertaker"
		}),
		fc.Function{Name: "undertaker", Binary: binary})
	async(t, p, g.order())
	<-g.arrived
	async(t, p, `{}`) // waits for the only instance
	offset.Store(int64(11 * time.Minute))
	g.open <- struct{}{}
	tasks := drain(t, p)
	if len(tasks) != 3 || tasks[0].State != fc.TaskSucceeded || tasks[1].State != fc.TaskExpired || len(tasks[1].Attempts) != 0 || !strings.Contains(string(tasks[2].Payload), "EventAgeExceeded") {
		t.Errorf("tasks %+v", tasks)
	}
}

func TestKilledTaskIsRetried(t *testing.T) {
	g := newGate(t)
	var seen invocations
	p := start(t, fc.Options{OnInvoke: seen.note}, worker())
	async(t, p, g.order())
	<-g.arrived
	if p.Kill("worker") != 1 {
		t.Error("nothing to kill")
	}
	<-g.arrived
	g.open <- struct{}{}
	tasks := drain(t, p)
	if len(tasks) != 1 || tasks[0].State != fc.TaskSucceeded || len(tasks[0].Attempts) != 2 || !strings.Contains(string(tasks[0].Attempts[0].Response), "Process exited unexpectedly") {
		t.Errorf("tasks %+v", tasks)
	}
	if all := seen.of("worker"); all[0].InstanceID == all[1].InstanceID {
		t.Error("the dead instance got the retry")
	}
}

func TestKillBetweenAcceptanceAndDrainNeverHangs(t *testing.T) {
	g := newGate(t)
	p := start(t, fc.Options{}, worker())
	async(t, p, g.order())
	<-g.arrived
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Drain(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Drain with an open task: %v", err)
	}
	p.Close() // ends with a task in flight
	if tasks := p.Tasks(); tasks[0].State == fc.TaskSucceeded {
		t.Errorf("tasks %+v", tasks)
	}
}

func TestDeliverTwice(t *testing.T) {
	t.Run("after", func(t *testing.T) {
		var seen invocations
		p := start(t, fc.Options{OnInvoke: seen.note}, worker())
		p.DeliverTwice("worker", fc.DuplicatesAfter)
		async(t, p, `{"do":"map"}`)
		tasks := drain(t, p)
		if len(tasks) != 1 || len(tasks[0].Attempts) != 2 || tasks[0].Attempts[0].Duplicate || !tasks[0].Attempts[1].Duplicate {
			t.Fatalf("tasks %+v", tasks)
		}
		if all := seen.of("worker"); len(all) != 2 || all[0].RequestID != all[1].RequestID || !bytes.Equal(all[0].Event, all[1].Event) {
			t.Errorf("invocations %+v", all)
		}
	})
	t.Run("at once", func(t *testing.T) {
		g := newGate(t)
		p := start(t, fc.Options{}, worker())
		p.DeliverTwice("", fc.DuplicatesAtOnce)
		async(t, p, g.order())
		<-g.arrived
		<-g.arrived // both are inside before either may go on
		g.open <- struct{}{}
		g.open <- struct{}{}
		if tasks := drain(t, p); len(tasks) != 1 || tasks[0].State != fc.TaskSucceeded || len(tasks[0].Attempts) != 2 {
			t.Errorf("tasks %+v", tasks)
		}
	})
}
