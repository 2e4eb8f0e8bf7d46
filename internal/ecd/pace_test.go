package ecd

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

// paced returns a client that makes ten calls a second, and what it called.
func paced(t *testing.T, steps ...http.RoundTripper) (*Client, *script, *cloud) {
	t.Helper()
	s, c := &script{steps: steps}, newCloud(t, sim.Options{})
	return c.client(t, Options{CallsPerSecond: 10}, s), s, c
}

// sameInstant wants at to be as far from begin as d, give or take what a float
// loses.
func sameInstant(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if diff := (got - want).Abs(); diff > time.Millisecond {
		t.Errorf("%s after %s, want %s", what, got, want)
	}
}

func TestCallsKeepToTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, s, c := paced(t, good)
		others := []*Client{client, client.With(invocation(t, c.key)), client.With(invocation(t, c.key)).With(invocation(t, c.key))}
		begin := time.Now()
		var all sync.WaitGroup
		for i := range 30 {
			all.Go(func() {
				if _, err := others[i%3].Look(t.Context(), region, []string{"ecd-1"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if len(s.at) != 30 {
			t.Fatalf("%d calls, want 30", len(s.at))
		}
		for i, at := range s.at {
			sameInstant(t, "a call", at.Sub(begin), time.Duration(max(0, i-burst+1))*100*time.Millisecond)
		}
	})
}

func TestRetriesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := inProcess{says(503, "application/json", `{"Code":"ServiceUnavailable","Message":"m","RequestId":"R"}`)}
		s, c := &script{steps: []http.RoundTripper{down}}, newCloud(t, sim.Options{})
		// One call in ten seconds is slower than any retry would be.
		client := c.client(t, Options{CallsPerSecond: 0.1}, s)
		_, err := client.Look(t.Context(), region, []string{"ecd-1"})
		cloudError(t, err)
		if len(s.at) < burst+2 {
			t.Fatalf("%d attempts, want more than the burst", len(s.at))
		}
		for i := burst; i < len(s.at); i++ {
			if since := s.at[i].Sub(s.at[0]); since < time.Duration(i-burst+1)*10*time.Second-time.Millisecond {
				t.Errorf("attempt %d came after %s", i, since)
			}
		}
	})
}

func TestThrottlingPausesEverybodyAndHalvesTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, s, c := paced(t, throttled, good)
		other := client.With(invocation(t, c.key))
		begin := time.Now()
		if _, failed := client.attempt(t.Context(), lookCall(t, client)); failed == nil || failed.RetryAfter != 3*time.Second {
			t.Fatalf("got %+v, want a throttled call with a hint of 3 s", failed)
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { _, _ = other.attempt(t.Context(), lookCall(t, other)) })
		}
		all.Wait()
		// The burst has filled up in the pause, and then it is five a second; each
		// call that works adds a tenth of a call a second, so they come a little
		// sooner.
		for i, want := range []time.Duration{0, 3000, 3000, 3200, 3400} {
			got := s.at[i].Sub(begin)
			if early := want*time.Millisecond - got; early < 0 || early > 30*time.Millisecond {
				t.Errorf("call %d came after %s, want about %s", i, got, want*time.Millisecond)
			}
		}
		if slow := c.log.of("calls are slowed down, because the cloud throttles"); len(slow) != 1 || !strings.Contains(slow[0], `"per_second":5`) {
			t.Errorf("the log says %q", slow)
		}
	})
}

// lookCall is a call that changes nothing, to be attempted once.
func lookCall(t *testing.T, c *Client) call {
	t.Helper()
	at, failed := c.place(opDescribe, region)
	if failed != nil {
		t.Fatal(failed)
	}
	k := c.describe(at, region)
	k.read = func([]byte) (string, *core.CloudError) { return "R", nil }
	return k
}

func TestWhoeverWaitsLinesUpBehindAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, s, _ := paced(t, good, good, throttled, good)
		begin := time.Now()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() { _, _ = client.attempt(t.Context(), lookCall(t, client)) })
		}
		all.Wait()
		if len(s.at) != 8 {
			t.Fatalf("%d calls", len(s.at))
		}
		// The third call, at 0.1 s, is throttled for 3 s while five more wait.
		for i, at := range s.at[3:] {
			if since := at.Sub(begin); since < 3100*time.Millisecond {
				t.Errorf("call %d came %s after the beginning, within the pause", i+3, since)
			}
		}
		if span := s.at[7].Sub(s.at[3]); span < 500*time.Millisecond {
			t.Errorf("the five that waited came within %s of each other at the end of the pause", span)
		}
	})
}

func TestRateGoesDownToAFloorAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(10)
		for _, want := range []float64{5, 2.5, 1.25, 1, 1} {
			time.Sleep(time.Second) // in the bubble's time
			p.throttled(wall(), 0)
			if got := float64(p.limiter.Limit()); got != want {
				t.Errorf("the rate is %v, want %v", got, want)
			}
		}
		old := wall()
		time.Sleep(time.Second) // in the bubble's time
		whole := 0
		for i := range 95 {
			if p.worked(wall()) {
				whole = i + 1
			}
		}
		if whole != 90 || p.limiter.Limit() != 10 {
			t.Errorf("whole again after %d calls, and now %v; want 90 and 10", whole, p.limiter.Limit())
		}
		// Calls that were under way together say the same thing.
		before := wall()
		time.Sleep(time.Second) // in the bubble's time
		p.throttled(before, 0)
		p.throttled(before, 0)
		p.worked(old)
		if got := p.limiter.Limit(); got != 5 {
			t.Errorf("the rate is %v after two calls of one moment, want 5", got)
		}
	})
	t.Run("a rate below the floor stays", func(t *testing.T) {
		p := newPace(0.5)
		if now := p.throttled(wall(), 0); now != 0 || p.limiter.Limit() != 0.5 {
			t.Errorf("the rate is %v", p.limiter.Limit())
		}
	})
}

