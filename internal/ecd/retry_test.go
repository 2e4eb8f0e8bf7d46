package ecd

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

// TestFaults plays every fault of the double against every operation.
func TestFaults(t *testing.T) {
	const (
		look      = "look"
		admin     = "admin"
		client    = "client"
		anonymous = "anonymous"
		unkeyed   = "client without ClientToken"
	)
	type want struct {
		calls   int
		class   core.CloudClass // empty: it works in the end
		mayHave bool
	}
	tests := []struct {
		fault sim.Kind
		count int // how many calls in a row it hits; -1 all
		want  map[string]want
	}{
		{sim.Throttle, 2, map[string]want{look: {calls: 3}, admin: {calls: 3}, client: {calls: 3}, anonymous: {calls: 3}, unkeyed: {calls: 3}}},
		{sim.ThrottleRetryAfter, 2, map[string]want{look: {calls: 3}, admin: {calls: 3}, client: {calls: 3}}},
		{sim.ThrottlePlain, 2, map[string]want{look: {calls: 3}, admin: {calls: 3}, anonymous: {calls: 3}}},
		{sim.Throttle, -1, map[string]want{
			look: {lookTries, core.CloudThrottled, false}, admin: {3, core.CloudThrottled, false}, client: {3, core.CloudThrottled, false}}}, // a third wait would be over stopSpan
		{sim.InternalError, 1, map[string]want{look: {calls: 2}, admin: {1, core.CloudDown, true}, client: {calls: 2}, unkeyed: {1, core.CloudDown, true}}},
		{sim.ServiceUnavailable, 1, map[string]want{look: {calls: 2}, admin: {1, core.CloudDown, true}, client: {calls: 2}, anonymous: {calls: 2}}},
		{sim.HTML502, 1, map[string]want{look: {calls: 2}, admin: {1, core.CloudDown, true}, client: {calls: 2}}},
		{sim.Reset, 1, map[string]want{look: {calls: 2}, admin: {1, core.CloudDown, true}, client: {calls: 2}, unkeyed: {1, core.CloudDown, true}}},
		{sim.AnswerLost, 1, map[string]want{look: {calls: 2}, admin: {1, core.CloudDown, true}, client: {calls: 2}, anonymous: {calls: 2}}},
		{sim.AnswerLost, -1, map[string]want{look: {lookTries, core.CloudDown, false}, client: {stopTries, core.CloudDown, true}}},
		{sim.Slow, 1, map[string]want{look: {calls: 2}, admin: {1, core.CloudDown, true}, client: {calls: 2}}}, // slower than attemptTimeout
		{sim.TokenExpired, -1, map[string]want{look: {1, core.CloudCredentials, false}, admin: {1, core.CloudCredentials, false}, client: {1, core.CloudCredentials, false}}},
	}
	for _, tt := range tests {
		for how, w := range tt.want {
			t.Run(string(tt.fault)+" "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := newCloud(t, sim.Options{StopDuration: time.Minute})
					c.add(t, "ecd-1", "ecd-2")
					delay := 2 * time.Second // what a throttled call is told to wait
					if tt.fault == sim.Slow {
						delay = 2 * attemptTimeout
					}
					c.Fault(sim.Fault{Kind: tt.fault, Count: tt.count, Delay: delay})
					auth := Signed
					if how == anonymous {
						auth = Anonymous
					}
					cl := c.client(t, Options{ClientAuth: auth}, inProcess{c})
					stop := clientStop("ecd-1", "ecd-2")
					var err error
					switch how {
					case look:
						_, err = cl.Look(t.Context(), region, []string{"ecd-1"})
					case admin:
						_, err = cl.Stop(t.Context(), adminStop("ecd-1", "ecd-2"))
					case unkeyed:
						stop.ClientToken = ""
						fallthrough
					default:
						_, err = cl.Stop(t.Context(), stop)
					}
					if n := len(c.Calls()); n != w.calls {
						t.Errorf("%d calls, want %d", n, w.calls)
					}
					checkReused(t, c.Calls())
					if w.class == "" {
						if err != nil {
							t.Error(err)
						}
						return
					}
					if e := cloudError(t, err); e.Class != w.class || e.MayHave != w.mayHave {
						t.Errorf("got %+v, want class %s and MayHave %t", e, w.class, w.mayHave)
					}
				})
			})
		}
	}
}

