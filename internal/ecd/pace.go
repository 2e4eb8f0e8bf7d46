package ecd

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"stopdesktops/internal/core"
)

const (
	// DefaultCallsPerSecond is well under what the vendor's quota page for
	// 2020-09-30 gives most operations, 600 to 1,000 calls in 60 seconds, because
	// the account's other tools spend the same quota.
	DefaultCallsPerSecond = 10

	// burst is how many calls may come at once after a quiet while: a look and
	// the stop that rests on it. More would be a bigger crowd at the gateway for
	// no gain, since a run has hundreds of calls.
	burst = 2

	// slowest is the least rate that throttling leads to. Below one call a
	// second a run could not even look at what it stopped.
	slowest = 1

	// steps is how many calls must work for the rate to grow by the whole of
	// what is configured. From half the rate back to all of it are 50 calls, some
	// seven seconds at ten a second: slow against the gateway's windows of a
	// minute, so that the quota is found and not overrun each second.
	steps = 100
)

// pace makes the calls of a Client keep to a rate, and to the cloud's word when
// it was too high. All times are of the wall clock: the monotonic one may stand
// still while an instance is frozen between invocations.
type pace struct {
	top     rate.Limit
	limiter *rate.Limiter

	mu     sync.Mutex
	until  time.Time // no call begins before
	slowed time.Time // when the rate was halved last
}

func newPace(perSecond float64) *pace {
	return &pace{top: rate.Limit(perSecond), limiter: rate.NewLimiter(rate.Limit(perSecond), burst)}
}

func wall() time.Time { return time.Now().Round(0) }

// pause returns how long the cloud's pause still lasts.
func (p *pace) pause(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until.Sub(now)
}

// wait returns when it is the caller's turn. It gives up at once, with how long
// the wait would be, where the turn would come after by (zero: no limit) or
// after ctx has ended; late is 0 where ctx ended during the wait.
func (p *pace) wait(ctx context.Context, by time.Time) (turn time.Time, late time.Duration, ok bool) {
	by = by.Round(0)
	if deadline, has := ctx.Deadline(); has && (by.IsZero() || deadline.Before(by)) {
		by = deadline.Round(0)
	}
	for {
		now := wall()
		after := func(d time.Duration) bool { return !by.IsZero() && now.Add(d).After(by) }
		if pause := p.pause(now); pause > 0 {
			if after(pause) {
				return time.Time{}, pause, false
			}
			if !sleep(ctx, pause) {
				return time.Time{}, 0, false
			}
			continue
		}
		r := p.limiter.ReserveN(now, 1)
		delay := r.DelayFrom(now)
		if delay > 0 {
			if after(delay) {
				r.CancelAt(now)
				return time.Time{}, delay, false
			}
			if !sleep(ctx, delay) {
				r.CancelAt(wall())
				return time.Time{}, 0, false
			}
			if p.pause(wall()) > 0 {
				// The cloud asked for a pause meanwhile. Whoever waits lines up
				// again behind it, or all would call at its end at once.
				continue
			}
		}
		return wall(), 0, true
	}
}

// sleep waits for d and says whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// throttled takes note that a call was one too many: nobody calls for as long as
// the cloud asks, and the rate is halved. Calls that were under way together
// halve it once. It returns the new rate, or 0 where it is as it was.
func (p *pace) throttled(turn time.Time, hint time.Duration) rate.Limit {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := wall()
	if until := now.Add(hint); until.After(p.until) {
		p.until = until
	}
	if !turn.After(p.slowed) {
		return 0
	}
	p.slowed = now
	was := p.limiter.Limit()
	next := min(was, max(was/2, slowest))
	p.limiter.SetLimitAt(now, next)
	if next == was {
		return 0
	}
	return next
}

// worked takes note that a call was answered, and says whether the rate is whole
// again with it.
func (p *pace) worked(turn time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.limiter.Limit()
	if was >= p.top || !turn.After(p.slowed) {
		return false
	}
	next := was + p.top/steps
	if next > p.top-p.top/steps/2 { // sums of floats miss the whole by a hair
		next = p.top
	}
	p.limiter.SetLimitAt(wall(), next)
	return next == p.top
}

// turn waits until the call may be made.
func (c *Client) turn(ctx context.Context, k call) (time.Time, *core.CloudError) {
	if ctx.Err() != nil {
		return time.Time{}, noTime(k.op)
	}
	begin, by := wall(), time.Time{}
	if k.waits != nil {
		by = begin.Add(*k.waits)
	}
	turn, late, ok := c.pace.wait(ctx, by)
	if ok {
		if k.waits != nil {
			*k.waits -= turn.Sub(begin)
		}
		return turn, nil
	}
	return time.Time{}, &core.CloudError{Class: core.CloudThrottled, Op: k.op, RetryAfter: late,
		Text: fmt.Sprintf("no call was made: its turn did not come in time; calls are limited to %.3g a second here, and to %.3g now", float64(c.pace.top), float64(c.pace.limiter.Limit()))}
}

// learn lets the pace follow what became of a call.
func (c *Client) learn(ctx context.Context, turn time.Time, x *exchange, failed *core.CloudError) {
	switch {
	case failed == nil:
		if c.pace.worked(turn) {
			c.log.LogAttrs(ctx, slog.LevelInfo, "calls are at full rate again", slog.Float64("per_second", float64(c.pace.top)))
		}
	case failed.Class == core.CloudThrottled && x.status != 0:
		if now := c.pace.throttled(turn, failed.RetryAfter); now > 0 {
			c.log.LogAttrs(ctx, slog.LevelWarn, "calls are slowed down, because the cloud throttles",
				slog.Float64("per_second", float64(now)), slog.Duration("pause", failed.RetryAfter))
		}
	}
}
