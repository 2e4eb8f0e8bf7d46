package core

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTold(t *testing.T) {
	at := time.Date(2026, 11, 23, 20, 0, 0, 0, time.FixedZone("", 8*3600))
	plan := &Plan{Entries: []Entry{{RegionId: "cn-hangzhou", DesktopId: "ecd-a", DesktopName: "build-1", Stop: true}, {RegionId: "cn-hangzhou", DesktopId: "ecd-b", Code: Connected},
		{RegionId: "cn-hangzhou", DesktopId: "ecd-c", Code: NotRunning, Detail: "it is Starting"}}}
	report := &Report{Run: "webhook-x", Counts: map[Code]int{Stopped: 1}, Outcomes: []Outcome{{RegionId: "cn-hangzhou", DesktopId: "ecd-a", Code: Stopped}}}
	for _, c := range []struct {
		name   string
		answer Answer
		want   string
	}{
		{"queued", Answer{Run: "webhook-x", State: Queued, First: at}, `{"RunId":"webhook-x","State":"queued","FirstSeen":"2026-11-23T12:00:00Z"}`},
		{"planned", Answer{Run: "webhook-x", State: Working, Repeated: true, First: at, Plan: plan},
			`{"RunId":"webhook-x","State":"working","Repeated":true,"FirstSeen":"2026-11-23T12:00:00Z","Desktops":[` +
				`{"RegionId":"cn-hangzhou","DesktopId":"ecd-a","DesktopName":"build-1","Decision":"stop"},` +
				`{"RegionId":"cn-hangzhou","DesktopId":"ecd-b","Decision":"skip","Code":"connected","Detail":"` + Connected.Meaning() + `"},` +
				`{"RegionId":"cn-hangzhou","DesktopId":"ecd-c","Decision":"skip","Code":"not_running","Detail":"it is Starting"}]}`},
	} {
		if got, err := json.Marshal(c.answer.Told()); err != nil || string(got) != c.want {
			t.Errorf("%s:\n got %s\nwant %s (%v)", c.name, got, c.want, err)
		}
	}
	told := Answer{Run: "webhook-x", State: Finished, First: at, Plan: plan, Report: report}.Told()
	if told.Desktops != nil || told.Report.Outcomes[0].Detail != Stopped.Meaning() {
		t.Errorf("finished: %+v", told)
	}
	if report.Outcomes[0].Detail != "" {
		t.Error("the report itself was changed")
	}
}
