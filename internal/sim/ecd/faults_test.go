package ecd

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
)

func oneDesktop(t *testing.T, o Options) *cloud {
	c := newCloud(t, o)
	c.add(Desktop{ID: "ecd-1"})
	return c
}

func TestFaultsThatAnswer(t *testing.T) {
	tests := []struct {
		kind   Kind
		code   string
		status int
		after  int64  // what the official core reads as RetryAfter
		limit  string // header x-ratelimit-user-api, which it does not read
	}{
		{Throttle, "Throttling.User", 429, 0, "Limit:1000,Remain:0,TimeLeft:2500"},
		{ThrottleRetryAfter, "Throttling.Api", 429, 2500, ""},
		{ThrottlePlain, "Throttling", 400, 0, ""},
		{InternalError, "InternalError", 500, 0, ""},
		{ServiceUnavailable, "ServiceUnavailable", 503, 0, ""},
		{TokenExpired, "InvalidSecurityToken.Expired", 403, 0, ""},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			c := oneDesktop(t, Options{})
			c.Fault(Fault{Operation: "StopDesktops", Kind: tt.kind, Delay: 2500 * time.Millisecond})
			_, err := c.stopAdmin(ids("ecd-1"))
			wantRefusal(t, err, tt.code, tt.status)
			if got := refusalOf(t, err).after; got != tt.after {
				t.Errorf("RetryAfter %d, want %d", got, tt.after)
			}
			if got := c.header.Load().Get("x-ratelimit-user-api"); got != tt.limit {
				t.Errorf("x-ratelimit-user-api is %q, want %q", got, tt.limit)
			}
			if call := c.lastCall(); call.Fault != tt.kind || call.Status != tt.status || call.Code != tt.code || call.Effect != nil {
				t.Errorf("logged %+v", call)
			}
			if got := c.status("ecd-1"); got != Running {
				t.Errorf("ecd-1 is %s", got)
			}
			must(t)(c.stopAdmin(ids("ecd-1")))
		})
	}
}

func TestHTML502(t *testing.T) {
	c := oneDesktop(t, Options{})
	c.Fault(Fault{Kind: HTML502})
	_, err := c.stopAdmin(ids("ecd-1"))
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("the official core met %T: %v, want its JSON parser to fail", err, err)
	}
	if call := c.lastCall(); call.Status != 502 || call.Code != "" || call.Fault != HTML502 {
		t.Errorf("logged %+v", call)
	}
	if got := c.status("ecd-1"); got != Running {
		t.Errorf("ecd-1 is %s", got)
	}
}

func TestLostConnections(t *testing.T) {
	for kind, want := range map[Kind]string{Reset: Running, AnswerLost: Stopped} {
		t.Run(string(kind), func(t *testing.T) {
			c := oneDesktop(t, Options{})
			c.Fault(Fault{Operation: "StopDesktops", Kind: kind})
			_, err := c.stopAdmin(ids("ecd-1"))
			if !errors.Is(err, io.EOF) {
				t.Errorf("got %v, want the connection closed", err)
			}
			if got := c.status("ecd-1"); got != want {
				t.Errorf("ecd-1 is %s, want %s", got, want)
			}
			calls := c.Calls()
			if len(calls) != 1 {
				t.Fatalf("%d calls arrived, want 1", len(calls))
			}
			call := calls[0]
			if call.Status != 0 || call.Fault != kind || !call.Done || (kind == AnswerLost) != slices.Equal(call.Effect, []string{"ecd-1"}) {
				t.Errorf("logged %+v", call)
			}
		})
	}
}

// After a lost answer, the same ClientToken gets the answer and no second stop.
func TestAnswerLostAndAskedAgain(t *testing.T) {
	c := clientCloud(t, Options{})
	c.Fault(Fault{Kind: AnswerLost})
	if _, err := c.stopClient(everyParam); err == nil {
		t.Fatal("the answer was not lost")
	}
	answer := must(t)(c.stopClient(everyParam))
	calls := c.Calls()
	if answer["RequestId"] != calls[0].RequestID || len(calls[0].Effect) != 2 || calls[1].Effect != nil {
		t.Errorf("logged %+v", calls)
	}
}

func TestSlow(t *testing.T) {
	c := oneDesktop(t, Options{})
	const delay = 50 * time.Millisecond
	c.Fault(Fault{Kind: Slow, Delay: delay})
	start := time.Now()
	must(t)(c.stopAdmin(ids("ecd-1")))
	// A lower bound holds on any machine.
	if took := time.Since(start); took < delay {
		t.Errorf("answered after %s", took)
	}
	if call := c.lastCall(); call.Fault != Slow || call.Status != 200 {
		t.Errorf("logged %+v", call)
	}
}

