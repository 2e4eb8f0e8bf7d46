package journal

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/oss"
)

// TestNobodyKnowsTheBrakes fails one of the two reads. What the other one found
// stands beside the error.
func TestNobodyKnowsTheBrakes(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops", at(noon))
	run := c.run(core.Timer, "night")
	halt, freeze := haltOf(run), freezeOf()
	if _, err := j.PutHalt(t.Context(), halt); err != nil {
		t.Fatal(err)
	}
	if err := j.PutFreeze(t.Context(), freeze); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []oss.Kind{oss.InternalError, oss.ServiceUnavailable, oss.Reset, oss.AnswerLost, oss.AccessDenied} {
		for part, want := range map[string]core.Brakes{
			freezeKey:   {Halt: &halt},
			"/halt":     {Freeze: &freeze},
			"":          {},
			"no object": {Freeze: &freeze, Halt: &halt},
		} {
			t.Run(string(kind)+" of "+part, func(t *testing.T) {
				c.ClearFaults()
				c.Fault(oss.Fault{KeyContains: part, Kind: kind})
				got, err := j.Brakes(t.Context(), run)
				if !reflect.DeepEqual(got, want) {
					t.Errorf("Brakes = freeze %+v, halt %+v; want %+v, %+v", got.Freeze, got.Halt, want.Freeze, want.Halt)
				}
				switch {
				case part == "no object":
					if err != nil {
						t.Errorf("an untouched read fails: %v", err)
					}
				case kind == oss.AccessDenied:
					c.wantCode(t, err, core.Internal, "oss:GetObject")
				default:
					c.wantCode(t, err, core.Busy, "GetObject")
				}
			})
		}
	}
	c.ClearFaults()

	before := len(c.Calls())
	for _, bad := range []core.RunID{"../freeze", "timer-short", run + "/halt"} {
		if _, err := j.PutHalt(t.Context(), haltOf(bad)); core.CodeOf(err) != core.Internal {
			t.Errorf("PutHalt(%q) = %v", bad, err)
		}
	}
	if n := len(c.Calls()); n != before {
		t.Errorf("%d calls were made for runs that cannot be", n-before)
	}
	// No halt of a run that cannot be is not the same as no halt.
	got, err := j.Brakes(t.Context(), "timer-short")
	c.wantCode(t, err, core.Internal)
	if got.Freeze == nil || got.Halt != nil {
		t.Errorf("Brakes = %+v", got)
	}
}

// TestFaultsWhilePullingABrake puts every fault on every call that changes a
// brake: for two tries nobody notices, and for good it is Busy.
func TestFaultsWhilePullingABrake(t *testing.T) {
	old := freezeOf()
	old.Reason = "an older one"
	calls := map[string]struct {
		method string
		key    string
		do     func(context.Context, *Journal, core.RunID) error
		before func(*Journal, core.RunID) error
	}{
		"PutHalt": {http.MethodPut, "/halt", func(ctx context.Context, j *Journal, run core.RunID) error {
			_, err := j.PutHalt(ctx, haltOf(run))
			return err
		}, nil},
		"PutPart": {http.MethodPut, "/part-1", func(ctx context.Context, j *Journal, run core.RunID) error {
			_, err := j.PutPart(ctx, partOf(run, 1))
			return err
		}, nil},
		"PutFreeze": {http.MethodPut, freezeKey, func(ctx context.Context, j *Journal, _ core.RunID) error {
			return j.PutFreeze(ctx, freezeOf())
		}, func(j *Journal, _ core.RunID) error { return j.PutFreeze(t.Context(), old) }},
		"RemoveFreeze": {http.MethodDelete, freezeKey, func(ctx context.Context, j *Journal, _ core.RunID) error {
			return j.RemoveFreeze(ctx)
		}, func(j *Journal, _ core.RunID) error { return j.PutFreeze(t.Context(), old) }},
	}
	for name, call := range calls {
		for _, kind := range []oss.Kind{oss.InternalError, oss.ServiceUnavailable, oss.Reset, oss.AnswerLost, oss.AccessDenied} {
			t.Run(name+" "+string(kind), func(t *testing.T) {
				c := newCloud(t)
				j := c.journal(t, "stopdesktops", at(noon))
				run := c.run(core.Timer, "night")
				if call.before != nil {
					if err := call.before(j, run); err != nil {
						t.Fatal(err)
					}
				}
				was := c.Objects()
				c.Fault(oss.Fault{Method: call.method, KeyContains: call.key, Kind: kind})
				err := call.do(t.Context(), j, run)
				switch kind {
				case oss.AnswerLost:
					// It took place, and a look tells.
					if err != nil {
						t.Errorf("with every answer lost: %v", err)
					}
					if !strings.Contains(c.logged(), "was lost") {
						t.Errorf("the log does not say so: %s", c.logged())
					}
				case oss.AccessDenied:
					c.wantCode(t, err, core.Internal, "oss:", testBucket)
				default:
					c.wantCode(t, err, core.Busy)
					if e := (*core.Error)(nil); !errors.As(err, &e) || e.Retry <= 0 {
						t.Error("the error does not say when to come again")
					}
				}
				if kind != oss.AnswerLost && !reflect.DeepEqual(c.Objects(), was) {
					t.Error("a call that failed changed the store")
				}
				if kind == oss.AccessDenied {
					return
				}

				// Neither the write nor the look gets an answer: nobody may say
				// that it worked.
				c.ClearFaults()
				c.Fault(oss.Fault{KeyContains: call.key, Kind: kind})
				c.wantCode(t, call.do(t.Context(), j, run), core.Busy)

				c.ClearFaults()
				c.Fault(oss.Fault{Method: call.method, KeyContains: call.key, Count: maxAttempts - 1, Kind: kind})
				if err := call.do(t.Context(), j, run); err != nil {
					t.Errorf("after two faults: %v", err)
				}
				_, there := c.Object(testBucket, freezeKey)
				if want := name == "PutFreeze"; there != want && strings.HasSuffix(name, "Freeze") {
					t.Errorf("the freeze is there: %t", there)
				}
			})
		}
	}
}

// TestLostFreezeOfAnother loses the answers to a write that another writer's
// freeze followed: his stands, and nobody is told that ours does.
func TestLostFreezeOfAnother(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops", at(noon))
	his := freezeOf()
	his.By.Name = "bob"
	at := freezes.of("", 0)
	data, _, err := encode(at, envelope[core.Freeze]{Version: version, Kind: "freeze", Nonce: "OTHER", Body: his})
	if err != nil {
		t.Fatal(err)
	}
	c.onSlow = func(context.Context) error { c.Put(testBucket, freezeKey, data); return nil }
	c.Fault(oss.Fault{Method: http.MethodPut, Kind: oss.AnswerLost})
	c.Fault(oss.Fault{Method: http.MethodGet, Count: 1, Kind: oss.Slow})
	c.wantCode(t, j.PutFreeze(t.Context(), freezeOf()), core.Busy)
	wantBrakes(t, j, "", core.Brakes{Freeze: &his})

	// A removal whose answers are lost, and a freeze that came after it.
	c.ClearFaults()
	c.Fault(oss.Fault{Method: http.MethodDelete, Kind: oss.AnswerLost})
	c.Fault(oss.Fault{Method: http.MethodGet, Count: 1, Kind: oss.Slow})
	c.wantCode(t, j.RemoveFreeze(t.Context()), core.Busy)
	wantBrakes(t, j, "", core.Brakes{Freeze: &his})
}
