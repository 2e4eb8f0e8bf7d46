package fc

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// maxAsyncPayload is the size limit of an asynchronous event, from the FC
// documentation (more by ticket).
const maxAsyncPayload = 128 << 10

// taskID is the documented form of a task's name.
var taskID = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,127}$`)

// queue holds every asynchronous task since the platform started.
type queue struct {
	p *Platform

	mu      sync.Mutex
	tasks   []*Task
	named   map[string]bool // function + "/" + task id
	open    int
	drained chan struct{} // closed and replaced when open reaches 0
	twice   map[string]Duplicates
}

func newQueue(p *Platform) *queue {
	return &queue{p: p, named: map[string]bool{}, drained: make(chan struct{}), twice: map[string]Duplicates{}}
}

// asyncEvent is something to run later.
type asyncEvent struct {
	source    Source
	payload   []byte
	requestID string
	taskID    string // empty means the request id
	final     bool   // a destination's event: its own end is only logged
}

// enqueue records an event and starts to work on it.
func (p *Platform) enqueue(f *function, ev asyncEvent) (Task, *apiError) {
	if ev.taskID != "" {
		switch {
		case !f.conf.Async.TaskMode:
			return Task{}, refusal(http.StatusBadRequest, "InvalidArgument", "x-fc-async-task-id needs asyncTask on function %s", f.conf.Name)
		case !taskID.MatchString(ev.taskID):
			return Task{}, refusal(http.StatusBadRequest, "InvalidArgument", "x-fc-async-task-id must be 1 to 128 letters, digits, _ or - and start with a letter or _")
		}
	} else {
		ev.taskID = ev.requestID
	}
	q := p.queue
	t := &Task{ID: ev.taskID, RequestID: ev.requestID, Function: f.conf.Name, Source: ev.source, Payload: ev.payload, State: TaskEnqueued, Enqueued: p.opt.Now()}
	q.mu.Lock()
	defer q.mu.Unlock()
	if key := t.Function + "/" + t.ID; q.named[key] {
		return Task{}, refusal(http.StatusConflict, "AsyncTaskAlreadyExists", "function %s already has a task %s", t.Function, t.ID)
	} else {
		q.named[key] = true
	}
	p.mu.Lock()
	closed := p.closed
	if !closed {
		p.running.Add(1)
	}
	p.mu.Unlock()
	if closed {
		return Task{}, refusal(http.StatusServiceUnavailable, "ServiceUnavailable", "the platform is closed")
	}
	q.tasks = append(q.tasks, t)
	q.open++
	go func() {
		defer p.running.Done()
		p.work(t, ev.final)
		q.close()
	}()
	return t.snapshot(), nil
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open--; q.open == 0 {
		close(q.drained)
		q.drained = make(chan struct{})
	}
}

// Drain waits until no asynchronous task is open: each has succeeded, failed
// for good or expired, and so have the events of its destinations.
func (p *Platform) Drain(ctx context.Context) error {
	q := p.queue
	for {
		q.mu.Lock()
		open, drained := q.open, q.drained
		q.mu.Unlock()
		if open == 0 {
			return nil
		}
		select {
		case <-drained:
		case <-ctx.Done():
			return fmt.Errorf("drain the asynchronous queue, %d tasks open: %w", open, ctx.Err())
		}
	}
}

// Tasks returns every asynchronous task in the order in which they came.
func (p *Platform) Tasks() []Task {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	all := make([]Task, len(p.queue.tasks))
	for i, t := range p.queue.tasks {
		all[i] = t.snapshot()
	}
	return all
}

// work tries a task until it succeeds, has no retry left, or is too old.
func (p *Platform) work(t *Task, final bool) {
	for retry := 0; ; retry++ {
		f := p.function(t.Function)
		if f == nil {
			p.queue.finish(t, TaskInvalid, nil)
			return
		}
		in, err := f.acquire(p.ctx, true)
		if p.ctx.Err() != nil {
			if err == nil {
				f.release(in)
			}
			return // the platform closes; the task stays as it is
		}
		if p.tooOld(t, f) {
			if err == nil {
				f.release(in)
			}
			p.queue.finish(t, TaskExpired, nil)
			p.notify(t, f, conditionExpired, final)
			return
		}
		var r result
		if err != nil {
			r = functionError("FunctionNotStarted", "Function cannot start: %v", err)
			p.queue.ended(p.queue.started(t, t.RequestID, retry, false), r)
		} else {
			r = p.deliver(f, in, t, retry)
		}
		if p.ctx.Err() != nil {
			return
		}
		if !r.failed {
			p.queue.finish(t, TaskSucceeded, r.payload)
			p.notify(t, f, conditionSuccess, final)
			return
		}
		if retry >= f.conf.Async.retries() {
			p.queue.finish(t, TaskFailed, r.payload)
			p.notify(t, f, unhandledError, final)
			return
		}
		p.queue.setState(t, TaskRetrying)
		pause := time.NewTimer(p.opt.RetryDelay(retry + 1))
		select {
		case <-pause.C:
		case <-p.ctx.Done():
			pause.Stop()
			return
		}
	}
}

// deliver runs one attempt, and a second copy of it where DeliverTwice asks
// for one. The copy's result is recorded and decides nothing.
func (p *Platform) deliver(f *function, in *instance, t *Task, retry int) result {
	id := t.RequestID
	if retry > 0 && p.opt.NewRequestIDOnRetry {
		id = p.newRequestID()
	}
	inv := Invocation{RequestID: id, Source: t.Source, RetryCount: retry, Event: t.Payload}
	once := func(in *instance, f *function, duplicate bool) result {
		a := p.queue.started(t, id, retry, duplicate)
		r := p.runOn(in, inv)
		f.release(in)
		p.queue.ended(a, r)
		return r
	}
	again := func() {
		if f := p.function(t.Function); f != nil {
			if in, err := f.acquire(p.ctx, true); err == nil {
				once(in, f, true)
			}
		}
	}
	switch p.queue.duplicates(t) {
	case DuplicatesAfter:
		r := once(in, f, false)
		again()
		return r
	case DuplicatesAtOnce:
		var copyRun sync.WaitGroup
		copyRun.Go(again)
		r := once(in, f, false)
		copyRun.Wait()
		return r
	default:
		return once(in, f, false)
	}
}

func (p *Platform) tooOld(t *Task, f *function) bool {
	return p.opt.Now().Sub(t.Enqueued) > f.conf.Async.MaxAge
}

// attemptRef names an attempt of a task; the record itself moves when the
// list grows.
type attemptRef struct {
	t *Task
	i int
}

func (q *queue) started(t *Task, requestID string, retry int, duplicate bool) attemptRef {
	q.mu.Lock()
	defer q.mu.Unlock()
	t.State = TaskRunning
	t.Attempts = append(t.Attempts, Attempt{RequestID: requestID, RetryCount: retry, Duplicate: duplicate, Started: q.p.opt.Now()})
	return attemptRef{t, len(t.Attempts) - 1}
}

func (q *queue) ended(ref attemptRef, r result) {
	q.mu.Lock()
	defer q.mu.Unlock()
	a := &ref.t.Attempts[ref.i]
	a.Ended, a.Failed, a.Response = q.p.opt.Now(), r.failed, r.payload
}

func (q *queue) setState(t *Task, s TaskState) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t.State = s
}

func (q *queue) finish(t *Task, s TaskState, response []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t.State, t.Response, t.Ended = s, response, q.p.opt.Now()
}