// A caller that gives up on a slow answer leaves a call without one behind,
// and its effect.
func TestSlowAndGivenUp(t *testing.T) {
	c := oneDesktop(t, Options{})
	c.Fault(Fault{Kind: Slow, Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	core := c.core(c.key)
	go func() {
		_, err := core.CallApiWithCtx(ctx, stopParams, stopRequest("ecd-1"), noRuntime)
		done <- err
	}()
	for c.status("ecd-1") == Running {
		time.Sleep(time.Millisecond) // polls for the effect; how long it takes does not matter
	}
	cancel()
	if err := <-done; err == nil {
		t.Error("got an answer")
	}
	for !c.lastCall().Done {
		time.Sleep(time.Millisecond) // polls for the server to notice that its caller left
	}
	if call := c.lastCall(); call.Status != 0 || !slices.Equal(call.Effect, []string{"ecd-1"}) {
		t.Errorf("logged %+v", call)
	}
}

func TestLag(t *testing.T) {
	c := oneDesktop(t, Options{StopDuration: 10 * time.Second})
	c.Fault(Fault{Operation: "DescribeDesktops", Kind: Lag, Delay: 5 * time.Second, Count: -1})
	look := func() string {
		t.Helper()
		return desktopViews(t, must(t)(c.describe(ids("ecd-1"))))[0]["DesktopStatus"].(string)
	}
	c.pass(time.Minute)
	must(t)(c.stopAdmin(ids("ecd-1")))
	for _, step := range []struct {
		pass  time.Duration
		shown string
		is    string
	}{
		{0, Running, Stopping},
		{4 * time.Second, Running, Stopping},
		{2 * time.Second, Stopping, Stopping},
		{5 * time.Second, Stopping, Stopped},
		{5 * time.Second, Stopped, Stopped},
	} {
		c.pass(step.pass)
		if shown, is := look(), c.status("ecd-1"); shown != step.shown || is != step.is {
			t.Errorf("shown %s while it is %s, want %s while %s", shown, is, step.shown, step.is)
		}
	}
	// The stop itself sees the truth.
	_, err := c.stopAdmin(ids("ecd-1"))
	wantRefusal(t, err, "IncorrectDesktopStatus", 400)
}

func TestWhichCallsAreHit(t *testing.T) {
	outcomes := func(c *cloud, n int) (codes []string) {
		for range n {
			_, err := c.describe(ids("ecd-1"))
			code := "ok"
			if err != nil {
				code = refusalOf(t, err).code
			}
			codes = append(codes, code)
		}
		return codes
	}
	tests := []struct {
		name   string
		faults []Fault
		want   []string
	}{
		{"the next one", []Fault{{Kind: InternalError}}, []string{"InternalError", "ok", "ok"}},
		{"the second and third", []Fault{{Kind: InternalError, Nth: 2, Count: 2}}, []string{"ok", "InternalError", "InternalError", "ok"}},
		{"all from the second", []Fault{{Kind: InternalError, Nth: 2, Count: -1}}, []string{"ok", "InternalError", "InternalError", "InternalError"}},
		{"one after the other", []Fault{{Kind: InternalError}, {Kind: ThrottlePlain}}, []string{"InternalError", "Throttling", "ok"}},
		{"each in its place", []Fault{{Kind: InternalError, Nth: 3}, {Kind: ThrottlePlain, Nth: 1}}, []string{"Throttling", "ok", "InternalError", "ok"}},
		{"another operation", []Fault{{Operation: "StopDesktops", Kind: InternalError}}, []string{"ok", "ok"}},
		{"another version", []Fault{{Version: VersionClient, Kind: InternalError}}, []string{"ok", "ok"}},
		{"always by chance", []Fault{{Kind: InternalError, Probability: 1, Count: 2}}, []string{"InternalError", "InternalError", "ok"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := oneDesktop(t, Options{})
			for _, f := range tt.faults {
				c.Fault(f)
			}
			wantIDs(t, "outcomes", outcomes(c, len(tt.want)), tt.want...)
		})
	}

	t.Run("by chance, repeatably", func(t *testing.T) {
		run := func(seed uint64) []string {
			c := oneDesktop(t, Options{})
			c.Fault(Fault{Kind: InternalError, Probability: 0.5, Seed: seed})
			return outcomes(c, 40)
		}
		first := run(1)
		if !slices.Contains(first, "ok") || !slices.Contains(first, "InternalError") {
			t.Errorf("half of the calls should fail: %v", first)
		}
		wantIDs(t, "the same seed", run(1), first...)
		if slices.Equal(run(2), first) {
			t.Error("another seed hits the same calls")
		}
	})
	t.Run("cleared", func(t *testing.T) {
		c := oneDesktop(t, Options{})
		c.Fault(Fault{Kind: InternalError, Count: -1})
		c.ClearFaults()
		wantIDs(t, "outcomes", outcomes(c, 1), "ok")
	})
	t.Run("malformed calls do not count", func(t *testing.T) {
		c := oneDesktop(t, Options{})
		c.Fault(Fault{Kind: InternalError})
		_, err := c.describe(params{})
		wantRefusal(t, err, "MissingRegionId", 400)
		wantIDs(t, "outcomes", outcomes(c, 2), "InternalError", "ok")
	})
}

func TestLimits(t *testing.T) {
	c := oneDesktop(t, Options{Limits: map[string]Limit{"DescribeDesktops": {PerSecond: 0.1, Burst: 2}}})
	look := func() error { _, err := c.describe(ids("ecd-1")); return err }
	for range 2 {
		if err := look(); err != nil {
			t.Fatal(err)
		}
	}
	err := look()
	var throttling *openapi.ThrottlingError
	if !errors.As(err, &throttling) {
		t.Fatalf("got %v, want throttling", err)
	}
	wantRefusal(t, err, "Throttling.User", 429)
	_, left, _ := strings.Cut(c.header.Load().Get("x-ratelimit-user-api"), "TimeLeft:")
	if ms, err := strconv.Atoi(left); err != nil || ms <= 0 || ms > 10_000 {
		t.Errorf("TimeLeft is %q, want up to the 10 s of one call", left)
	}
	c.pass(11 * time.Second)
	if err := look(); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	c.Change(func(o *Options) {
		delete(o.Limits, "DescribeDesktops")
		o.Limits[""] = Limit{PerSecond: 0.1, Burst: 1}
	})
	if err := look(); err != nil {
		t.Errorf("a new limit: %v", err)
	}
	_, err = c.stopAdmin(ids("ecd-1"))
	wantRefusal(t, err, "Throttling.User", 429)
	c.Change(func(o *Options) { o.Limits = nil })
	must(t)(c.stopAdmin(ids("ecd-1")))
}
