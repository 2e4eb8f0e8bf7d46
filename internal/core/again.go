package core

import (
	"context"
	"log/slog"
	"time"
)

// maxCalls is how often one desktop may be called in one attempt when answers
// are lost. Three lost answers in a row are an outage, not bad luck.
const maxCalls = 3

// throttled deals with a call that the cloud would not take for now: after a
// pause the desktops are looked at anew and called again.
func (s *stopping) throttled(ids []string, nth int, failed *CloudError) {
	pause := max(failed.RetryAfter, time.Duration(nth)*throttlePause)
	_ = sleep(s.work, min(pause, throttleMost)) // its end is looked for by call
	why := "the cloud throttled the call"
	if running, ok := s.settle(ids, why); ok {
		s.sayAgain(running, why)
		s.call(running, nth+1)
	}
}

// How a call that is throttled is made again. The adapter has paused and tried
// by itself before it says so.
const (
	maxThrottled  = 8
	throttlePause = 2 * time.Second
	throttleMost  = 30 * time.Second
)

// lost deals with a call whose answer never came: a look tells which desktops
// it reached, and those that still run are called again.
func (s *stopping) lost(ids []string, nth int, failed *CloudError) {
	s.note(s.doubted, ids)
	running, ok := s.settle(ids, "the answer to the call was lost: "+failed.Error())
	switch {
	case !ok || len(running) == 0:
		return
	case nth >= maxCalls:
		s.set(running, Unknown, "no call was answered, and it still runs: "+failed.Error(), failed.RequestID)
	default:
		s.sayAgain(running, "the answer to the call was lost: "+failed.Error())
		s.call(running, nth+1)
	}
}

// split deals with a call that was refused whole, perhaps for one bad id: the
// halves are tried apart until the bad one stands alone. The vendor does not
// say whether the others were stopped, so a look comes first.
func (s *stopping) split(ids []string, failed *CloudError) {
	why, seenAt := "the call was refused whole: "+failed.Error(), s.Now()
	if s.looks() {
		running, ok := s.settle(ids, why)
		if !ok {
			return
		}
		s.sayAgain(running, why)
		ids = running
	}
	if len(ids) < 2 {
		s.call(ids, 1)
		return
	}
	s.call(ids[:len(ids)/2], 1)
	s.batch(ids[len(ids)/2:], seenAt, why) // the first half may have taken long
}

// settle looks at desktops that may have been called, for the reason why, and
// writes down what the look proves. It returns those that still run and may be
// stopped, which may be called because the look is fresh; false means that nobody
// could look.
func (s *stopping) settle(ids []string, why string) (running []string, ok bool) {
	if len(ids) == 0 {
		return nil, true
	}
	if !s.looks() {
		s.set(ids, Unknown, why, "")
		return nil, false
	}
	ctx, cancel := s.lastLook()
	defer cancel()
	seen, err := s.look(ctx, s.regionOf[ids[0]], ids)
	if err != nil {
		tried := s.tried(ids)
		s.set(tried, Unknown, why+"; and the look after it failed: "+cloudError(err).Error(), "")
		s.set(without(ids, tried), CloudUnavailable, "the look before its call failed: "+cloudError(err).Error(), "")
		return nil, false
	}
	for _, id := range ids {
		d, found := seen[id]
		if !found {
			d = Desktop{RegionId: s.regionOf[id], DesktopId: id}
		}
		// What a call has stopped is told as stopped, whatever has changed since
		// that would leave it alone now.
		called := found && len(s.tried([]string{id})) > 0
		switch e := s.judge(s.hard, &d, found); {
		case e.Stop:
			running = append(running, id)
		case called && d.Status == StatusStopped:
			s.set([]string{id}, Stopped, "seen Stopped after "+why, "")
		case called && d.Status == StatusStopping:
			s.set([]string{id}, Accepted, "seen Stopping after "+why, "")
		default:
			s.set([]string{id}, e.Code, e.Detail, "")
		}
	}
	return running, true
}

// sayAgain logs why desktops are called a second time.
func (s *stopping) sayAgain(ids []string, why string) {
	if len(ids) > 0 {
		s.Log.LogAttrs(s.hard, slog.LevelWarn, "calling again", slog.String("run", string(s.plan.Run)),
			slog.Any("desktops", ids), slog.String("why", why+"; a look just now says they still run"))
	}
}

// lastLook returns a context for a look that may outlast the working time, and
// that leaves half of what remains for the report.
func (s *stopping) lastLook() (context.Context, context.CancelFunc) {
	deadline, ok := s.hard.Deadline()
	if !ok {
		return context.WithCancel(s.hard)
	}
	return context.WithTimeout(s.hard, deadline.Sub(s.Now())/2)
}
