package ecd

import (
	"reflect"
	"testing"
	"time"
)

func TestAddRefuses(t *testing.T) {
	s := New(Options{})
	good := Desktop{Region: region, ID: "ecd-1"}
	if err := s.Add(good); err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]Desktop{
		"no id":          {Region: region},
		"no region":      {ID: "ecd-2"},
		"unknown region": {Region: "cn-atlantis", ID: "ecd-2"},
		"known id":       good,
	} {
		if err := s.Add(Desktop{Region: region, ID: "ecd-new"}, d); err == nil {
			t.Errorf("%s: added", name)
		}
	}
	if err := s.Add(Desktop{Region: region, ID: "ecd-3"}, Desktop{Region: region, ID: "ecd-3"}); err == nil {
		t.Error("the same id twice in one call: added")
	}
	if got := len(s.Desktops()); got != 1 {
		t.Errorf("%d desktops after refusals, want 1", got)
	}
}

func TestDefaultsAndCopies(t *testing.T) {
	s := New(Options{})
	tags := map[string]string{"env": "dev"}
	if err := s.Add(Desktop{Region: region, ID: "ecd-1", Tags: tags}); err != nil {
		t.Fatal(err)
	}
	want := Desktop{
		Region: region, ID: "ecd-1", Name: "ecd-1", Status: Running, Connection: Disconnected, ChargeType: "PostPaid",
		Type: "ecd.basic.large", OSType: "Windows", Tags: map[string]string{"env": "dev"},
	}
	tags["env"] = "changed after adding"
	got, _ := s.Desktop(region, "ecd-1")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	got.Tags["env"] = "changed in a copy"
	s.Desktops()[0].Tags["env"] = "changed in another copy"
	if again, _ := s.Desktop(region, "ecd-1"); again.Tags["env"] != "dev" {
		t.Errorf("a copy shares its tags: %v", again.Tags)
	}
	log := []SessionRecord{{EndUserID: "alice"}}
	if err := s.Add(Desktop{Region: region, ID: "ecd-2", SessionLog: log}); err != nil {
		t.Fatal(err)
	}
	log[0].EndUserID = "changed after adding"
	copied, _ := s.Desktop(region, "ecd-2")
	copied.SessionLog[0].EndUserID += ", changed in a copy"
	if again, _ := s.Desktop(region, "ecd-2"); again.SessionLog[0].EndUserID != "alice" {
		t.Errorf("the session log is shared: %v", again.SessionLog)
	}
	if _, ok := s.Desktop(region, "ecd-404"); ok {
		t.Error("found a desktop that is not there")
	}
	if s.Update(region, "ecd-404", func(*Desktop) {}) {
		t.Error("updated a desktop that is not there")
	}
}

func TestPassingStates(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	s := New(Options{Now: clock, StartDuration: 30 * time.Second, StopDuration: 10 * time.Second})
	err := s.Add(
		Desktop{Region: region, ID: "starting", Status: Starting},
		Desktop{Region: region, ID: "stopping", Status: Stopping},
		Desktop{Region: region, ID: "own end", Status: Stopping, StatusUntil: now.Add(time.Minute)},
		Desktop{Region: region, ID: "pending", Status: Pending},
		Desktop{Region: region, ID: "updated"},
	)
	if err != nil {
		t.Fatal(err)
	}
	s.Update(region, "updated", func(d *Desktop) { d.Status = Stopping })
	s.Update(region, "updated", func(d *Desktop) { d.Status = Starting })
	for _, step := range []struct {
		after time.Duration
		want  map[string]string
	}{
		{0, map[string]string{"starting": Starting, "stopping": Stopping, "own end": Stopping, "pending": Pending, "updated": Starting}},
		{10 * time.Second, map[string]string{"starting": Starting, "stopping": Stopped, "own end": Stopping, "pending": Pending, "updated": Starting}},
		{30 * time.Second, map[string]string{"starting": Running, "stopping": Stopped, "own end": Stopping, "pending": Pending, "updated": Running}},
		{60 * time.Second, map[string]string{"starting": Running, "stopping": Stopped, "own end": Stopped, "pending": Pending, "updated": Running}},
	} {
		now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(step.after)
		for id, want := range step.want {
			if d, _ := s.Desktop(region, id); d.Status != want {
				t.Errorf("after %s %q is %s, want %s", step.after, id, d.Status, want)
			}
		}
	}

	still := New(Options{Now: clock})
	if err := still.Add(Desktop{Region: region, ID: "a", Status: Stopping}, Desktop{Region: region, ID: "b", Status: Starting}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(1000 * time.Hour)
	for _, d := range still.Desktops() {
		if d.Status == Stopped || d.Status == Running {
			t.Errorf("without durations %s became %s", d.ID, d.Status)
		}
	}
}

func TestHistoryIsBounded(t *testing.T) {
	s := New(Options{})
	if err := s.Add(Desktop{Region: region, ID: "ecd-1"}); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		s.Update(region, "ecd-1", func(d *Desktop) { d.Status = Stopped })
		s.Update(region, "ecd-1", func(d *Desktop) { d.Status = Running })
	}
	if got := len(s.fleet.find(region, "ecd-1").history); got != maxConditions {
		t.Errorf("keeps %d conditions, want %d", got, maxConditions)
	}
}
