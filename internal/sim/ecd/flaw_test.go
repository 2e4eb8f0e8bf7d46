package ecd

import (
	"testing"
	"time"
)

// flawedPair has the flaw on ecd-bad alone, or on every desktop.
func flawedPair(t *testing.T, f Flaw, everywhere bool) *cloud {
	var o Options
	bad := f
	if everywhere {
		o.Flaws, bad = f, 0
	}
	c := newCloud(t, o)
	now := c.freeze()
	d := Desktop{ID: "ecd-bad", Tags: map[string]string{"env": "dev"}, LastStarted: now.Add(-time.Hour), SessionLog: []SessionRecord{{EndUserID: "alice", Started: now.Add(-time.Hour)}}}
	good := d
	good.ID, d.Flaws = "ecd-good", bad
	c.add(d, good)
	return c
}

// Each flaw shows in its own operation, on its own desktop, and nowhere else.
func TestFlaws(t *testing.T) {
	tags := func(c *cloud, id string) string {
		v := desktopViews(t, must(t)(c.describe(ids(id))))[0]
		tags, ok := v["Tags"]
		list, _ := tags.([]any)
		switch {
		case !ok:
			return "absent"
		case len(list) == 0:
			return "none"
		}
		return "shown"
	}
	listed := func(c *cloud, id string) string {
		answer, err := c.admin("ListTagResources", tagging(id))
		if err != nil {
			return refusalOf(t, err).code
		}
		if len(rowsOf(t, answer, "TagResources")) == 0 {
			return "none"
		}
		return "shown"
	}
	sessions := func(c *cloud, id string) string {
		r := rowsOf(t, must(t)(c.admin("DescribeDesktopSessions", ids(id))), "Sessions")[0]
		_, idle := r["SessionIdleTime"]
		_, last := r["LatestConnectionTime"]
		if r["SessionStatus"] == nil && r["SessionStartTime"] == "null" && r["SessionEndTime"] == "null" && !idle && !last {
			return "unreadable"
		}
		return "shown"
	}
	records := func(c *cloud, id string) string {
		if len(recordsOf(t, c.records(central(id)))) == 0 {
			return "none"
		}
		return "shown"
	}
	type seen struct{ tags, listed, sessions, records string }
	fine := seen{"shown", "shown", "shown", "shown"}
	for name, tt := range map[string]struct {
		flaw Flaw
		want seen
	}{
		"nothing":     {0, fine},
		"tags absent": {TagsAbsent, seen{"absent", "shown", "shown", "shown"}},
		"tags empty":  {TagsEmpty, seen{"none", "shown", "shown", "shown"}},
		"refused":     {TagsRefused, seen{"shown", "InternalError", "shown", "shown"}},
		"sessions":    {SessionsUnreadable, seen{"shown", "shown", "unreadable", "shown"}},
		"no record":   {NoRecord, seen{"shown", "shown", "shown", "none"}},
		"stop":        {StopRefused, fine},
		"all":         {TagsAbsent | TagsEmpty | TagsRefused | SessionsUnreadable | NoRecord, seen{"absent", "InternalError", "unreadable", "none"}},
	} {
		for _, everywhere := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				c := flawedPair(t, tt.flaw, everywhere)
				for id, want := range map[string]seen{"ecd-bad": tt.want, "ecd-good": fine} {
					if everywhere {
						want = tt.want
					}
					if got := (seen{tags(c, id), listed(c, id), sessions(c, id), records(c, id)}); got != want {
						t.Errorf("everywhere %v, %s: got %+v, want %+v", everywhere, id, got, want)
					}
				}
			})
		}
	}
}

// Tags that are not shown are there: filters find them.
func TestHiddenTagsAreFiltered(t *testing.T) {
	for _, f := range []Flaw{TagsAbsent, TagsEmpty} {
		c := flawedPair(t, f, true)
		found := desktopsOf(t, must(t)(c.describe(ids().with(tag("env", "dev")))))
		wantIDs(t, "desktops", found, "ecd-bad", "ecd-good")
	}
}

// One desktop fails a whole batch of ListTagResources and of StopDesktops; on
// their own, the others pass.
func TestOneDesktopFailsTheBatch(t *testing.T) {
	c := flawedPair(t, TagsRefused|StopRefused, false)
	_, err := c.admin("ListTagResources", tagging("ecd-good", "ecd-bad"))
	wantRefusal(t, err, "InternalError", 500)
	must(t)(c.admin("ListTagResources", tagging("ecd-good")))
	must(t)(c.admin("ListTagResources", tagging().with(tag("env", "dev")))) // names nobody
	if got := len(desktopViews(t, must(t)(c.describe(ids("ecd-good", "ecd-bad"))))); got != 2 {
		t.Fatalf("a look shows %d desktops", got)
	}
	_, err = c.stopAdmin(ids("ecd-good", "ecd-bad"))
	wantRefusal(t, err, "InvalidDesktopId.NotFound", 400)
	if got := c.status("ecd-good"); got != Running {
		t.Errorf("ecd-good is %s after the refused batch", got)
	}
	must(t)(c.stopAdmin(ids("ecd-good")))
	_, err = c.stopAdmin(ids("ecd-bad"))
	wantRefusal(t, err, "InvalidDesktopId.NotFound", 400)
	if a, b := c.status("ecd-good"), c.status("ecd-bad"); a != Stopped || b != Running {
		t.Errorf("ecd-good is %s, ecd-bad is %s", a, b)
	}
	c.Change(func(o *Options) { o.BadID = BadIDIgnored })
	must(t)(c.stopAdmin(ids("ecd-bad")))
	if got := c.status("ecd-bad"); got != Running {
		t.Errorf("ecd-bad is %s where bad ids are ignored", got)
	}
}
