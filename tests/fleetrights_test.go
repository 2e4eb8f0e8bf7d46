package tests

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/ram"
)

// TestEachRightOfTheRole takes one action after another out of the role in
// deploy/ram. What the function can then not know it takes for a reason to leave
// desktops alone, and what it can then not do it says.
func TestEachRightOfTheRole(t *testing.T) {
	t.Parallel()
	now := time.Now()
	fleet := many(hangzhou, 3, map[string]string{"env": "dev"})
	for i := range fleet {
		fleet[i].LastStarted = now.Add(-10 * time.Hour)
	}
	fleet[0].Flaws = ecd.TagsAbsent
	fleet[1].Flaws = ecd.TagsEmpty
	fleet[2].SessionLog = []ecd.SessionRecord{{EndUserID: "alice", Started: now.Add(-2 * time.Hour), Ended: now.Add(-time.Hour)}}
	w := fleetWorld(t, fleet)
	cases := []struct {
		without string
		want    [3]core.Code
		note    string
	}{
		{"ecd:DescribeDesktopSessions", [3]core.Code{core.IdleUnknown, core.IdleUnknown, core.IdleUnknown}, ""},
		{"ecd:DescribeGlobalDesktopRecords", [3]core.Code{core.UptimeUnknown, core.UptimeUnknown, core.UptimeUnknown}, ""},
		{"ecd:StopDesktops", [3]core.Code{core.CloudRefused, core.CloudRefused, core.CloudRefused}, ""},
		// The third desktop's tags are in the answer of DescribeDesktops.
		{"ecd:ListTagResources", [3]core.Code{core.TagsUnknown, core.TagsUnknown, core.Stopped}, ""},
		{"ecd:TagResources", [3]core.Code{core.Stopped, core.Stopped, core.AlreadyStopped}, ""},
	}
	for i, c := range cases {
		w.without(c.without)
		r := w.postWaiting(fmt.Sprint("right", i), `{`+devDesktops+`,"MinUptime":"1h"}`)
		if r.Report == nil || len(r.Report.Outcomes) != 3 {
			t.Fatalf("without %s: %d %s", c.without, r.Status, r.Text)
		}
		for k, o := range r.Report.Outcomes {
			if o.Code != c.want[k] {
				t.Errorf("without %s: %s is %s (%s), want %s", c.without, o.DesktopId, o.Code, o.Detail, c.want[k])
			}
			if says := o.Code.Meaning(); o.Code.Kind() == core.KindSkipped && o.Code != core.AlreadyStopped && !strings.Contains(says, c.without) {
				t.Errorf("without %s: %s does not name the right: %s", c.without, o.Code, says)
			}
		}
	}

	// By id nobody asks for idle time, uptime or, where they are told, tags.
	w.ECD.Update(hangzhou, "ecd-hangzhou002", func(d *ecd.Desktop) { d.Status = ecd.Running })
	w.without("ecd:DescribeDesktopSessions", "ecd:DescribeGlobalDesktopRecords", "ecd:ListTagResources", "ecd:TagResources", "ecd:UntagResources")
	r := w.postWaiting("byid", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-hangzhou002"]}`)
	if r.Report == nil || r.Report.Counts[core.Stopped] != 1 {
		t.Errorf("by id with the rights to look and stop alone: %d %s", r.Status, r.Text)
	}

	// What cannot be done is said, and nothing is tagged.
	w.say(alice, "keep ecd-hangzhou000 2h", "Nothing is kept awake", "TagResources", "not_permitted")
	w.wantTags(map[string]string{})
	w.without("ecd:UntagResources")
	w.say(alice, "keep ecd-hangzhou000 2h", "1 desktop kept awake")
	w.say(alice, "unkeep ecd-hangzhou000", "Nothing changed", "UntagResources", "not_permitted")
	w.wantTags(map[string]string{"ecd-hangzhou000": ""})

	before := len(w.stops())
	w.without("ecd:DescribeDesktops")
	r = w.postWaiting("blind", `{`+devDesktops+`}`)
	if r.Report == nil || !strings.Contains(r.Report.Note, "DescribeDesktops") || len(r.Report.Outcomes) != 0 || len(w.stops()) != before {
		t.Errorf("without a look: %d %s", r.Status, r.Text)
	}
	// With the whole role, tags that DescribeDesktops does not show are read all
	// the same.
	w.without()
	for _, d := range fleet[:2] {
		w.ECD.Update(hangzhou, d.ID, func(d *ecd.Desktop) { d.Status = ecd.Running; d.Tags[core.TagKeep] = "yes" })
	}
	r = w.postWaiting("whole", `{`+devDesktops+`}`)
	if r.Report == nil || r.Report.Counts[core.Kept] != 2 {
		t.Errorf("with the whole role: %d %s", r.Status, r.Text)
	}
}

// without gives the function the role of deploy/ram less some actions.
func (w *world) without(actions ...string) {
	w.t.Helper()
	env := map[string]string{"STATE_BUCKET": cloud.Bucket, "REGION": cloud.Region, "ACCOUNT": cloud.Account}
	var role ram.Policy
	missing := slices.Clone(actions)
	for _, name := range []string{"stopdesktops", "keep"} {
		text, err := os.ReadFile("../deploy/ram/" + name + ".json")
		if err != nil {
			w.t.Fatal(err)
		}
		document := os.Expand(string(text), func(k string) string { return env[k] })
		for _, action := range actions {
			if quoted := `"` + action + `"`; strings.Contains(document, quoted) {
				document = strings.ReplaceAll(document, quoted, `"ecd:Nothing"`)
				missing = slices.DeleteFunc(missing, func(a string) bool { return a == action })
			}
		}
		policy, err := ram.ParsePolicy([]byte(document))
		if err != nil {
			w.t.Fatalf("%s: %v", name, err)
		}
		role.Version, role.Statement = policy.Version, append(role.Statement, policy.Statement...)
	}
	if len(missing) > 0 {
		w.t.Fatalf("the role has no %v to take away", missing)
	}
	w.RAM.SetRole("stopdesktops", role)
}
