package callback

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"stopdesktops/internal/core"
)

// answers plays a receiver without a network, so that time is a bubble's.
type answers struct {
	list []func(*http.Request) (*http.Response, error) // in turn, the last for good
	at   []time.Time
	sent []http.Header
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.at, a.sent = append(a.at, time.Now()), append(a.sent, r.Header.Clone())
	return a.list[min(len(a.at), len(a.list))-1](r)
}

func status(code int, retryAfter string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{}
		if retryAfter != "" {
			h.Set("Retry-After", retryAfter)
		}
		return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(replySecret))}, nil
	}
}

func broken(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// TestAnswers says what each answer means, and how often it is tried.
func TestAnswers(t *testing.T) {
	type list = []func(*http.Request) (*http.Response, error)
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for name, c := range map[string]struct {
		answers list
		state   State
		tries   int
		says    string
	}{
		"200":             {list{status(200, "")}, Delivered, 1, ""},
		"201":             {list{status(201, "")}, Delivered, 1, ""},
		"204":             {list{status(204, "")}, Delivered, 1, ""},
		"400":             {list{status(400, "")}, Refused, 1, "answers 400; check the callback's method and body"},
		"401":             {list{status(401, "")}, Refused, 1, "answers 401; check the callback's secret"},
		"403":             {list{status(403, "")}, Refused, 1, "answers 403; check the callback's secret"},
		"404":             {list{status(404, "")}, Refused, 1, "answers 404; check the callback's URL"},
		"410":             {list{status(410, "")}, Refused, 1, "answers 410; check the callback's URL"},
		"422":             {list{status(422, "")}, Refused, 1, "answers 422; check"},
		"302":             {list{status(302, "")}, Refused, 1, "answers 302, a redirection"},
		"408":             {list{status(408, ""), status(200, "")}, Delivered, 2, ""},
		"425":             {list{status(425, ""), status(200, "")}, Delivered, 2, ""},
		"429":             {list{status(429, ""), status(200, "")}, Delivered, 2, ""},
		"500":             {list{status(500, ""), status(502, ""), status(504, ""), status(200, "")}, Delivered, 4, ""},
		"503 for good":    {list{status(503, "")}, RetryLater, 4, "answers 503"},
		"500, then 403":   {list{status(500, ""), status(403, "")}, Refused, 2, "answers 403"},
		"refused, then 2": {list{broken(refused), status(200, "")}, Delivered, 2, ""},
		"refused":         {list{broken(refused)}, RetryLater, 4, "refuses connections"},
		"reset":           {list{broken(&net.OpError{Op: "read", Err: syscall.ECONNRESET})}, RetryLater, 4, "the connection broke"},
		"ended":           {list{broken(io.EOF)}, RetryLater, 4, "the connection broke"},
		"no such name":    {list{broken(&net.DNSError{Err: "no such host", Name: querySecret, IsNotFound: true})}, RetryLater, 4, "cannot be resolved"},
		"inside":          {list{broken(&net.OpError{Op: "dial", Err: errInside})}, Refused, 1, "not public"},
		"anything":        {list{broken(errors.New(replySecret))}, RetryLater, 4, "no answer that can be read"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c2 := made(t, options("https://tickets.example.com/"+pathSecret+"?key="+querySecret))
				a := &answers{list: c.answers}
				c2.client.Transport = a
				got := c2.Deliver(t.Context(), report(), "OPS-42")
				if got.State != c.state || got.Tries != c.tries || len(a.at) != c.tries || !strings.Contains(got.Reason, c.says) || (got.Reason == "") != (c.state == Delivered) {
					t.Errorf("Deliver = %+v after %d calls; want %s after %d, %q", got, len(a.at), c.state, c.tries, c.says)
				}
				hidden(t, got.Reason)
			})
		})
	}
}

// TestWaits looks at the pauses between attempts.
func TestWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options("https://tickets.example.com/hook")
		o.Auth, o.Secrets, o.Now = AuthStandard, []core.Secret{signingSecret}, time.Now
		c := made(t, o)
		c.pace = usualPace
		a := &answers{list: []func(*http.Request) (*http.Response, error){status(503, "")}}
		c.client.Transport = a
		c.Deliver(t.Context(), report(), "OPS-42")
		if len(a.at) != int(usualPace.tries) {
			t.Fatalf("%d attempts", len(a.at))
		}
		for i := 1; i < len(a.at); i++ {
			usual := usualPace.first << (i - 1)
			if wait := a.at[i].Sub(a.at[i-1]); wait < usual/2 || wait > usual*3/2 {
				t.Errorf("wait %d is %s, want about %s", i, wait, usual)
			}
		}
		// Each attempt is stamped anew, under the same id.
		stamps := map[string]bool{}
		for _, h := range a.sent {
			stamps[h.Get("webhook-timestamp")] = true
			if h.Get("webhook-id") != a.sent[0].Get("webhook-id") {
				t.Error("an attempt has another id")
			}
		}
		if len(stamps) < 2 {
			t.Errorf("the attempts have %d timestamps", len(stamps))
		}
	})
}

