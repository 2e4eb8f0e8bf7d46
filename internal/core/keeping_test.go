package core

import (
	"context"
	"slices"
	"testing"
	"time"
)

// keeps records a wish of alice's and carries it out.
func (w *world) keeps(t *testing.T, kind Wish, until time.Time, change func(*RequestRecord), ids ...string) (Done, error) {
	t.Helper()
	rec := RequestRecord{Run: "slack-keep", At: w.Now(), Caller: alice, Kind: kind, Until: until, Request: Request{RegionId: "cn-hangzhou", DesktopId: ids}}
	if change != nil {
		change(&rec)
	}
	w.journal.requests[rec.Run] = rec
	return w.Do(t.Context(), rec.Run)
}

func (w *world) tagOf(id, key string) (string, bool) {
	v, has := w.cloud.desktops[id].Tags[key]
	return v, has
}

// TestKeep sets the tag that decide.go reads, in the deployment's zone.
func TestKeep(t *testing.T) {
	w := newWorld(t, running(2)...)
	w.Permit = allow(ActionKeep)
	w.Rules.Zone = time.FixedZone("CST", 8*3600)
	until := w.Now().Add(3 * time.Hour)
	want := until.In(w.Rules.Zone).Format(time.RFC3339)
	d, err := w.keeps(t, AskKeep, until, nil, "ecd-0000", "ecd-gone", "ecd-0000")
	if err != nil || len(d.Desktops) != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	if o := d.Desktops[0]; o.Code != Kept || o.Detail != "until "+want {
		t.Errorf("%+v", o)
	}
	if d.Desktops[1].Code != NotFound {
		t.Errorf("%+v", d.Desktops[1])
	}
	if v, _ := w.tagOf("ecd-0000", TagKeepUntil); v != want {
		t.Errorf("tag %q, want %q", v, want)
	}
	if _, has := w.tagOf("ecd-0001", TagKeepUntil); has {
		t.Error("the other desktop was tagged as well")
	}
	w.Permit = all
	wantCodes(t, w.carry(t, ask("ecd-0000", "ecd-0001")), map[string]Code{"ecd-0000": Kept, "ecd-0001": Stopped})
}