// checkReused wants one ClientToken and a nonce of its own in every attempt.
func checkReused(t *testing.T, calls []sim.Call) {
	t.Helper()
	nonces := map[string]bool{}
	for _, call := range calls {
		if call.Params.Get("ClientToken") != calls[0].Params.Get("ClientToken") {
			t.Error("an attempt has another ClientToken")
		}
		if n := call.Params.Get("SignatureNonce"); n != "" {
			if nonces[n] {
				t.Error("an attempt has the nonce of another")
			}
			nonces[n] = true
		}
	}
}

// script answers the nth attempt with the nth step and notes when each came.
type script struct {
	steps []http.RoundTripper
	mu    sync.Mutex
	at    []time.Time
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.at = append(s.at, time.Now())
	step := s.steps[min(len(s.at), len(s.steps))-1]
	s.mu.Unlock()
	return step.RoundTrip(req)
}

func failing(err error) http.RoundTripper {
	return answering(func(*http.Request) (*http.Response, error) { return nil, err })
}

// unreachable fails as a transport does that finds nobody to talk to.
func unreachable(err error) http.RoundTripper {
	return answering(func(req *http.Request) (*http.Response, error) {
		httptrace.ContextClientTrace(req.Context()).GetConn("host")
		return nil, err
	})
}

// hanging holds the request until its context ends.
var hanging = answering(func(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
})

var (
	good      = inProcess{says(200, "application/json", `{"RequestId":"R-1","Desktops":[]}`)}
	throttled = inProcess{says(429, "application/json", `{"Code":"Throttling.User","Message":"slow down","RequestId":"R"}`, "x-ratelimit-user-api", "Limit:10,Remain:0,TimeLeft:3000")}
	refused   = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
)

func TestRetryPolicy(t *testing.T) {
	down := inProcess{says(503, "application/json", `{"Code":"ServiceUnavailable","Message":"m","RequestId":"R"}`)}
	wrong := inProcess{says(400, "application/json", `{"Code":"IncorrectDesktopStatus","Message":"m","RequestId":"R"}`)}
	tests := []struct {
		name    string
		call    *core.StopCall // nil: a look
		steps   []http.RoundTripper
		tries   int
		class   core.CloudClass
		mayHave bool
	}{
		{"admin, nobody there, then there", ref(adminStop("ecd-1")), []http.RoundTripper{unreachable(refused), good}, 2, "", false},
		{"admin, nobody there at all", ref(adminStop("ecd-1")), []http.RoundTripper{unreachable(refused)}, stopTries, core.CloudDown, false},
		{"admin, unknown to have been sent", ref(adminStop("ecd-1")), []http.RoundTripper{failing(io.EOF), good}, 1, core.CloudDown, true},
		{"admin, throttled and then lost", ref(adminStop("ecd-1")), []http.RoundTripper{throttled, failing(syscall.ECONNRESET), good}, 2, core.CloudDown, true},
		{"client, lost and then throttled", ref(clientStop("ecd-1")), []http.RoundTripper{down, throttled}, 3, core.CloudThrottled, true},
		{"client, lost and then refused", ref(clientStop("ecd-1")), []http.RoundTripper{failing(io.EOF), wrong}, 2, core.CloudBadDesktop, true},
		{"client, refused", ref(clientStop("ecd-1")), []http.RoundTripper{wrong}, 1, core.CloudBadDesktop, false},
		{"client, still under way", ref(clientStop("ecd-1")), []http.RoundTripper{
			inProcess{says(403, "application/json", `{"Code":"IdempotentProcessing","Message":"m","RequestId":"R"}`)}, good}, 2, "", false},
		{"client, token of another call", ref(clientStop("ecd-1")), []http.RoundTripper{
			inProcess{says(403, "application/json", `{"Code":"IdempotentParameterMismatch","Message":"m","RequestId":"R"}`)}, good}, 1, core.CloudBadRequest, false},
		{"look, lost", nil, []http.RoundTripper{failing(io.EOF), failing(syscall.EPIPE), down, throttled, good}, 5, "", false},
		{"look, not permitted", nil, []http.RoundTripper{inProcess{says(403, "application/json", `{"Code":"NoPermission","Message":"m","RequestId":"R"}`)}}, 1, core.CloudForbidden, false},
		{"look, always down", nil, []http.RoundTripper{down}, lookTries, core.CloudDown, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: tt.steps}
				c := newCloud(t, sim.Options{})
				client := c.client(t, Options{}, s)
				var err error
				if tt.call == nil {
					_, err = client.Look(t.Context(), region, []string{"ecd-1"})
				} else {
					_, err = client.Stop(t.Context(), *tt.call)
				}
				if len(s.at) != tt.tries {
					t.Errorf("%d attempts, want %d", len(s.at), tt.tries)
				}
				if tt.class == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if e := cloudError(t, err); e.Class != tt.class || e.MayHave != tt.mayHave {
					t.Errorf("got %+v, want class %s and MayHave %t", e, tt.class, tt.mayHave)
				}
			})
		})
	}
}

