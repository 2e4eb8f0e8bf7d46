package ecd

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"

	"stopdesktops/internal/core"
)

const (
	// lookTries and stopTries bound the attempts at one call. The waits double
	// from firstWait, so six attempts span some 15 seconds and ride out a
	// restart of the gateway or the end of a throttled spell. A stop has fewer,
	// because core looks and calls again where it may.
	lookTries = 6
	stopTries = 4

	firstWait = 500 * time.Millisecond
	longWait  = 10 * time.Second

	// elapsedCap bounds the attempts where ctx has no deadline, as for an
	// operator at a terminal: two windows of the API's rate limits.
	elapsedCap = 2 * time.Minute

	// stopSpan is how long Stop may wait in all, for its turn, for the cloud's
	// hints and between attempts, and on the admin contract also how long after
	// its beginning the last attempt may begin. A stop rests on a look that is a
	// few seconds old; after longer waits somebody may have connected, and the
	// core has to look again.
	stopSpan = 5 * time.Second

	// reserve is kept free before ctx's deadline, so that whoever called has
	// time to say how it ended; never more than reservePart of what is left, or
	// a look with one second to live could not be made.
	reserve     = time.Second
	reservePart = 10
)

// again says whether a failed call is repeated.
type again func(*core.CloudError) bool

// lookAgain repeats whatever may work the next time: looking changes nothing.
func lookAgain(e *core.CloudError) bool {
	return e.Class == core.CloudThrottled || e.Class == core.CloudDown
}

// untouchedAgain repeats a stop only where the failed one did nothing. The
// admin contract has no ClientToken, so a second call could meet a desktop that
// somebody has started in between.
func untouchedAgain(e *core.CloudError) bool { return lookAgain(e) && !e.MayHave }

// patience is how a call is repeated.
type patience struct {
	tries uint
	waits time.Duration // of all waits together
	span  time.Duration // no wait ends later than so long after the first attempt
	again again
}

// looking is the patience of calls that change nothing, and of those that may
// be made twice.
var looking = patience{lookTries, elapsedCap, elapsedCap, lookAgain}

// persist makes the call as often as p allows, and returns the request id.
func (c *Client) persist(ctx context.Context, k call, p patience) (string, *core.CloudError) {
	var requestID string
	k.waits = &p.waits
	failed := repeat(ctx, p, k.waits, func(ctx context.Context) (failed *core.CloudError) {
		requestID, failed = c.attempt(ctx, k)
		return failed
	})
	return requestID, failed
}

// repeat tries until it works, may not be repeated, or time, waits or attempts
// run out. The error is the last one; it says MayHave if any attempt may have had
// its effect, because a later refusal does not undo an earlier lost answer. Every
// wait is taken from left, and none is begun that is longer.
func repeat(ctx context.Context, p patience, left *time.Duration, try func(context.Context) *core.CloudError) *core.CloudError {
	ctx, until, cancel := working(ctx)
	defer cancel()
	var last *core.CloudError
	mayHave := false
	pauses := waits()
	_, _ = backoff.Retry(ctx, func() (struct{}, error) {
		last = try(ctx)
		if last == nil {
			return struct{}{}, nil
		}
		mayHave = mayHave || last.MayHave
		if !p.again(last) {
			return struct{}{}, backoff.Permanent(last)
		}
		wait := pauses.NextBackOff()
		if last.RetryAfter > 0 {
			wait = spread(last.RetryAfter)
			pauses.Reset()
		}
		if wait > *left {
			return struct{}{}, backoff.Permanent(last)
		}
		*left -= wait
		return struct{}{}, &backoff.RetryAfterError{Duration: wait}
	}, backoff.WithMaxTries(p.tries), backoff.WithMaxElapsedTime(min(until, p.span)))
	if last != nil && mayHave {
		last.MayHave = true
	}
	return last
}

// waits doubles from firstWait to longWait, each up to half longer or shorter,
// so that instances which failed together do not come back together.
func waits() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = firstWait, longWait, 2
	return b
}

// spread waits as long as the cloud asks, and up to a fifth longer.
func spread(d time.Duration) time.Duration { return d + rand.N(d/5+1) }

// working returns a context that ends early enough to report, and how long it
// lasts.
func working(ctx context.Context) (context.Context, time.Duration, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		ctx, cancel := context.WithCancel(ctx)
		return ctx, elapsedCap, cancel
	}
	left := time.Until(deadline)
	left -= min(reserve, left/reservePart)
	ctx, cancel := context.WithTimeout(ctx, left)
	// backoff takes 0 for no limit at all.
	return ctx, max(left, 1), cancel
}
