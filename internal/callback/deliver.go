package callback

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"

	"stopdesktops/internal/core"
)

// State is how a delivery ended.
type State string

// The states.
const (
	Delivered  State = "delivered"   // the receiver took it
	RetryLater State = "retry_later" // it may work later; it may also have arrived without an answer
	Refused    State = "refused"     // it will not work until somebody changes something
)

// Result is how a delivery ended.
type Result struct {
	State State
	// Reason says why it is not delivered. It is fit for a log: it holds no URL,
	// no secret and nothing that the receiver wrote.
	Reason string
	// After is how long the receiver wants to be left alone; 0 where it did not
	// say.
	After time.Duration
	// Status is the HTTP status of the last answer; 0 where there was none.
	Status int
	// Tries is how many attempts were made.
	Tries int
}

// pace says how attempts follow each other.
type pace struct {
	tries       uint          // in all
	first, long time.Duration // waits double from first to long
	hint        time.Duration // the longest that the receiver is waited for at its own wish
}

// usualPace spans some ten seconds, enough for a restart. Whoever waits longer
// costs more than he brings, and the same delivery can be made again later.
var usualPace = pace{tries: 4, first: 500 * time.Millisecond, long: 8 * time.Second, hint: 30 * time.Second}

// maxAfter bounds what a receiver may wish for.
const maxAfter = time.Hour

// maxReply is how much of an answer is read, so that the connection ends in
// order. Nothing of it is used.
const maxReply = 4 << 10

// Deliver tells the ticket how the run ended. It tries again on 408, 425, 429,
// 5xx and lost connections until ctx ends. The receiver can tell a delivery that
// comes twice by its webhook-id or Idempotency-Key, which is the run's id.
func (c *Callback) Deliver(ctx context.Context, r core.Report, ticket string) Result {
	to, err := c.place.of(ticket)
	if err != nil {
		return Result{State: Refused, Reason: err.Error()}
	}
	body, err := c.body.of(r, ticket)
	if err != nil {
		// The template's own error may quote what it was made from.
		return Result{State: Refused, Reason: "the body's template fails for this run: it yields no JSON, or too much"}
	}
	if ctx.Err() != nil {
		return Result{State: RetryLater, Reason: "the time was up before the first attempt"}
	}
	return c.repeat(ctx, func(ctx context.Context) Result { return c.once(ctx, to, string(r.Run), body) })
}

var errAgain = errors.New("again")

// repeat tries until it is delivered, never will be, or may not be tried again.
func (c *Callback) repeat(ctx context.Context, try func(context.Context) Result) Result {
	var last Result
	tries := 0
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.MaxInterval, waits.Multiplier = c.pace.first, c.pace.long, 2
	_, _ = backoff.Retry(ctx, func() (struct{}, error) {
		tries++
		last = try(ctx)
		last.Tries = tries
		switch {
		case last.State != RetryLater || last.After > c.pace.hint:
			return struct{}{}, nil
		case last.After > 0:
			if end, ok := ctx.Deadline(); ok && time.Until(end) < last.After {
				return struct{}{}, nil // It would be over before.
			}
			return struct{}{}, &backoff.RetryAfterError{Duration: last.After}
		}
		return struct{}{}, errAgain
	}, backoff.WithBackOff(waits), backoff.WithMaxTries(c.pace.tries), backoff.WithMaxElapsedTime(0))
	return last
}

// once makes one attempt.
func (c *Callback) once(ctx context.Context, to *url.URL, id string, body []byte) Result {
	request, err := http.NewRequestWithContext(ctx, c.method, to.String(), bytes.NewReader(body))
	if err != nil {
		return Result{State: Refused, Reason: "the request could not be made"} // Its own text holds the URL.
	}
	h := request.Header
	h.Set("Content-Type", "application/json")
	h.Set("Accept", "application/json")
	h.Set("User-Agent", "stopdesktops")
	h.Set("Idempotency-Key", id)
	if err := c.proof(h, id, c.now(), body); err != nil {
		return Result{State: Refused, Reason: err.Error()}
	}
	response, err := c.client.Do(request)
	if err != nil {
		return lost(err)
	}
	defer func() { _ = response.Body.Close() }()
	// What cannot be read is not missed: the status decides.
	_, _ = io.CopyN(io.Discard, response.Body, maxReply)
	return judge(response.StatusCode, response.Header, c.now())
}
