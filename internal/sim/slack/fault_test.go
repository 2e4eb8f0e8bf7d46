package slack_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"stopdesktops/internal/sim/slack"
)

func TestFaults(t *testing.T) {
	cases := map[slack.Kind]struct {
		status  int
		happens bool
		check   func(t *testing.T, a *http.Response, err error)
	}{
		slack.RateLimited: {status: 429, check: func(t *testing.T, a *http.Response, _ error) {
			if got := a.Header.Get("Retry-After"); got != "3" {
				t.Errorf("Retry-After %q", got)
			}
		}},
		slack.ServerError: {status: 500, check: func(t *testing.T, a *http.Response, _ error) {
			if body, _ := io.ReadAll(a.Body); !strings.Contains(string(body), "<html>") {
				t.Errorf("body %q", body)
			}
		}},
		slack.Reset: {check: func(t *testing.T, _ *http.Response, err error) {
			if !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("error %v", err)
			}
		}},
		slack.AnswerLost: {happens: true, check: func(t *testing.T, _ *http.Response, err error) {
			if !errors.Is(err, io.EOF) {
				t.Errorf("error %v", err)
			}
		}},
		slack.Slow: {status: 200, happens: true, check: func(*testing.T, *http.Response, error) {}},
	}
	for kind, c := range cases {
		t.Run(string(kind), func(t *testing.T) {
			var waited time.Duration
			w := newWorld(t, func(o *slack.Options) {
				o.Wait = func(_ context.Context, d time.Duration) error { waited = d; return nil }
			})
			url := w.command("ecd-1").ResponseURL
			w.Fault(slack.Fault{On: slack.OnResponseURL, Kind: kind, Skip: 1, Count: 1, Delay: time.Hour, RetryAfter: 3 * time.Second})
			w.posts(url, `{"text":"first"}`, 200, "ok")
			answer, err := http.Post(url, "application/json", strings.NewReader(`{"text":"second"}`))
			if err == nil {
				defer answer.Body.Close()
			}
			if c.status != 0 && (err != nil || answer.StatusCode != c.status) || c.status == 0 && err == nil {
				t.Fatalf("answer %+v, %v, want status %d", answer, err, c.status)
			}
			c.check(t, answer, err)
			want := []string{"first"}
			if c.happens {
				want = append(want, "second")
			}
			if got := w.texts(alice); !slices.Equal(got, want) {
				t.Errorf("alice sees %q, want %q", got, want)
			}
			if last := w.last(); last.Fault != kind || (last.Uses == 2) != c.happens {
				t.Errorf("logged %+v", last)
			}
			if (waited == time.Hour) != (kind == slack.Slow) {
				t.Errorf("waited %v", waited)
			}
			w.posts(url, `{"text":"after"}`, 200, "ok")
		})
	}
}

func TestFaultsOfTheAPI(t *testing.T) {
	w := newWorld(t)
	w.Invite(ops)
	w.Fault(slack.Fault{On: "chat.postMessage", Kind: slack.RateLimited})
	url := w.command("ecd-1").ResponseURL
	w.posts(url, `{"text":"x"}`, 200, "ok")
	if status, body := w.api("chat.postMessage", "xoxb-sample", `{"channel":"`+ops+`","text":"y"}`); status != 429 {
		t.Errorf("%d %s", status, body)
	}
	if status, body := w.api("chat.postMessage", "xoxb-forged", `{"channel":"`+ops+`","text":"y"}`); status != 200 || !strings.Contains(body, "invalid_auth") {
		t.Errorf("a forged call meets the fault: %d %s", status, body)
	}
	w.ClearFaults()
	if status, body := w.api("chat.postMessage", "xoxb-sample", `{"channel":"`+ops+`","text":"y"}`); status != 200 || !strings.Contains(body, `"ok":true`) {
		t.Errorf("%d %s", status, body)
	}
}

func TestHangingUpOnSlow(t *testing.T) {
	waiting := make(chan struct{})
	w := newWorld(t, func(o *slack.Options) {
		o.Wait = func(ctx context.Context, _ time.Duration) error { close(waiting); <-ctx.Done(); return ctx.Err() }
	})
	url := w.command("ecd-1").ResponseURL
	w.Fault(slack.Fault{Kind: slack.Slow, Count: 1})
	ctx, hangUp := context.WithCancel(t.Context())
	go func() { <-waiting; hangUp() }()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(`{"text":"never"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if answer, err := http.DefaultClient.Do(r); !errors.Is(err, context.Canceled) {
		t.Fatalf("answer %+v, %v", answer, err)
	}
	if err := w.Until(t.Context(), func() bool { return w.last().Fault == slack.Slow }); err != nil {
		t.Fatal(err)
	}
	if got := w.texts(alice); got != nil || w.last().Uses != 0 {
		t.Errorf("alice sees %q after %+v", got, w.last())
	}
}

func TestUntil(t *testing.T) {
	w := newWorld(t)
	url := w.command("ecd-1").ResponseURL
	go post(url, `{"text":"done"}`)
	if err := w.Until(t.Context(), func() bool { return len(w.Messages(ops, alice)) == 1 }); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Until(ended, func() bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
