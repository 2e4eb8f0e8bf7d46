package journal

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/oss"
)

const freezeKey = "freeze"

// wantBrakes reads the brakes of a run and compares.
func wantBrakes(t *testing.T, j *Journal, run core.RunID, want core.Brakes) {
	t.Helper()
	got, err := j.Brakes(t.Context(), run)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Brakes(%q) = freeze %+v, halt %+v, %v; want %+v, %+v", run, got.Freeze, got.Halt, err, want.Freeze, want.Halt)
	}
}

func TestBrakes(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops", at(noon))
	ctx := t.Context()
	run, other := c.run(core.Timer, "night"), c.run(core.Timer, "other")
	wantBrakes(t, j, run, core.Brakes{})
	wantBrakes(t, j, "", core.Brakes{})

	halt := haltOf(run)
	if got, err := j.PutHalt(ctx, halt); err != nil || got != halt {
		t.Fatalf("PutHalt = %+v, %v", got, err)
	}
	second := haltOf(run)
	second.By.Name = "bob"
	if got, err := j.PutHalt(ctx, second); err != nil || got != halt {
		t.Errorf("second PutHalt = %+v, %v; want the first", got, err)
	}
	wantBrakes(t, j, run, core.Brakes{Halt: &halt})
	wantBrakes(t, j, other, core.Brakes{})
	wantBrakes(t, j, "", core.Brakes{})

	freeze := freezeOf()
	if err := j.PutFreeze(ctx, freeze); err != nil {
		t.Fatal(err)
	}
	wantBrakes(t, j, run, core.Brakes{Freeze: &freeze, Halt: &halt})
	wantBrakes(t, j, other, core.Brakes{Freeze: &freeze})
	wantBrakes(t, j, "", core.Brakes{Freeze: &freeze})

	// A time of another zone is the same record, and the last freeze stands.
	longer := freezeOf()
	longer.Until = noon.Add(5 * time.Hour).In(time.FixedZone("CST", 8*3600))
	if err := j.PutFreeze(ctx, longer); err != nil {
		t.Fatal(err)
	}
	longer.Until = noon.Add(5 * time.Hour)
	wantBrakes(t, j, "", core.Brakes{Freeze: &longer})

	for i := range 2 {
		if err := j.RemoveFreeze(ctx); err != nil {
			t.Fatalf("removal %d: %v", i+1, err)
		}
		wantBrakes(t, j, run, core.Brakes{Halt: &halt})
	}
	if _, ok := c.Object(testBucket, "runs/"+string(run)+"/halt"); !ok || len(c.Objects()) != 1 {
		t.Errorf("the bucket holds %d objects, want the halt alone", len(c.Objects()))
	}
}

func TestFreezeLapses(t *testing.T) {
	c := newCloud(t)
	freeze := freezeOf()
	if err := c.journal(t, "stopdesktops").PutFreeze(t.Context(), freeze); err != nil {
		t.Fatal(err)
	}
	for name, moment := range map[string]struct {
		now  time.Time
		want *core.Freeze
	}{
		"as it begins":         {freeze.At, &freeze},
		"by a clock behind":    {freeze.At.Add(-time.Hour), &freeze},
		"a moment before":      {freeze.Until.Add(-1), &freeze},
		"at its end":           {freeze.Until, nil},
		"long after":           {freeze.Until.AddDate(1, 0, 0), nil},
		"in another time zone": {freeze.Until.Add(-1).In(time.FixedZone("CST", 8*3600)), &freeze},
	} {
		t.Run(name, func(t *testing.T) {
			wantBrakes(t, c.journal(t, "stopdesktops", at(moment.now)), "", core.Brakes{Freeze: moment.want})
		})
	}
}