func TestATurnThatComesTooLate(t *testing.T) {
	tests := []struct {
		name  string
		pause time.Duration // that the cloud has asked for
		rate  float64
		left  time.Duration // until the deadline; 0: none
		stop  bool
		after time.Duration // RetryAfter
	}{
		{"a pause beyond the deadline", 10 * time.Second, 10, 3 * time.Second, false, 10 * time.Second},
		{"a slow rate", 0, 0.1, 5 * time.Second, false, 10 * time.Second},
		{"a stop waits no longer than its look is fresh", 6 * time.Second, 10, time.Hour, true, 6 * time.Second},
		{"nor without a deadline", 6 * time.Second, 10, 0, true, 6 * time.Second},
		{"a look without a deadline", 3 * time.Minute, 10, 0, false, 3 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := &script{steps: []http.RoundTripper{good}}, newCloud(t, sim.Options{})
				client := c.client(t, Options{CallsPerSecond: tt.rate}, s)
				client.pace.limiter.AllowN(time.Now(), burst) // the burst is spent
				client.pace.until = wall().Add(tt.pause)
				ctx := t.Context()
				if tt.left > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.left)
					defer cancel()
				}
				begin := time.Now()
				var err error
				if tt.stop {
					_, err = client.Stop(ctx, adminStop("ecd-1"))
				} else {
					_, err = client.Look(ctx, region, []string{"ecd-1"})
				}
				e := cloudError(t, err)
				if e.Class != core.CloudThrottled || e.MayHave || e.Status != 0 || !strings.Contains(e.Text, "no call was made") {
					t.Errorf("got %+v, want a throttled call that was never made", e)
				}
				sameInstant(t, "its turn would come", e.RetryAfter, tt.after)
				if took := time.Since(begin); took != 0 || len(s.at) != 0 {
					t.Errorf("took %s and %d calls, want neither", took, len(s.at))
				}
				if lines := c.log.of("cloud call"); len(lines) != 1 || !strings.Contains(lines[0], `"class":"throttled"`) {
					t.Errorf("the log says %q", lines)
				}
				// A turn that was given up is no call that others have to wait for.
				time.Sleep(tt.pause + 10*time.Second) // in the bubble's time
				begin = time.Now()
				if _, err := client.Look(t.Context(), region, []string{"ecd-1"}); err != nil || len(s.at) != 1 || time.Since(begin) != 0 {
					t.Errorf("the next call: %v, after %s", err, time.Since(begin))
				}
			})
		})
	}
}

func TestCancelledWhileWaitingForATurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, s, _ := paced(t, good)
		client.pace.until = wall().Add(time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begin := time.Now()
		_, err := client.Look(ctx, region, []string{"ecd-1"})
		if e := cloudError(t, err); e.Class != core.CloudThrottled || e.MayHave || len(s.at) != 0 {
			t.Errorf("got %+v after %d calls", e, len(s.at))
		}
		if took := time.Since(begin); took != time.Second {
			t.Errorf("took %s after a cancel at 1 s", took)
		}
	})
}

// TestStopWaitsFiveSecondsInAll: a hint, the limit of calls and the waits
// between attempts count together.
func TestStopWaitsFiveSecondsInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, call := range []core.StopCall{adminStop("ecd-1"), clientStop("ecd-1")} {
			client, s, _ := paced(t, throttled) // 3 s each
			begin := time.Now()
			_, err := client.Stop(t.Context(), call)
			e := cloudError(t, err)
			if e.Class != core.CloudThrottled || e.MayHave || e.RetryAfter != 3*time.Second {
				t.Errorf("got %+v", e)
			}
			if took := time.Since(begin); took > stopSpan || len(s.at) != 2 {
				t.Errorf("%s contract: %d attempts in %s", call.Contract, len(s.at), took)
			}
		}
	})
	t.Run("its turn counts", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client, s, _ := paced(t, throttled, good)
			client.pace.until = wall().Add(3 * time.Second)
			begin := time.Now()
			_, err := client.Stop(t.Context(), clientStop("ecd-1"))
			if e := cloudError(t, err); e.Class != core.CloudThrottled || len(s.at) != 1 || time.Since(begin) > stopSpan {
				t.Errorf("got %+v after %d attempts in %s", e, len(s.at), time.Since(begin))
			}
		})
	})
	t.Run("on the admin contract, attempts count", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			slow := answering(func(req *http.Request) (*http.Response, error) {
				time.Sleep(4 * time.Second) // in the bubble's time
				return unreachable(refused).RoundTrip(req)
			})
			client, s, _ := paced(t, slow)
			begin := time.Now()
			_, err := client.Stop(t.Context(), adminStop("ecd-1"))
			cloudError(t, err)
			for _, at := range s.at {
				if since := at.Sub(begin); since > stopSpan {
					t.Errorf("an attempt began %s after Stop did", since)
				}
			}
		})
	})
}
