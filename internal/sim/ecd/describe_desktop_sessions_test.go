package ecd

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// sessionsOf lists "desktop user" of each session in an answer.
func sessionsOf(t *testing.T, answer map[string]any) (found []string) {
	t.Helper()
	for _, r := range rowsOf(t, answer, "Sessions") {
		found = append(found, fmt.Sprintf("%s %s", r["DesktopId"], r["EndUserId"]))
	}
	return found
}

func TestDescribeDesktopSessions(t *testing.T) {
	c := newCloud(t, Options{})
	now := c.freeze()
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	when := func(d time.Duration) string { return ago(d).Format(secondForm) }
	const day = 24 * time.Hour
	c.add(
		Desktop{ID: "ecd-a", Name: "dev-a", OfficeSiteID: "dir-1", SessionLog: []SessionRecord{
			{EndUserID: "long", Started: ago(10 * time.Hour)},
			{EndUserID: "past", Started: ago(8 * time.Hour), Ended: ago(6 * time.Hour)},
			{EndUserID: "short", Started: ago(2 * time.Hour), Ended: ago(time.Hour)},
			{EndUserID: "coming", Started: ago(-time.Hour)},
		}},
		Desktop{ID: "ecd-b", PoolID: "dg-1", ChargeType: "PrePaid", SessionLog: []SessionRecord{
			{EndUserID: "away", Started: ago(3 * time.Hour), Status: Disconnected},
			{EndUserID: "ancient", Started: ago(40 * day), Ended: ago(31 * day)},
			{EndUserID: "spanning", Started: ago(31 * day), Ended: ago(29 * day)},
		}},
		Desktop{ID: "ecd-c"},
	)
	a := []string{"ecd-a long", "ecd-a past", "ecd-a short"}
	window := func(from, to time.Duration) params {
		return params{"StartTime": when(from), "EndTime": when(to)}
	}
	tests := []struct {
		name    string
		p       params
		overlap []string
		started []string
	}{
		{"one desktop", ids("ecd-a"), a, a},
		{"30 days and no more", ids("ecd-b"), []string{"ecd-b away", "ecd-b spanning"}, []string{"ecd-b away"}},
		{"a whole region", ids(), append(a[:3:3], "ecd-b away", "ecd-b spanning"), append(a[:3:3], "ecd-b away")},
		{"no sessions", ids("ecd-c"), nil, nil},
		{"unknown", ids("ecd-404", "ecd-a"), a, a},
		{"since", ids("ecd-a").with(params{"StartTime": when(7 * time.Hour)}), a, []string{"ecd-a short"}},
		{"until", ids("ecd-a").with(params{"EndTime": when(7 * time.Hour)}), []string{"ecd-a long", "ecd-a past"}, []string{"ecd-a long", "ecd-a past"}},
		{"within", ids("ecd-a").with(window(9*time.Hour, 5*time.Hour)), []string{"ecd-a long", "ecd-a past"}, []string{"ecd-a past"}},
		{"between sessions", ids("ecd-a").with(window(5*time.Hour, 3*time.Hour)), []string{"ecd-a long"}, nil},
		{"older than the memory", ids("ecd-b").with(window(50*day, 30*day+time.Hour)), nil, nil},
		{"longer than the memory", ids("ecd-b").with(window(50*day, 0)), []string{"ecd-b away", "ecd-b spanning"}, []string{"ecd-b away"}},
		{"connected", ids().with(params{"SessionStatus": Connected}), []string{"ecd-a long"}, []string{"ecd-a long"}},
		{"disconnected", ids("ecd-a", "ecd-b").with(params{"SessionStatus": Disconnected, "StartTime": when(day)}), []string{"ecd-a past", "ecd-a short", "ecd-b away"}, []string{"ecd-a past", "ecd-a short", "ecd-b away"}},
		{"user", ids().with(params{"EndUserId": "past"}), []string{"ecd-a past"}, []string{"ecd-a past"}},
		{"user by the other name", ids().with(params{"EndUserIdFilter": "away"}), []string{"ecd-b away"}, []string{"ecd-b away"}},
		{"name", ids().with(params{"DesktopName": "dev"}), a, a},
		{"office", ids().with(params{"OfficeSiteId": "dir-1"}), a, a},
		{"way of paying", ids().with(params{"SubPayType": "prePaid", "EndUserId": "away"}), []string{"ecd-b away"}, []string{"ecd-b away"}},
	}
	for _, tt := range tests {
		for w, want := range map[SessionWindow][]string{SessionsOverlapping: tt.overlap, SessionsStarted: tt.started} {
			t.Run(fmt.Sprint(tt.name, " ", w), func(t *testing.T) {
				c.Change(func(o *Options) { o.SessionWindow = w })
				answer := must(t)(c.admin("DescribeDesktopSessions", tt.p))
				wantIDs(t, "sessions", sessionsOf(t, answer), want...)
				if fmt.Sprint(answer["TotalCount"]) != fmt.Sprint(len(want)) {
					t.Errorf("TotalCount %v", answer["TotalCount"])
				}
			})
		}
	}
}