// TestBrakesAreReadSideBySide holds each read until the other has begun.
func TestBrakesAreReadSideBySide(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run := c.run(core.Timer, "night")
	begun := make(chan struct{}, 2)
	both := make(chan struct{})
	c.onSlow = func(ctx context.Context) error {
		begun <- struct{}{}
		if len(begun) == 2 {
			close(both)
		}
		select {
		case <-both:
			return nil
		case <-ctx.Done(): // The reader gave up, so the second never came.
			return ctx.Err()
		}
	}
	c.Fault(oss.Fault{Method: http.MethodGet, Count: 2, Kind: oss.Slow})
	wantBrakes(t, j, run, core.Brakes{})
	if n := c.calls(http.MethodGet); n != 2 {
		t.Errorf("%d reads, want 2: one was given up while the other had not begun", n)
	}
}

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

func TestBrakesThatSayNothingAreRefused(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run := c.run(core.Timer, "night")
	for name, change := range map[string]func(*core.Freeze){
		"ends as it begins": func(f *core.Freeze) { f.Until = f.At },
		"no end":            func(f *core.Freeze) { f.Until = time.Time{} },
		"by nobody":         func(f *core.Freeze) { f.By = core.Caller{} },
		"no such door":      func(f *core.Freeze) { f.By.Door = "fax" },
	} {
		f := freezeOf()
		change(&f)
		if err := j.PutFreeze(t.Context(), f); core.CodeOf(err) != core.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := freezeOf()
	f.Reason = strings.Repeat("x", maxBrakeBytes)
	c.wantCode(t, j.PutFreeze(t.Context(), f), core.TooLarge)
	h := haltOf(run)
	h.By = core.Caller{}
	_, err := j.PutHalt(t.Context(), h)
	c.wantCode(t, err, core.Internal, "door")
	if n := len(c.Calls()); n != 0 {
		t.Errorf("%d calls were made for brakes that are refused", n)
	}

	// The longest reason that a request may have is written.
	f.Reason = strings.Repeat("<", 500)
	h = haltOf(run)
	h.Reason = f.Reason
	if err := j.PutFreeze(t.Context(), f); err != nil {
		t.Error(err)
	}
	if _, err := j.PutHalt(t.Context(), h); err != nil {
		t.Error(err)
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

// TestRightsOfTheBrake uses roles that lack one right each; the error names it.
func TestRightsOfTheBrake(t *testing.T) {
	c := newCloud(t)
	run := c.run(core.Slack, "d1")
	const resource = "acs:oss:*:*:" + testBucket + "/freeze"
	c.auth.SetRole("reader", allow("acs:oss:*:*:"+testBucket+"/*", "oss:GetObject"))
	reader := c.journal(t, "reader")
	c.wantCode(t, reader.PutFreeze(t.Context(), freezeOf()), core.Internal, "write freeze", "oss:PutObject on "+resource)
	c.wantCode(t, reader.RemoveFreeze(t.Context()), core.Internal, "remove freeze", "oss:DeleteObject on "+resource)
	c.auth.SetRole("runs", allow("acs:oss:*:*:"+testBucket+"/runs/*", "oss:GetObject", "oss:PutObject"))
	_, err := c.journal(t, "runs").Brakes(t.Context(), run)
	c.wantCode(t, err, core.Internal, "oss:GetObject on "+resource)

	// Nothing of a run can be removed by the role that may remove the freeze.
	j := c.journal(t, "stopdesktops")
	if _, err := j.PutHalt(t.Context(), haltOf(run)); err != nil {
		t.Fatal(err)
	}
	c.wantCode(t, j.store.remove(t.Context(), halts.of(run, 0).key()), core.Internal, "oss:DeleteObject on acs:oss:*:*:"+testBucket+"/runs/slack-*")

	// A function that may only write cannot tell whether a brake is pulled.
	slackcmd := c.journal(t, "slackcmd", writeOnly)
	before := len(c.Calls())
	_, err = slackcmd.Brakes(t.Context(), run)
	c.wantCode(t, err, core.Internal, "may only write")
	if n := len(c.Calls()); n != before {
		t.Errorf("%d reads were tried by a journal that only writes", n-before)
	}
	second := c.run(core.Slack, "d2")
	if _, err := slackcmd.PutHalt(t.Context(), haltOf(second)); err != nil {
		t.Errorf("a halt by a journal that only writes: %v", err)
	}
	c.wantCode(t, slackcmd.PutFreeze(t.Context(), freezeOf()), core.Internal, "oss:PutObject on "+resource)
	c.wantCode(t, slackcmd.RemoveFreeze(t.Context()), core.Internal, "oss:DeleteObject on "+resource)
}

// TestCorruptBrakes puts what nobody should have written in place of a brake:
// nobody knows, and the brake is not taken for released.
func TestCorruptBrakes(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops", at(noon))
	run, other := c.run(core.Timer, "d1"), c.run(core.Timer, "d2")
	if err := j.PutFreeze(t.Context(), freezeOf()); err != nil {
		t.Fatal(err)
	}
	if _, err := j.PutHalt(t.Context(), haltOf(run)); err != nil {
		t.Fatal(err)
	}
	haltKey := halts.of(run, 0).key()
	freeze, _ := c.Object(testBucket, freezeKey)
	halt, _ := c.Object(testBucket, haltKey)
	replaced := func(in []byte, old, new string) []byte {
		t.Helper()
		if !strings.Contains(string(in), old) {
			t.Fatalf("%s is not in %s", old, in)
		}
		return []byte(strings.ReplaceAll(string(in), old, new))
	}
	for name, bad := range map[string]struct {
		key  string
		data []byte
		says string
	}{
		"freeze, empty":         {freezeKey, nil, "EOF"},
		"freeze, cut off":       {freezeKey, freeze[:len(freeze)-2], "EOF"},
		"freeze of a run":       {freezeKey, replaced(freeze, `"Run":""`, `"Run":"`+string(run)+`"`), "belongs to run"},
		"freeze without end":    {freezeKey, replaced(freeze, "14:00:00Z", "12:00:00Z"), "it ends at"},
		"freeze elsewhere":      {freezeKey, replaced(freeze, "14:00:00Z", "22:00:00+08:00"), "not in UTC"},
		"freeze by nobody":      {freezeKey, replaced(freeze, `"terminal"`, `""`), "door"},
		"freeze, unknown field": {freezeKey, replaced(freeze, `"Body":{`, `"Body":{"Extra":1,`), "Extra"},
		"freeze, later version": {freezeKey, replaced(freeze, `"Version":1`, `"Version":2`), "upgrade"},
		"freeze is a halt":      {freezeKey, halt, "unknown object member"},
		"freeze, too large":     {freezeKey, append([]byte(strings.Repeat(" ", maxBrakeBytes)), freeze...), "too large"},
		"freeze, a bomb":        {freezeKey, zip(t, []byte(strings.Repeat(" ", 1<<20))), "too large"},
		"halt of another":       {haltKey, replaced(halt, string(run), string(other)), "belongs to run"},
		"halt by nobody":        {haltKey, replaced(halt, `"slack"`, `"fax"`), "door"},
		"halt is a freeze":      {haltKey, freeze, "unknown object member"},
	} {
		t.Run(name, func(t *testing.T) {
			c.Put(testBucket, freezeKey, freeze)
			c.Put(testBucket, haltKey, halt)
			c.Put(testBucket, bad.key, bad.data)
			got, err := j.Brakes(t.Context(), run)
			c.wantCode(t, err, core.Internal, bad.key, bad.says)
			if (bad.key == freezeKey) != (got.Freeze == nil) || (bad.key == haltKey) != (got.Halt == nil) {
				t.Errorf("Brakes = freeze %+v, halt %+v", got.Freeze, got.Halt)
			}
			// Whatever stands there, the brake can be pulled and released.
			if bad.key == freezeKey {
				if err := j.PutFreeze(t.Context(), freezeOf()); err != nil {
					t.Error(err)
				}
				if err := j.RemoveFreeze(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
