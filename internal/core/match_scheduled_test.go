package core

import "testing"

// TestScheduledReachesTaggedOnly: what names no schedule is not reached by the
// timer that serves schedules, so that no other reason to leave it alone is
// reported every hour. Tags that cannot be read may name one.
func TestScheduledReachesTaggedOnly(t *testing.T) {
	m := newMatcher(&Selection{Scheduled: true})
	for name, tt := range map[string]struct {
		desktop Desktop
		reached bool
	}{
		"a schedule":               {Desktop{Tags: map[string]string{TagSchedule: "team-a"}}, true},
		"an empty one":             {Desktop{Tags: map[string]string{TagSchedule: ""}}, true},
		"no tag":                   {Desktop{}, false},
		"no tag, and of a pool":    {Desktop{DesktopGroupId: "dg-1", Tags: map[string]string{"env": "dev"}}, false},
		"tags that cannot be read": {Desktop{TagsUnknown: true}, true},
		"only the tag of its zone": {Desktop{Tags: map[string]string{TagZone: "Europe/Berlin"}}, false},
	} {
		if got := m.every(&tt.desktop); got != tt.reached {
			t.Errorf("%s: reached %t, want %t", name, got, tt.reached)
		}
	}
}