func TestKeepRefuses(t *testing.T) {
	var many []string
	for _, d := range running(KeepMost + 1) {
		many = append(many, d.DesktopId)
	}
	for _, c := range []struct {
		name  string
		after time.Duration
		most  time.Duration
		ids   []string
	}{
		{"nothing", time.Hour, 0, nil},
		{"too many", time.Hour, 0, many},
		{"a bad id", time.Hour, 0, []string{"i-1"}},
		{"until now", 0, 0, []string{"ecd-0000"}},
		{"until yesterday", -24 * time.Hour, 0, []string{"ecd-0000"}},
		{"too far ahead", MaxKeepCompiled + time.Second, 0, []string{"ecd-0000"}},
		{"too far ahead of the deployment's own bound", 2 * time.Hour, time.Hour, []string{"ecd-0000"}},
		{"a bound above the compiled one", MaxKeepCompiled + time.Second, 1000 * time.Hour, []string{"ecd-0000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, running(KeepMost+1)...)
			now := time.Now()
			w.Now = func() time.Time { return now }
			w.Permit, w.Rules.MaxKeep = allow(ActionKeep), c.most
			if d, err := w.keeps(t, AskKeep, now.Add(c.after), nil, c.ids...); CodeOf(err) != Invalid || len(w.cloud.looks) != 0 {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}

func TestKeepIsAskedOfEachDesktop(t *testing.T) {
	w := newWorld(t, running(2)...)
	w.Permit = permitFunc(func(a Ask) bool {
		return a.Action == ActionKeep && a.Desktop != nil && a.Desktop.DesktopId == "ecd-0001"
	})
	d, err := w.keeps(t, AskKeep, w.Now().Add(time.Hour), nil, "ecd-0000", "ecd-0001")
	if err != nil || d.Desktops[0].Code != NotPermitted || d.Desktops[1].Code != Kept {
		t.Errorf("%+v, %v", d, err)
	}
	if _, has := w.tagOf("ecd-0000", TagKeepUntil); has {
		t.Error("tagged without the right")
	}
}

func TestUnkeep(t *testing.T) {
	fleet := running(2)
	fleet[0].Tags = map[string]string{TagKeepUntil: "2027-01-01T00:00:00Z", "env": "dev"}
	fleet[1].Tags = map[string]string{TagKeepUntil: "2027-01-01T00:00:00Z", TagKeep: ""}
	w := newWorld(t, fleet...)
	w.Permit = allow(ActionKeep)
	d, err := w.keeps(t, AskUnkeep, time.Time{}, nil, "ecd-0000", "ecd-0001")
	if err != nil || d.Desktops[0].Code != Unkept || d.Desktops[0].Detail != "" {
		t.Fatalf("%+v, %v", d, err)
	}
	if want := "its tag stopdesktops:keep still keeps it awake; that one is removed in the console"; d.Desktops[1].Detail != want {
		t.Errorf("%+v", d.Desktops[1])
	}
	for _, id := range []string{"ecd-0000", "ecd-0001"} {
		if _, has := w.tagOf(id, TagKeepUntil); has {
			t.Errorf("%s is still kept", id)
		}
	}
	if v, _ := w.tagOf("ecd-0000", "env"); v != "dev" {
		t.Error("another tag went as well")
	}
	if _, has := w.tagOf("ecd-0001", TagKeep); !has {
		t.Error("somebody else's tag was removed")
	}
}

// TestKeepWhenTheCloudFails: what may work later is an error, what never will is
// an outcome.
func TestKeepWhenTheCloudFails(t *testing.T) {
	for class, want := range map[CloudClass]ErrorCode{CloudThrottled: Busy, CloudDown: Busy, CloudForbidden: "", CloudBadRequest: ""} {
		w := newWorld(t, running(1)...)
		w.Permit = allow(ActionKeep)
		w.cloud.tagErr = &CloudError{Class: class, Op: "TagResources"}
		d, err := w.keeps(t, AskKeep, w.Now().Add(time.Hour), nil, "ecd-0000")
		switch {
		case want != "" && CodeOf(err) != want, want == "" && (err != nil || d.Desktops[0].Code != CloudRefused):
			t.Errorf("%s: %+v, %v", class, d, err)
		}
	}
	w := newWorld(t, running(1)...)
	w.Permit = allow(ActionKeep)
	w.cloud.lookErr = func() error { return &CloudError{Class: CloudDown, Op: "DescribeDesktops"} }
	if _, err := w.keeps(t, AskKeep, w.Now().Add(time.Hour), nil, "ecd-0000"); CodeOf(err) != Busy {
		t.Errorf("nobody can look: %v", err)
	}
}

// peopleFunc knows people by a function.
type peopleFunc func(Caller) (Person, error)

func (f peopleFunc) Who(_ context.Context, c Caller) (Person, error) { return f(c) }

// TestKeepMine keeps what a person owns of what the timer reaches, and nothing
// else.
func TestKeepMine(t *testing.T) {
	fleet := running(6)
	for i := range fleet {
		fleet[i].EndUserIds, fleet[i].Tags = []string{"alice"}, map[string]string{"env": "dev"}
	}
	fleet[1].EndUserIds = []string{"bob"}
	fleet[2].Tags = map[string]string{"env": "prod"}
	fleet[3].Status = StatusStopped
	fleet[4].EndUserIds = []string{"bob", "alice"}
	nightly := func(rec *RequestRecord) {
		rec.For, rec.Due = "nightly", time.Date(2027, 3, 4, 20, 0, 0, 0, time.UTC)
		rec.At, rec.Request = rec.Due.Add(-30*time.Minute), Request{}
	}
	setUp := func() *world {
		w := newWorld(t, fleet...)
		w.Permit = allow(ActionKeep)
		w.Now = func() time.Time { return time.Date(2027, 3, 4, 19, 31, 0, 0, time.UTC) }
		w.People = peopleFunc(func(Caller) (Person, error) { return Person{EndUser: "alice"}, nil })
		w.TimerRequest = func(timer string) (Request, bool) {
			return Request{RegionId: "cn-hangzhou", Select: &Selection{Tag: []Tag{{"env", "dev"}}}}, timer == "nightly"
		}
		return w
	}
	w := setUp()
	d, err := w.keeps(t, AskKeepMine, time.Time{}, nightly)
	var kept []string
	for _, o := range d.Desktops {
		if o.Code == Kept {
			kept = append(kept, o.DesktopId)
		}
	}
	if err != nil || !slices.Equal(kept, []string{"ecd-0000", "ecd-0004", "ecd-0005"}) || d.Note != "" {
		t.Fatalf("kept %v, %+v, %v", kept, d, err)
	}
	if v, _ := w.tagOf("ecd-0000", TagKeepUntil); v != "2027-03-05T08:00:00Z" {
		t.Errorf("kept until %q, want the morning after", v)
	}

	w = setUp()
	w.People = peopleFunc(func(Caller) (Person, error) { return Person{EndUser: "carol"}, nil })
	if d, err := w.keeps(t, AskKeepMine, time.Time{}, nightly); err != nil || len(d.Desktops) != 0 || d.Note == "" {
		t.Errorf("who owns nothing: %+v, %v", d, err)
	}
	w.People = peopleFunc(func(Caller) (Person, error) { return Person{}, Errorf(Busy, "the directory is away") })
	if _, err := w.keeps(t, AskKeepMine, time.Time{}, nightly); err == nil || len(w.cloud.narrowed) != 1 {
		t.Errorf("whom nobody knows: %v", err)
	}
	w = setUp()
	if _, err := w.keeps(t, AskKeepMine, time.Time{}, func(rec *RequestRecord) { nightly(rec); rec.For = "gone" }); CodeOf(err) != Missing {
		t.Errorf("a timer that is gone: %v", err)
	}
	w.Permit = allow(ActionStop)
	if d, err := w.keeps(t, AskKeepMine, time.Time{}, nightly); err != nil || d.Desktops[0].Code != NotPermitted {
		t.Errorf("without the right: %+v, %v", d, err)
	}
}

func TestMorningAfter(t *testing.T) {
	r := Rules{Zone: time.FixedZone("CST", 8*3600)}
	for at, want := range map[string]string{
		"2027-03-04T20:00:00+08:00": "2027-03-05T08:00:00+08:00", "2027-03-05T02:00:00+08:00": "2027-03-05T08:00:00+08:00",
		"2027-03-05T08:00:00+08:00": "2027-03-06T08:00:00+08:00", "2027-03-04T20:00:00Z": "2027-03-05T08:00:00+08:00", "2027-12-31T23:00:00+08:00": "2028-01-01T08:00:00+08:00",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if got := r.morningAfter(when).Format(time.RFC3339); err != nil || got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

// TestKeepFromARecordDatedAhead: whoever writes the record chooses its time, and no
// desktop is kept awake for longer by it.
func TestKeepFromARecordDatedAhead(t *testing.T) {
	w := newWorld(t, running(1)...)
	w.Permit = allow(ActionKeep)
	w.Rules.MaxKeep = time.Hour
	ahead := w.Now().AddDate(10, 0, 0)
	_, err := w.keeps(t, AskKeep, ahead.Add(30*time.Minute), func(r *RequestRecord) { r.At = ahead }, "ecd-0000")
	if v, has := w.tagOf("ecd-0000", TagKeepUntil); CodeOf(err) != Invalid || has {
		t.Errorf("error %v, tag %q", err, v)
	}
}