func ref(s core.StopCall) *core.StopCall { return &s }

func TestWaits(t *testing.T) {
	t.Run("as long as the cloud asks", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []http.RoundTripper{throttled, good}}
			if _, err := newCloud(t, sim.Options{}).client(t, Options{}, s).Stop(t.Context(), adminStop("ecd-1")); err != nil {
				t.Fatal(err)
			}
			if waited := s.at[1].Sub(s.at[0]); waited < 3*time.Second || waited > 3600*time.Millisecond {
				t.Errorf("waited %s, want 3 s and up to a fifth more", waited)
			}
		})
	})
	t.Run("longer and longer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []http.RoundTripper{failing(io.EOF)}}
			_, err := newCloud(t, sim.Options{}).client(t, Options{}, s).Look(t.Context(), region, []string{"ecd-1"})
			cloudError(t, err)
			middle := firstWait
			for i := 1; i < len(s.at); i++ {
				if waited := s.at[i].Sub(s.at[i-1]); waited < middle/2 || waited > middle*3/2 {
					t.Errorf("wait %d was %s, want about %s", i, waited, middle)
				}
				middle = min(2*middle, longWait)
			}
		})
	})
}

func TestDeadline(t *testing.T) {
	tests := []struct {
		name      string
		left      time.Duration
		step      http.RoundTripper
		call      core.StopCall
		tries     int
		notBefore time.Duration
		notAfter  time.Duration
		class     core.CloudClass
		mayHave   bool
	}{
		{"a hint beyond the deadline is not waited for", 3 * time.Second, throttled, adminStop("ecd-1"), 1, 0, 0, core.CloudThrottled, false},
		{"time is left to report", 10 * time.Second, hanging, adminStop("ecd-1"), 1, 9 * time.Second, 9 * time.Second, core.CloudDown, true},
		{"a short look keeps most of its time", time.Second, hanging, adminStop("ecd-1"), 1, 900 * time.Millisecond, 900 * time.Millisecond, core.CloudDown, true},
		{"no attempt outlives its own limit", time.Minute, hanging, adminStop("ecd-1"), 1, attemptTimeout, attemptTimeout, core.CloudDown, true},
		{"no wait runs into the reserve", 4 * time.Second, unreachable(refused), adminStop("ecd-1"), -1, 0, 3600 * time.Millisecond, core.CloudDown, false},
		{"over already", -time.Second, good, adminStop("ecd-1"), 0, 0, 0, core.CloudDown, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.left)
				defer cancel()
				s := &script{steps: []http.RoundTripper{tt.step}}
				begin := time.Now()
				_, err := newCloud(t, sim.Options{}).client(t, Options{}, s).Stop(ctx, tt.call)
				took := time.Since(begin)
				if e := cloudError(t, err); e.Class != tt.class || e.MayHave != tt.mayHave {
					t.Errorf("got %+v, want class %s and MayHave %t", e, tt.class, tt.mayHave)
				}
				if tt.tries >= 0 && len(s.at) != tt.tries {
					t.Errorf("%d attempts, want %d", len(s.at), tt.tries)
				}
				if took < tt.notBefore || took > tt.notAfter {
					t.Errorf("took %s, want %s to %s", took, tt.notBefore, tt.notAfter)
				}
			})
		})
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errors.New("the caller's own reason")) })
		begin := time.Now()
		_, err := newCloud(t, sim.Options{}).client(t, Options{}, throttled).Look(ctx, region, []string{"ecd-1"})
		if e := cloudError(t, err); e.Class != core.CloudThrottled || e.RetryAfter != 3*time.Second {
			t.Errorf("got %+v, want the cloud's last word", e)
		}
		if took := time.Since(begin); took != time.Second {
			t.Errorf("took %s after a cancel at 1 s", took)
		}
	})
}
