package core

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestWordsThatNarrowNothing: they would reach a whole region without All.
func TestWordsThatNarrowNothing(t *testing.T) {
	rules := Rules{Regions: []string{"cn-hangzhou"}}
	for name, s := range map[string]Selection{
		"idle 0s":      {IdleFor: "0s"},
		"up 0s":        {UpFor: "0s"},
		"star beside":  {DesktopName: []string{"*", "build-7"}},
		"both charges": {ChargeType: []string{"PostPaid", "PrePaid"}},
	} {
		if err := rules.Validate(Webhook, Request{RegionId: "cn-hangzhou", Select: &s}); CodeOf(err) != Invalid || err == nil {
			t.Errorf("%s reaches a whole region without All: %v", name, err)
		}
	}
}

func TestWordsThatNarrowNothingStopNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, running(5)...) // policy `all` has no stop-all
		r, err := w.Tick(t.Context(), Instant{Timer: "n", At: time.Now(), Request: Request{RegionId: "cn-hangzhou", Select: &Selection{DesktopName: []string{"*", "build-7"}}}})
		if err == nil {
			t.Errorf("stopped %v without stop-all: %v", w.cloud.stopped(), r.Counts)
		}
	})
}