// TestRetryAfter waits as the receiver wishes, within bounds.
func TestRetryAfter(t *testing.T) {
	for name, c := range map[string]struct {
		wish  string
		left  time.Duration // until ctx ends; 0 for ever
		waits time.Duration // before the second attempt; 0 where there is none
		after time.Duration // of the result where there is none
		usual bool          // the second attempt comes as if nothing was wished
	}{
		"seconds":             {wish: "7", waits: 7 * time.Second},
		"the longest":         {wish: "30", waits: 30 * time.Second},
		"a date":              {wish: "Mon, 01 Mar 2027 12:00:09 GMT", waits: 9 * time.Second},
		"too long":            {wish: "31", after: 31 * time.Second},
		"hours":               {wish: "999999", after: time.Hour},
		"a number too large":  {wish: "9223372036854775807", after: time.Hour},
		"a date of next year": {wish: "Tue, 01 Mar 2028 12:00:00 GMT", after: time.Hour},
		"longer than is left": {wish: "7", left: 6 * time.Second, after: 7 * time.Second},
		"enough is left":      {wish: "7", left: 8 * time.Second, waits: 7 * time.Second},
		"negative":            {wish: "-5", usual: true},
		"a date gone by":      {wish: "Mon, 01 Mar 2027 11:00:00 GMT", usual: true},
		"nonsense":            {wish: replySecret, usual: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := made(t, options("https://tickets.example.com/hook"))
				a := &answers{list: []func(*http.Request) (*http.Response, error){status(429, c.wish), status(200, "")}}
				d.client.Transport = a
				ctx := t.Context()
				if c.left > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.left)
					defer cancel()
				}
				got := d.Deliver(ctx, report(), "OPS-42")
				if c.waits == 0 && !c.usual {
					if got.State != RetryLater || got.After != c.after || len(a.at) != 1 {
						t.Errorf("Deliver = %+v after %d calls, want a wish for %s", got, len(a.at), c.after)
					}
					return
				}
				if got.State != Delivered || len(a.at) != 2 {
					t.Fatalf("Deliver = %+v after %d calls", got, len(a.at))
				}
				if wait := a.at[1].Sub(a.at[0]); c.usual && wait > 2*d.pace.long || !c.usual && wait != c.waits {
					t.Errorf("waited %s, want %s", wait, c.waits)
				}
			})
		})
	}
}

// TestTimeIsUp ends before, during and between attempts.
func TestTimeIsUp(t *testing.T) {
	hang := func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }
	synctest.Test(t, func(t *testing.T) {
		d := made(t, options("https://tickets.example.com/hook"))
		a := &answers{list: []func(*http.Request) (*http.Response, error){hang}}
		d.client.Transport = a

		// A receiver that never answers costs an attempt's time, each time.
		start := time.Now()
		got := d.Deliver(t.Context(), report(), "OPS-42")
		if got.State != RetryLater || got.Reason != "no answer in time" || got.Tries != int(usualPace.tries) {
			t.Errorf("Deliver = %+v", got)
		}
		if took := time.Since(start); took < 4*attemptTimeout || took > 4*attemptTimeout+time.Second {
			t.Errorf("it took %s", took)
		}

		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if got := d.Deliver(ctx, report(), "OPS-42"); got.State != RetryLater || got.Tries != 1 {
			t.Errorf("Deliver = %+v", got)
		}
		calls := len(a.at)
		if got := d.Deliver(ctx, report(), "OPS-42"); got.State != RetryLater || got.Tries != 0 || !strings.Contains(got.Reason, "before the first") {
			t.Errorf("Deliver = %+v", got)
		}
		if len(a.at) != calls {
			t.Error("a call was made after the time was up")
		}
	})
}

// TestLostHidesTheURL gives the error as an HTTP client does.
func TestLostHidesTheURL(t *testing.T) {
	for _, err := range []error{io.EOF, context.Canceled, context.DeadlineExceeded, errInside, errors.New(replySecret), syscall.EPIPE} {
		got := lost(&url.Error{Op: "Post", URL: "https://tickets.example.com/" + pathSecret, Err: err})
		hidden(t, got.Reason)
		if got.Reason == "" || got.State == Delivered || slices.Contains([]string{"", "<nil>"}, got.Reason) {
			t.Errorf("%v: %+v", err, got)
		}
	}
}
