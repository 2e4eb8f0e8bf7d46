package tests

import (
	"net/http"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// TestSlowLookAtTheDoor holds back what only selections ask, one after the other.
// The door gives up on it and decides nothing; the job asks again and stops the
// desktops.
func TestSlowLookAtTheDoor(t *testing.T) {
	for _, operation := range []string{"DescribeDesktops", "DescribeDesktopSessions", "DescribeGlobalDesktopRecords", "ListTagResources"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			fleet := many(hangzhou, 2, map[string]string{"env": "dev"})
			for i := range fleet {
				fleet[i].Flaws, fleet[i].LastStarted = ecd.TagsAbsent, time.Now().Add(-10*time.Hour)
			}
			w := fleetWorld(t, fleet)
			gate := w.ECD.Gate(operation, ecd.BeforeEffect)
			r := w.post("slow", `{`+devDesktops+`,"MinUptime":"1h"}`)
			if r.Status != http.StatusAccepted || r.State != core.Queued || r.Report != nil {
				t.Errorf("answer: %d %s", r.Status, r.Text)
			}
			gate.Open()
			w.drain()
			wantPlaces(t, w.onlyReport(), map[string]core.Code{"cn-hangzhou/ecd-hangzhou000": core.Stopped, "cn-hangzhou/ecd-hangzhou001": core.Stopped})
		})
	}
}
