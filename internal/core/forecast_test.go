package core

import (
	"slices"
	"testing"
	"time"
)

// TestForecast announces what an instant would stop, once, and stops nothing.
func TestForecast(t *testing.T) {
	fleet := running(3)
	for i := range fleet {
		fleet[i].DesktopType = "eds.general.2c4g"
	}
	fleet[2].Connection = ConnConnected
	w := priced(t, fleet...)
	i := Instant{Timer: "nightly", At: time.Now().Add(30 * time.Minute), Request: ask(idsOfDesktops(fleet)...)}
	f, run, err := w.Forecast(t.Context(), i)
	if err != nil || run == "" || run == w.RunOf(i) {
		t.Fatalf("run %q, %v", run, err)
	}
	if f.Timer != "nightly" || !f.Due.Equal(i.At) || f.DryRun || len(f.Plan.stops()) != 2 || f.Estimate == nil || f.Estimate.Amount != 10 || !f.Estimate.Until.Equal(i.At.Add(10*time.Hour)) {
		t.Errorf("%+v, estimate %+v", f, f.Estimate)
	}
	if rec := w.journal.requests[run]; rec.Kind != AskForecast || rec.For != "nightly" || !rec.Due.Equal(i.At) {
		t.Errorf("record %+v", rec)
	}
	if _, again, err := w.Forecast(t.Context(), i); err != nil || again != run {
		t.Errorf("before anybody was told: %q, %v", again, err)
	}
	if _, err := w.Journal.Mark(t.Context(), run, MarkTold); err != nil {
		t.Fatal(err)
	}
	if f, again, err := w.Forecast(t.Context(), i); err != nil || again != "" || f.Timer != "" {
		t.Errorf("after it was told: %q, %+v, %v", again, f, err)
	}
	i.At = i.At.Add(24 * time.Hour)
	if _, other, err := w.Forecast(t.Context(), i); err != nil || other == "" || other == run {
		t.Errorf("the next instant: %q, %v", other, err)
	}
	if len(w.cloud.stops) != 0 || len(w.journal.attempts) != 0 {
		t.Errorf("%d calls, %d leases", len(w.cloud.stops), len(w.journal.attempts))
	}
}

func TestForecastThatCannotBe(t *testing.T) {
	w := newWorld(t, running(1)...)
	i := Instant{Timer: "nightly", At: time.Now(), Request: ask("ecd-0000")}
	w.Permit = allow(ActionStop)
	if _, _, err := w.Forecast(t.Context(), i); CodeOf(err) != Forbidden || len(w.journal.requests) != 0 {
		t.Errorf("not permitted: %v", err)
	}
	w.Permit = all
	w.cloud.lookErr = func() error { return &CloudError{Class: CloudDown, Op: "DescribeDesktops"} }
	if _, _, err := w.Forecast(t.Context(), i); CodeOf(err) != Busy {
		t.Errorf("nobody can look: %v", err)
	}
}

// TestLongest names the longest-running desktops that a run left running.
func TestLongest(t *testing.T) {
	w := newWorld(t)
	w.cloud.up = map[string]time.Duration{}
	r := Report{}
	for n, code := range []Code{Connected, Kept, Stopped, AlreadyStopped, NotFound, NotTried, PrePaid, CameBack, CloudRefused, Excepted, NotPermitted} {
		id := running(20)[n].DesktopId
		w.cloud.up[id] = time.Duration(n) * time.Hour
		r.Outcomes = append(r.Outcomes, Outcome{RegionId: "cn-hangzhou", DesktopId: id, DesktopName: "n" + id, Code: code})
	}
	r.Outcomes = append(r.Outcomes, Outcome{RegionId: "cn-hangzhou", DesktopId: "ecd-unknown", Code: Connected}, Outcome{RegionId: "cn-hangzhou", DesktopId: "ecd-0000a", Code: Connected})
	w.cloud.up["ecd-0000a"] = 9 * time.Hour
	var got []string
	for _, s := range w.Longest(t.Context(), r) {
		got = append(got, s.DesktopId)
	}
	if want := []string{"ecd-0000a", "ecd-0009", "ecd-0008", "ecd-0007", "ecd-0006"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, id := range w.cloud.askedUp {
		if slices.Contains([]string{"ecd-0002", "ecd-0003", "ecd-0004", "ecd-0010"}, id) {
			t.Errorf("asked about %s, which does not run or is nobody's business", id)
		}
	}
	w.cloud.spanErr = &CloudError{Class: CloudForbidden}
	w.cloud.up = nil
	if left := w.Longest(t.Context(), r); len(left) != 0 {
		t.Errorf("what nobody knows is %v", left)
	}
}
