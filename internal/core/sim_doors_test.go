package core

import (
	"context"
	"fmt"
	"time"
)

// knock brings the request in through its door, as the door's own function and
// whoever stands before it would.
func (s *simulation) knock() {
	switch s.door {
	case Timer:
		s.tick()
	case Slack:
		s.command()
	default:
		s.deliver()
	}
}

// tick is the timer's event.
func (s *simulation) tick() {
	i := Instant{Timer: s.caller.Name, At: s.begun, Since: s.begun.Add(-24 * time.Hour), Request: s.request}
	s.event("tick", s.first, func(ctx context.Context, v *invocation, r *Runner, _ string) error {
		_, err := r.Tick(ctx, i)
		s.through(v, s.first, err)
		return err
	}, func(ctx context.Context, v *invocation, r *Runner, id string) error {
		settle := r.RescueTick
		if time.Since(s.begun) > 15*time.Minute {
			settle = r.SettleTick // it is too late for tonight
		}
		_, err := settle(ctx, i, id)
		s.through(v, s.first, err)
		return err
	})
}

// through notes that a run has been seen through to its report, as far as the
// platform knows, unless another invocation goes on.
func (s *simulation) through(v *invocation, run RunID, err error) {
	if err == nil && !v.dead() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ended[run] = true
	}
}

// job is the event of a queued job.
func (s *simulation) job(run RunID, step Step) {
	s.event("job-"+string(step), run, func(ctx context.Context, v *invocation, r *Runner, _ string) error {
		if step == StepPlan {
			return s.ask(ctx, v, r, run)
		}
		_, err := r.Carry(ctx, run, nil)
		s.through(v, run, err)
		return err
	}, func(ctx context.Context, v *invocation, r *Runner, id string) error {
		return s.settle(ctx, v, r, run, id)
	})
}

// settle is what becomes of a job that died for good: what nobody had begun is done
// once more, and anything else ends with what can be seen.
func (s *simulation) settle(ctx context.Context, v *invocation, r *Runner, run RunID, dead string) error {
	rec, err := r.Journal.Request(ctx, run)
	if err != nil {
		return err
	}
	waiting, err := r.Waiting(ctx, rec)
	switch {
	case err != nil:
		return err
	case waiting == StepPlan:
		err = s.ask(ctx, v, r, run)
	case waiting == StepStop:
		_, err = r.Carry(ctx, run, nil)
		s.through(v, run, err)
	}
	if waiting != "" {
		if err == nil || HandedOn(err) {
			return err
		}
		dead = v.id
	}
	_, err = r.Settle(ctx, run, dead)
	s.through(v, run, err)
	return err
}

// ask is the plan step of a run from Slack: it shows the plan, and a person
// answers, or does not.
func (s *simulation) ask(ctx context.Context, v *invocation, r *Runner, run RunID) error {
	p, err := r.Prepare(ctx, run)
	if err != nil || p.Plan == nil {
		return err
	}
	person := s.draw("person " + string(run))
	c := Confirm{Run: run, By: s.caller, Stop: chance(person, 0.9), Digest: p.Plan.Digest}
	s.mu.Lock()
	_, shown := s.waits[run]
	s.waits[run] = true
	s.mu.Unlock()
	if !shown && chance(person, 0.95) {
		thinks := time.Duration(person.Int64N(int64(oneOf(person, time.Minute, time.Minute, 12*time.Minute))))
		s.all.Go(func() {
			time.Sleep(thinks) // in the bubble's time
			c.At = time.Now()
			_, _, _ = s.journal.PutConfirm(ctx, c) // the fake does not fail by itself
			s.mu.Lock()
			s.waits[run] = false
			s.mu.Unlock()
			s.job(run, StepStop)
		})
	}
	_, err = r.Journal.Mark(ctx, run, MarkAsked)
	return err
}

// command is a person's command in Slack: its door records it and queues it.
func (s *simulation) command() {
	rec := RequestRecord{Run: s.first, At: time.Now(), Caller: s.caller, Request: s.request.WithoutTokens(), Unasked: s.unasked}
	_, _, _ = s.journal.Claim(context.Background(), rec) // the fake does not fail by itself
	s.job(s.first, StepPlan)
}

// deliver is a sender that delivers until it has an answer that is final.
func (s *simulation) deliver() {
	r := s.draw("sender")
	d := Delivery{Caller: s.caller, ID: "d1", Request: s.request, Wait: s.wait}
	for try := range 60 {
		over := s.invoke(fmt.Sprintf("door-%d", try), 0, s.first, time.Minute, func(ctx context.Context, v *invocation, runner *Runner) error {
			a, err := runner.Submit(ctx, d)
			if err == nil && a.State == Finished {
				s.through(v, s.first, nil)
			}
			return err
		})
		if over && chance(r, 0.9) { // a sender may deliver twice what was answered
			return
		}
		time.Sleep(time.Duration(1 + r.Int64N(int64(30*time.Second)))) // in the bubble's time
	}
	s.fault("the sender never had an answer")
}
