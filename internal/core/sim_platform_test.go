package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// invocation is one life of the function: it has an end, may be killed at any
// of its calls, and afterwards does nothing that anybody could see.
type invocation struct {
	*simulation
	id       string
	retry    int
	run      RunID
	deadline time.Time

	mu     sync.Mutex
	killed bool
	cancel context.CancelFunc
	killAt int  // of its calls; 0 is none
	late   bool // it dies after that call has had its effect
	made   int
	nth    map[string]int
}

// trouble is what goes wrong with one call: the error it ends with, and whether
// it has its effect all the same.
type trouble struct {
	err    error
	effect bool
}

var errDied = errors.New("the process died")

func (v *invocation) dead() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.killed
}

func (v *invocation) die(how string) {
	v.mu.Lock()
	was := v.killed
	v.killed = true
	v.mu.Unlock()
	if !was {
		v.tell("%s retry %d dies %s", v.id, v.retry, how)
	}
	v.cancel()
}

// draw returns the chances of this invocation's next call of that name.
func (v *invocation) draw(op, key string) *rand.Rand {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.nth[op+key]++
	return v.simulation.draw(fmt.Sprint(v.id, "/", v.retry, "/", op, "/", key, "/", v.nth[op+key]))
}

// latency of a call: nanoseconds apart from every other, so that everything has
// an order.
func latency(op string, r *rand.Rand) time.Duration {
	most := 300 * time.Millisecond
	switch {
	case chance(r, 0.05):
		most = 6 * time.Second
	case strings.Contains(op, " "):
		most = 30 * time.Millisecond // a record
	}
	return time.Duration(1 + r.Int64N(int64(most)))
}

// step is one call to the world outside: it takes its time, and may go wrong,
// have its effect, and be the last thing that the invocation does.
func (v *invocation) step(ctx context.Context, op, key string, goesWrong func(*rand.Rand) *trouble, effect func() error) error {
	cut := func() error {
		return &CloudError{Class: CloudDown, Op: op, MayHave: op == "stop", Text: "the time was over"}
	}
	switch {
	case v.dead():
		return errDied
	case ctx.Err() != nil:
		return cut()
	}
	r := v.draw(op, key)
	if sleep(ctx, latency(op, r)) != nil {
		if op != "stop" || chance(r, 0.5) {
			return cut()
		}
		v.tell("%s %s: its answer comes too late, %v", op, key, effect())
		return cut()
	}
	v.mu.Lock()
	v.made++
	last := v.made == v.killAt
	v.mu.Unlock()
	if v.dead() {
		return errDied
	}
	if last && !v.late {
		v.die("before " + op + " " + key)
		return errDied
	}
	var t *trouble
	if v.troubled() && goesWrong != nil {
		t = goesWrong(r)
	}
	err := error(nil)
	if t == nil || t.effect {
		err = effect()
	}
	if t != nil {
		v.tell("%s: %s %s fails: %v (effect %t)", v.id, op, key, t.err, t.effect)
		err = t.err
	}
	if op == "stop" {
		v.tell("%s: stop %s: %v", v.id, key, err)
	}
	if last {
		v.die("after " + op + " " + key)
		return errDied
	}
	return err
}

// invoke lets one invocation do its work for a run, and says whether the event
// is over.
func (s *simulation) invoke(id string, retry int, run RunID, each time.Duration, work func(context.Context, *invocation, *Runner) error) bool {
	v := &invocation{simulation: s, id: id, retry: retry, run: run, deadline: time.Now().Add(each), nth: map[string]int{}}
	r := v.draw("life", "")
	if s.troubled() && chance(r, s.killRate) {
		v.killAt, v.late = 1+r.IntN(oneOf(r, 10, 40)), chance(r, 0.5)
	}
	ctx, cancel := context.WithDeadline(context.Background(), v.deadline)
	defer cancel()
	v.cancel = cancel
	// The platform kills a moment after the deadline that it has told.
	end := time.AfterFunc(each+time.Duration(1+r.IntN(int(50*time.Millisecond))), func() { v.die("at its deadline") })
	defer end.Stop()
	err := work(ctx, v, s.runner(v))
	if v.dead() {
		return false
	}
	s.tell("%s retry %d ends: %v", id, retry, err)
	if left := time.Until(v.deadline); left < 0 {
		s.fault("%s had no time left", id)
	}
	if strings.Contains(fmt.Sprint(err), "never ended") {
		return false
	}
	return err == nil || HandedOn(err) || CodeOf(err) != Busy && CodeOf(err) != Internal
}

// event is one asynchronous event: the platform invokes it again until it does
// not fail, gives up after some retries, and makes a failure record of it.
func (s *simulation) event(kind string, run RunID, work, dead func(context.Context, *invocation, *Runner, string) error) {
	s.mu.Lock()
	s.events++
	id := fmt.Sprintf("%s-%d", kind, s.events)
	s.mu.Unlock()
	r := s.draw("event " + id)
	s.all.Go(func() {
		for retry := range s.retries + 1 {
			time.Sleep(time.Duration(1 + r.Int64N(int64(time.Second)<<min(retry*2, 6)))) // in the bubble's time
			if s.invoke(id, retry, run, oneOf(r, s.invocation...), func(ctx context.Context, v *invocation, runner *Runner) error { return work(ctx, v, runner, id) }) {
				return
			}
		}
		// A failure record is an event itself; where it cannot settle the run
		// somebody is called, and has it done again.
		for retry := range 60 {
			time.Sleep(time.Duration(1 + r.Int64N(int64(time.Minute)))) // in the bubble's time
			if s.invoke(id+"-failed", retry, run, 5*time.Minute, func(ctx context.Context, v *invocation, runner *Runner) error { return dead(ctx, v, runner, id) }) {
				return
			}
		}
		s.fault("%s could not be settled", run)
	})
}

// simQueue starts a job for everything that is queued, and now and then two.
type simQueue struct{ *invocation }

func (v simQueue) Enqueue(ctx context.Context, run RunID, step Step) error {
	return v.step(ctx, "queue", string(run), func(r *rand.Rand) *trouble {
		if !chance(r, v.queueRate) {
			return nil
		}
		return &trouble{err: Errorf(Busy, "the queue did not answer"), effect: chance(r, 0.5)}
	}, func() error {
		v.job(run, step)
		if chance(v.simulation.draw("twice "+v.id), 0.03) {
			v.job(run, step)
		}
		return nil
	})
}

// simLog keeps what the log says about second calls, and about faults of ours.
type simLog struct{ *invocation }

func (simLog) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }
func (v simLog) WithAttrs([]slog.Attr) slog.Handler         { return v }
func (v simLog) WithGroup(string) slog.Handler              { return v }
func (v simLog) Handle(_ context.Context, r slog.Record) error {
	if v.dead() {
		return nil
	}
	var said []string
	r.Attrs(func(a slog.Attr) bool {
		said = append(said, a.String())
		if ids, ok := a.Value.Any().([]string); ok && a.Key == "desktops" && r.Message == "calling again" {
			v.simulation.mu.Lock()
			v.again = append(v.again, simAgain{time.Now(), slices.Clone(ids)})
			v.simulation.mu.Unlock()
		}
		return true
	})
	v.tell("%s logs: %s %s", v.id, r.Message, strings.Join(said, " "))
	if r.Level >= slog.LevelError {
		v.fault("%s: %s", r.Message, strings.Join(said, " "))
	}
	return nil
}