func TestSessionFields(t *testing.T) {
	c := newCloud(t, Options{})
	now := c.freeze()
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	log := []SessionRecord{
		{EndUserID: "alice", Started: ago(3 * time.Hour), Ended: ago(2 * time.Hour), IdleSince: ago(2*time.Hour + time.Minute)},
		{EndUserID: "alice", Started: ago(time.Hour), IdleSince: ago(90 * time.Second)},
		{EndUserID: "bob", Started: ago(time.Hour)},
	}
	for i := range 16 {
		c.add(Desktop{ID: fmt.Sprint("ecd-", i), SessionLog: log})
	}
	rows := rowsOf(t, must(t)(c.admin("DescribeDesktopSessions", ids().with(params{"PageSize": "100"}))), "Sessions")
	newlines := 0
	for i := 0; i < len(rows); i += 3 {
		for j, want := range []struct {
			status           string
			started          time.Time
			ended            any
			idle, last, full float64 // seconds
		}{
			{Disconnected, ago(3 * time.Hour), ago(2 * time.Hour).Format(secondForm), 60, 3600, 7200},
			{Connected, ago(time.Hour), nil, 90, 3600, 7200},
			{Connected, ago(time.Hour), nil, 0, 3600, 3600},
		} {
			r := rows[i+j]
			started := r["SessionStartTime"].(string)
			if strings.HasSuffix(started, "\n") {
				newlines++
			}
			if r["SessionStatus"] != want.status || strings.TrimSuffix(started, "\n") != want.started.Format(secondForm) || r["SessionEndTime"] != want.ended ||
				r["SessionIdleTime"] != want.idle || r["LatestConnectionTime"] != want.last || r["TotalConnectionTime"] != want.full {
				t.Errorf("session %d of %s is %v, want %+v", j, r["DesktopId"], r, want)
			}
			if _, ok := r["OsSessionStatus"]; ok {
				t.Errorf("OsSessionStatus was not asked for: %v", r)
			}
		}
	}
	if newlines == 0 || newlines == len(rows) {
		t.Errorf("%d of %d starts end with a newline, want some", newlines, len(rows))
	}
	r := rowsOf(t, must(t)(c.admin("DescribeDesktopSessions", ids("ecd-1").with(params{"CheckOsSession": "true"}))), "Sessions")[1]
	if r["OsSessionStatus"] != Connected {
		t.Errorf("OsSessionStatus is %v", r["OsSessionStatus"])
	}
	page := must(t)(c.admin("DescribeDesktopSessions", ids().with(params{"PageNumber": "5"})))
	if got := len(rowsOf(t, page, "Sessions")); got != 8 || fmt.Sprint(page["TotalCount"]) != "48" {
		t.Errorf("the fifth page of ten has %d of %v", got, page["TotalCount"])
	}
}

// A stop ends the sessions that go on.
func TestStopEndsSessions(t *testing.T) {
	c := newCloud(t, Options{})
	now := c.freeze()
	log := []SessionRecord{{EndUserID: "alice", Started: now.Add(-time.Hour), Status: Connected}}
	c.add(Desktop{ID: "ecd-1", SessionLog: log})
	c.pass(time.Minute)
	was, _ := c.Desktop(region, "ecd-1")
	must(t)(c.stopAdmin(ids("ecd-1")))
	for _, after := range []time.Duration{0, time.Minute} {
		c.pass(after)
		r := rowsOf(t, must(t)(c.admin("DescribeDesktopSessions", ids("ecd-1"))), "Sessions")[0]
		if r["SessionStatus"] != Disconnected || r["SessionEndTime"] != now.Add(time.Minute).Format(secondForm) {
			t.Errorf("%s after the stop: %v", after, r)
		}
	}
	if !log[0].Ended.IsZero() || !was.SessionLog[0].Ended.IsZero() {
		t.Error("the stop changed the list that the desktop was added with, or a copy of the desktop")
	}
}

func TestSessionRefusals(t *testing.T) {
	c := newCloud(t, Options{})
	for name, p := range map[string]params{
		"no region":           {"DesktopId.1": "ecd-1"},
		"101 desktops":        ids().with(numbered("DesktopId.%d", 101)),
		"status":              ids().with(params{"SessionStatus": "Unknown"}),
		"time without second": ids().with(params{"StartTime": "2026-03-01T08:31Z"}),
		"time with a zone":    ids().with(params{"StartTime": "2026-03-01T08:31:00+08:00"}),
		"end before start":    ids().with(params{"StartTime": "2026-03-01T08:31:00Z", "EndTime": "2026-03-01T08:30:59Z"}),
		"page of none":        ids().with(params{"PageSize": "0"}),
		"page too big":        ids().with(params{"PageSize": "101"}),
		"tokens":              ids().with(params{"MaxResults": "10"}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.admin("DescribeDesktopSessions", p)
			code := "InvalidParameter"
			if name == "no region" {
				code = "MissingRegionId"
			}
			wantRefusal(t, err, code, 400)
		})
	}
}
