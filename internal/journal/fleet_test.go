package journal

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/oss"
)

// random returns ids as random as real ones, so that they compress no better,
// and the same in every run of the test.
func random() func() string {
	source := rand.NewChaCha8([32]byte{})
	return func() string { return fmt.Sprintf("%016x%016x", source.Uint64(), source.Uint64()) }
}

// TestNightlyFleet writes and reads the largest plan, report and part that a
// door allows, of usual desktops.
func TestNightlyFleet(t *testing.T) {
	const most = 1 << 20 // bytes stored; a third of that is expected
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run, id := c.run(core.Timer, "night"), random()
	plan, report, part := planOf(run), reportOf(run), partOf(run, 1)
	plan.Entries, report.Outcomes = nil, nil
	for i := range maxDesktops {
		e := core.Entry{RegionId: "cn-hangzhou", DesktopId: "ecd-" + id()[:17], DesktopName: fmt.Sprintf("研发云电脑-%05d", i),
			Status: "Running", Connection: "Disconnected", EndUserIds: []string{"alice"}, Stop: true}
		plan.Entries = append(plan.Entries, e)
		report.Outcomes = append(report.Outcomes, core.Outcome{RegionId: e.RegionId, DesktopId: e.DesktopId, DesktopName: e.DesktopName,
			Code: core.Stopped, RequestIds: []string{"1CBAFFAB-B697-4049-A9B1-" + strings.ToUpper(id()[:12])}})
	}
	part.Outcomes, part.Doubted = report.Outcomes[:maxDesktops/2], nil
	for _, o := range report.Outcomes[maxDesktops/2:] {
		part.Doubted = append(part.Doubted, o.DesktopId)
	}
	if _, err := j.PutPlan(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	if _, err := j.PutReport(t.Context(), report); err != nil {
		t.Fatal(err)
	}
	if _, err := j.PutPart(t.Context(), part); err != nil {
		t.Fatal(err)
	}
	if got, err := j.Plan(t.Context(), run); err != nil || !reflect.DeepEqual(got, plan) {
		t.Fatalf("the plan did not come back: %v", err)
	}
	if got, err := j.Report(t.Context(), run); err != nil || !reflect.DeepEqual(got, report) {
		t.Fatalf("the report did not come back: %v", err)
	}
	if got, err := j.Part(t.Context(), run, 1); err != nil || !reflect.DeepEqual(got, part) {
		t.Fatalf("the part did not come back: %v", err)
	}
	for key, body := range c.Objects() {
		t.Logf("%s: %d bytes stored, %d before compression", key, len(body), len(unpacked(t, body)))
		if len(body) > most {
			t.Errorf("%s has %d bytes, want at most %d", key, len(body), most)
		}
	}
}

// TestLongestFleet writes and reads the longest desktops that maxFleetBytes
// reckons with. Everything that is allocated on the way is bounded, whatever
// the collector does: a function has 256 MB, and the text of this one record
// takes 20 MiB.
func TestLongestFleet(t *testing.T) {
	const most = 56 << 20 // the desktops themselves take some 20 MiB, and their list grows
	id := random()
	body := planBody{Plan: withoutEntries(planOf(goldenNight))}
	for range maxDesktops {
		e := core.Entry{RegionId: "ap-southeast-1", DesktopId: "ecd-" + id()[:17], DesktopName: strings.Repeat("脑", 64),
			Status: "Running", Connection: "Disconnected", Code: core.RecentlyStarted, Detail: strings.Repeat("words ", 50), Saves: &core.Worth{PerHour: 0.75, CostCentre: strings.Repeat("c", 64)}}
		for range 10 {
			e.EndUserIds = append(e.EndUserIds, id()[:24]+"@example.com")
		}
		body.Entries = append(body.Entries, e)
	}
	at := plans.of(goldenNight, 0)
	var start, written, read runtime.MemStats
	runtime.ReadMemStats(&start)
	data, _, err := encode(at, envelope[planBody]{Version: version, Kind: at.kind.name, Run: at.run, Nonce: goldenNonce, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&written)
	got, err := decode(at, data)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&read)
	if !reflect.DeepEqual(got.Body, body) {
		t.Error("the plan did not come back")
	}
	if len(data) > oss.MaxObjectSize {
		t.Errorf("the object has %d bytes, want at most %d", len(data), oss.MaxObjectSize)
	}
	w, r := written.TotalAlloc-start.TotalAlloc, read.TotalAlloc-written.TotalAlloc
	t.Logf("%d bytes stored; writing allocates %d bytes in all, reading %d", len(data), w, r)
	if w > most || r > most {
		t.Errorf("writing allocates %d bytes in all and reading %d, want at most %d each", w, r, most)
	}
}
