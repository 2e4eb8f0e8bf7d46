package ecd

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	sim "stopdesktops/internal/sim/ecd"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

func TestIdleOfSessions(t *testing.T) {
	const connected = `"SessionStatus":"Connected","SessionIdleTime":`
	const ended = `"SessionStatus":"Disconnected","SessionEndTime":`
	tests := []struct {
		name string
		rows []string // of ecd-1
		want time.Duration
		none bool
	}{
		{"no session", nil, SessionWindowMax, false},
		{"connected, in seconds", []string{connected + `90`}, 90 * time.Second, false},
		{"connected, in use", []string{connected + `0`}, 0, false},
		{"ended", []string{ended + `"2026-03-01T11:20:30Z"`}, 39*time.Minute + 30*time.Second, false},
		{"ended, to the minute", []string{ended + `"2026-03-01T11:20Z"`}, 40 * time.Minute, false},
		{"ended, with newlines", []string{ended + `"2026-03-01T11:20:30Z\n"`, ended + `"\n 2026-03-01T11:00Z \n"`}, 39*time.Minute + 30*time.Second, false},
		{"ended, in another zone", []string{ended + `"2026-03-01T19:00:00+08:00"`}, time.Hour, false},
		{"ended, in fractions", []string{ended + `"2026-03-01T11:00:00.250Z"`}, time.Hour - 250*time.Millisecond, false},
		{"ended, by a clock ahead", []string{ended + `"2026-03-01T12:00:20Z"`}, 0, false},
		{"the least of several", []string{ended + `"2026-03-01T11:00Z"`, connected + `600`, ended + `"2026-02-20T11:00Z"`}, 10 * time.Minute, false},
		{"ended, and no status", []string{`"SessionEndTime":"2026-03-01T11:00Z"`}, time.Hour, false},
		{"disconnected without an end", []string{`"SessionStatus":"Disconnected"`}, 0, true},
		{"an end that is null", []string{`"SessionStatus":"Disconnected","SessionEndTime":null`}, 0, true},
		{"an end that is the word null", []string{ended + `"null"`}, 0, true},
		{"an end that is no time", []string{ended + `"yesterday"`, connected + `600`}, 0, true},
		{"a start that is no time", []string{connected + `600,"SessionStartTime":"1772366400"`}, 0, true},
		{"unknown stays unknown", []string{ended + `"yesterday"`, ended + `"2026-03-01T11:00Z"`}, 0, true},
		{"connected without an idle time", []string{`"SessionStatus":"Connected"`}, 0, true},
		{"connected, an hour in the future", []string{connected + `-3600`}, 0, true},
		{"connected, since the epoch", []string{connected + `1772366400`}, 0, true},
		{"connected, more than fits", []string{connected + `9223372036854775807`}, 0, true},
		{"an unheard-of status", []string{`"SessionStatus":"Resuming","SessionIdleTime":600`}, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := []json.RawMessage{json.RawMessage(`{"DesktopId":"ecd-9","SessionStatus":"Connected","SessionIdleTime":5}`)}
			for _, row := range tt.rows {
				list = append(list, json.RawMessage(`{"DesktopId":"ecd-1",`+row+`}`))
			}
			body, err := json.Marshal(map[string]any{"RequestId": "R", "TotalCount": len(list), "Sessions": list})
			if err != nil {
				t.Fatal(err)
			}
			client := newCloud(t, sim.Options{}).client(t, Options{Now: atNoon}, inProcess{says(200, "application/json", string(body))})
			got, err := client.Idle(t.Context(), region, []string{"ecd-1"})
			want := map[string]time.Duration{"ecd-1": tt.want}
			if tt.none {
				want = map[string]time.Duration{}
			}
			if err != nil || !maps.Equal(got, want) {
				t.Errorf("got %v and %v, want %v", got, err, want)
			}
		})
	}
}

