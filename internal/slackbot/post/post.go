package post

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/slackbot/message"
)

const (
	// postTimeout bounds one attempt.
	postTimeout = 5 * time.Second

	// postTries bounds the attempts of one post; waits between them double from
	// firstWait.
	postTries = 3
	firstWait = 300 * time.Millisecond
	longWait  = 3 * time.Second

	// maxHint is the longest that Slack is waited for at its own wish. Slack
	// asks for seconds; a longer wait costs more than the message is worth.
	maxHint = 30 * time.Second

	// maxReply is how much of an answer is read: Slack answers in one word.
	maxReply = 1 << 10
)

// Result is how a post ended.
type Result struct {
	Posted bool
	// Used counts the uses of the URL that took place or may have: an attempt
	// whose answer was lost is one.
	Used int
	// Retry says that the same post may work later.
	Retry bool
	// Dead says that nothing can be posted to this URL any more.
	Dead bool
	// Reason is why it is not posted, for the log. It holds no URL.
	Reason string
}

// Poster posts messages to response URLs. It is safe for concurrent use.
type Poster struct {
	origins Origins
	client  *http.Client
}

// NewPoster makes a Poster that posts to the origins and nowhere else.
func NewPoster(origins Origins) *Poster { return &Poster{origins, newClient()} }

// newClient makes an HTTP client that follows no redirection and keeps no
// connection: an instance may be frozen between two posts, and a connection
// that died meanwhile would cost a use of the URL.
func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	return &http.Client{Timeout: postTimeout, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Post sends a message to a response URL. It tries again on 429, 5xx and lost
// connections, until ctx ends or uses attempts took place or may have;
// Budget.Progress and Budget.Final give uses.
func (p *Poster) Post(ctx context.Context, responseURL core.Secret, m message.Message, uses int) Result {
	if uses <= 0 {
		return Result{Reason: "no use of the response URL is left", Dead: true}
	}
	if err := p.origins.Check(responseURL); err != nil {
		return Result{Reason: err.Error(), Dead: true}
	}
	body, err := json.Marshal(m)
	if err != nil {
		return Result{Reason: "the message could not be written as JSON"}
	}
	return repeat(ctx, uses, func(ctx context.Context) attempt { return p.once(ctx, responseURL, body) })
}

// attempt is one try of a post.
type attempt struct {
	Result
	after time.Duration // Slack's own wish, 0 for none
}

var errAgain = errors.New("again")

// repeat tries until it is posted, will never be, or may not be tried again.
func repeat(ctx context.Context, uses int, try func(context.Context) attempt) Result {
	var total Result
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.MaxInterval, waits.Multiplier = firstWait, longWait, 2
	_, _ = backoff.Retry(ctx, func() (struct{}, error) {
		a := try(ctx)
		used := total.Used + a.Used
		total = a.Result
		total.Used = used
		switch {
		case a.Posted || !a.Retry || used >= uses || a.after > maxHint:
			return struct{}{}, nil
		case a.after > 0:
			if end, ok := ctx.Deadline(); ok && time.Until(end) < a.after {
				return struct{}{}, nil // It would be over before.
			}
			return struct{}{}, &backoff.RetryAfterError{Duration: a.after}
		}
		return struct{}{}, errAgain
	}, backoff.WithBackOff(waits), backoff.WithMaxTries(postTries))
	return total
}

// once makes one attempt.
func (p *Poster) once(ctx context.Context, responseURL core.Secret, body []byte) attempt {
	ctx, connected := traced(ctx)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL.Reveal(), bytes.NewReader(body))
	if err != nil {
		return attempt{Result: Result{Reason: errNotSlacks.Error(), Dead: true}} // Its own text holds the URL.
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	response, err := p.client.Do(request)
	if err != nil {
		return lost(err, connected)
	}
	defer response.Body.Close()
	// What cannot be read of a word is not missed: the status decides.
	reply, _ := io.ReadAll(io.LimitReader(response.Body, maxReply))
	return judge(response.StatusCode, response.Header, reply)
}

// traced watches whether a call of ctx gets a connection. Without one nothing
// was sent, so no use was spent.
func traced(ctx context.Context) (context.Context, *atomic.Bool) {
	connected := new(atomic.Bool)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}), connected
}

// lost is an attempt whose answer never came.
func lost(err error, connected *atomic.Bool) attempt {
	a := attempt{Result: Result{Retry: true, Reason: withoutURL(err)}}
	if connected.Load() {
		a.Used = 1
	}
	return a
}

// judge says what an answer means. Slack documents only the success; the words
// are those of its incoming webhooks.
func judge(status int, h http.Header, reply []byte) attempt {
	word := errorWord(reply)
	reason := "Slack answers " + strconv.Itoa(status)
	if word != "" {
		reason += " " + word
	}
	switch {
	case status == http.StatusOK && word == "":
		return attempt{Result: Result{Posted: true, Used: 1}}
	case status == http.StatusTooManyRequests:
		return attempt{Result: Result{Retry: true, Reason: reason}, after: retryAfter(h)}
	case status >= 500:
		return attempt{Result: Result{Retry: true, Used: 1, Reason: reason}, after: retryAfter(h)}
	case status == http.StatusNotFound, status == http.StatusGone:
		return attempt{Result: Result{Dead: true, Reason: reason}}
	case status >= 300 && status < 400:
		return attempt{Result: Result{Dead: true, Reason: reason + ", a redirection, which is not followed"}}
	case status < 300:
		return attempt{Result: Result{Used: 1, Reason: reason}}
	}
	return attempt{Result: Result{Reason: reason}}
}

// replyWord is one word of Slack's, such as expired_url.
var replyWord = pattern.Upto(64, `^[a-z]+(_[a-z]+)*$`)

// errorWord returns the error that a reply names: alone, or as the error of
// JSON that says ok is false. Anything else is not shown.
func errorWord(reply []byte) string {
	word := strings.TrimSpace(string(reply))
	var said struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(reply, &said) == nil && said.OK != nil {
		switch {
		case *said.OK:
			return ""
		case !replyWord.MatchString(said.Error):
			return "unnamed_error"
		}
		return said.Error
	}
	if word == "ok" || !replyWord.MatchString(word) {
		return ""
	}
	return word
}

// retryAfter reads how many seconds Slack wants to be left alone.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, time.Hour)
}

// withoutURL puts a failed call in words that hold nothing of its URL.
func withoutURL(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "the post was given up"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	}
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	return "no answer: " + err.Error()
}
