package journal

import (
	"context"
	"net/http"
	"reflect"
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