func TestIdleOfTheDouble(t *testing.T) {
	c := newCloud(t, sim.Options{})
	now := time.Now().UTC().Truncate(time.Second)
	log := func(n int, last time.Duration) []sim.SessionRecord {
		var log []sim.SessionRecord
		for i := range n {
			end := now.Add(-last - time.Duration(i)*time.Hour)
			log = append(log, sim.SessionRecord{EndUserID: "alice", Started: end.Add(-30 * time.Minute), Ended: end})
		}
		return log
	}
	want := map[string]time.Duration{"ecd-bad": -1}
	for i := range 150 { // 450 sessions, two calls, five and three pages
		id, last := fmt.Sprintf("ecd-%03d", i), time.Duration(i+1)*time.Minute
		want[id] = last
		if err := c.Add(sim.Desktop{Region: region, ID: id, SessionLog: log(3, last)}); err != nil {
			t.Fatal(err)
		}
	}
	delete(want, "ecd-bad")
	want["ecd-none"], want["ecd-now"] = SessionWindowMax, 5*time.Minute
	if err := c.Add(
		sim.Desktop{Region: region, ID: "ecd-none"},
		sim.Desktop{Region: region, ID: "ecd-bad", SessionLog: log(2, time.Hour), Flaws: sim.SessionsUnreadable},
		sim.Desktop{Region: region, ID: "ecd-now", SessionLog: []sim.SessionRecord{{EndUserID: "alice", Started: now.Add(-time.Hour), IdleSince: now.Add(-5 * time.Minute)}}},
	); err != nil {
		t.Fatal(err)
	}
	client := c.client(t, Options{Now: func() time.Time { return now }}, inProcess{c})
	ids := append(slices.Collect(maps.Keys(want)), "ecd-bad", "ecd-none")
	got, err := client.Idle(t.Context(), region, ids)
	if err != nil {
		t.Fatal(err)
	}
	// The double tells the idle time of a session by its own clock.
	got["ecd-now"] = got["ecd-now"].Truncate(time.Minute)
	if !maps.Equal(got, want) {
		for id := range want {
			if got[id] != want[id] {
				t.Errorf("%s: got %s, want %s", id, got[id], want[id])
			}
		}
		t.Errorf("%d known, want %d", len(got), len(want))
	}
	first := c.Calls()[0].Params
	if first.Get("PageSize") != "100" || first.Get("PageNumber") != "1" || !first.Has("DesktopId.100") || first.Get("StartTime") != now.Add(-SessionWindowMax).Format(time.RFC3339) {
		t.Errorf("arrived as %v", first)
	}
}

func TestSessionWindow(t *testing.T) {
	c := newCloud(t, sim.Options{})
	c.add(t, "ecd-1")
	client := c.client(t, Options{Now: atNoon, SessionWindow: 48 * time.Hour}, inProcess{c})
	got, err := client.Idle(t.Context(), region, []string{"ecd-1"})
	if err != nil || got["ecd-1"] != 48*time.Hour || c.Calls()[0].Params.Get("StartTime") != "2026-02-27T12:00:00Z" {
		t.Errorf("got %v and %v, asked since %s", got, err, c.Calls()[0].Params.Get("StartTime"))
	}
}

func FuzzStamp(f *testing.F) {
	for _, seed := range []string{"2026-03-01T11:20Z", "2026-03-01T11:20:30Z\n", "null", "", "\n", "2026-03-01T19:00:00.25+08:00", "0001-01-01T00:00:00Z", "24:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := stampOf(s)
		switch {
		case !ok && !at.IsZero():
			t.Errorf("%q is unreadable and %s", s, at)
		case ok && at.IsZero() && strings.TrimSpace(s) != "" && strings.TrimSpace(s) != "null":
			t.Errorf("%q is nothing", s)
		case ok && !at.IsZero():
			if again, ok := stampOf(" " + s + "\n"); !ok || !again.Equal(at) {
				t.Errorf("%q is %s, and with white space %s", s, at, again)
			}
		}
	})
}

func FuzzSessions(f *testing.F) {
	f.Add([]byte(`{"TotalCount":2,"Sessions":[{"DesktopId":"ecd-1","SessionStatus":"Connected","SessionIdleTime":60},{"SessionEndTime":"2026-03-01T11:20Z"}]}`))
	f.Add([]byte(`{"TotalCount":0}`))
	f.Add([]byte(`{"sessions":[null,{}]}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, ok := readRows[session](body)
		if !ok {
			return
		}
		for _, s := range *a.Sessions {
			if idle, known := s.idle(noon); known && idle < 0 {
				t.Errorf("%+v is idle for %s", s, idle)
			}
		}
	})
}
