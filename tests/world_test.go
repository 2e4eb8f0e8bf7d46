package tests

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

// patience bounds every wait of these tests. It is far above what they need:
// whoever reaches it hangs.
const patience = 2 * time.Minute

// Secrets of an end user that tests send; nothing may show them.
const (
	loginToken   = "v18101ac6a9e69c66b04a163031680463660b4b216cd758f34b"
	sessionToken = "04b7b80a0b020715c5c1b4175fc47716980000"
	sessionID    = "cd45e873-650d-4d70-acb9-f996187a0000"
)

// world is one test's cloud. When the test ends, everything the function ever
// said, wrote or queued is searched for every secret that went in.
type world struct {
	*cloud.Cloud
	t *testing.T

	mu      sync.Mutex
	answers bytes.Buffer
	urls    []string // response URLs that Slack gave out
}

// option changes how a test's cloud is set up.
type option func(*cloud.Options)

// newWorld starts a cloud with the test's fleet.
func newWorld(t *testing.T, fleet []ecd.Desktop, options ...option) *world {
	t.Helper()
	o := cloud.Options{
		Root: root, Binaries: binary,
		ECD: ecd.Options{
			LoginTokens:       []ecd.EndUserToken{{Token: loginToken, EndUserID: "alice"}},
			SignatureSuffices: true,
		},
		Function: func(f *fc.Function) {
			if f.Name == "stopdesktops" {
				f.Timers = timers()
			}
		},
	}
	for _, change := range options {
		change(&o)
	}
	if o.Config == "" {
		withPackedConfig(t, &o)
	}
	c, err := cloud.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Cloud: c, t: t}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close the cloud: %v", err)
		}
		w.searchForSecrets()
		if t.Failed() {
			t.Logf("the functions' logs:\n%s\n%s\n%s", c.FC.Logs("slackcmd"), c.FC.Logs(doorOnly), c.FC.Logs("stopdesktops"))
		}
	})
	if err := c.ECD.Add(fleet...); err != nil {
		t.Fatal(err)
	}
	return w
}

// timers are the triggers of testdata/config/timers.yaml.
func timers() []fc.TimerTrigger {
	var all []fc.TimerTrigger
	for _, name := range []string{"admin", "client", "forced", "foreign", "yearly", "strict", "nobody"} {
		all = append(all, fc.TimerTrigger{Name: name, Cron: "0 * * * * *", Payload: `{"Timer":"` + name + `"}`, Enable: true})
	}
	return all
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// two are the desktops most tests stop.
func two() []ecd.Desktop {
	return []ecd.Desktop{{Region: "cn-hangzhou", ID: "ecd-a", EndUserIDs: []string{"alice"}}, {Region: "cn-hangzhou", ID: "ecd-b", EndUserIDs: []string{"alice"}}}
}

// drain waits for the end of every queued event.
func (w *world) drain() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if err := w.Drain(ctx); err != nil {
		w.t.Fatalf("wait for the queue: %v", err)
	}
}

// reports returns every report in the bucket.
func (w *world) reports() []core.Report {
	w.t.Helper()
	var all []core.Report
	for key := range w.OSS.Objects() {
		parts := strings.Split(key, "/")
		if parts[len(parts)-1] != "report" {
			continue
		}
		r := w.get("/runs/" + parts[2])
		if r.Report == nil {
			w.t.Errorf("%s exists, and GET /runs/%s shows no report: %d %s", key, parts[2], r.Status, r.Text)
			continue
		}
		all = append(all, *r.Report)
	}
	return all
}

// onlyReport returns the one report there must be.
func (w *world) onlyReport() core.Report {
	w.t.Helper()
	all := w.reports()
	if len(all) != 1 {
		w.t.Fatalf("%d reports, want 1", len(all))
	}
	return all[0]
}

// wantOutcomes compares a report with what it must say.
func wantOutcomes(t *testing.T, r core.Report, want map[string]core.Code) {
	t.Helper()
	got := map[string]core.Code{}
	for _, o := range r.Outcomes {
		got[o.DesktopId] = o.Code
	}
	if len(got) != len(want) || len(r.Outcomes) != len(want) {
		t.Errorf("outcomes %v, want %v", got, want)
		return
	}
	for id, code := range want {
		if got[id] != code {
			t.Errorf("%s is %s, want %s (%v)", id, got[id], code, r.Outcomes)
		}
	}
}

// stops returns the StopDesktops calls that the double took.
func (w *world) stops() []ecd.Call {
	var all []ecd.Call
	for _, c := range w.ECD.Calls() {
		if c.Operation == "StopDesktops" {
			all = append(all, c)
		}
	}
	return all
}

// changed counts how often each desktop's state was changed by a call.
func (w *world) changed() map[string]int {
	n := map[string]int{}
	for _, c := range w.stops() {
		for _, id := range c.Effect {
			n[id]++
		}
	}
	return n
}
