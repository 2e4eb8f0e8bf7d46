package journal

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

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
			if !got.Spoilt {
				t.Error("it is not said to be spoilt")
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
