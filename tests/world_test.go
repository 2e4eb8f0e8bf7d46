package tests

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

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
			t.Logf("the functions' logs:\n%s\n%s", c.FC.Logs("slackcmd"), c.FC.Logs("stopdesktops"))
		}
	})
	if err := c.ECD.Add(fleet...); err != nil {
		t.Fatal(err)
	}
	return w
}

// withPackedConfig leaves the function to the folder that was packed beside it;
// programs that are in no package are told where that folder is in the tree.
func withPackedConfig(t *testing.T, o *cloud.Options) {
	o.Config = absolute(t, filepath.Join(root, packedConfig))
	if !packed {
		return
	}
	edit := o.Function
	o.Function = func(f *fc.Function) {
		delete(f.Env, "CONFIG_DIR")
		edit(f)
	}
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

// response is an answer of the HTTP door.
type response struct {
	Status   int         `json:"-"`
	Header   http.Header `json:"-"`
	Text     string      `json:"-"`
	RunId    core.RunID
	State    core.State
	Repeated bool
	Desktops []struct {
		DesktopId, Decision string
		Code                core.Code
	}
	Report *core.Report
	Code   core.ErrorCode    `json:"code"`
	Errors []core.FieldError `json:"errors"`
}

// send makes one HTTP request. A transport error is status 0: the function
// died.
func (w *world) send(method, path string, header map[string]string, body string) response {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, w.FC.HTTPURL("stopdesktops")+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return response{}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return response{}
	}
	out := response{Status: resp.StatusCode, Header: resp.Header, Text: string(text)}
	if json.Unmarshal(text, &out) != nil && len(text) > 0 && strings.Contains(resp.Header.Get("Content-Type"), "json") {
		w.t.Errorf("%s %s: the answer is not JSON: %s", method, path, text)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers.Write(text)
	for k, v := range resp.Header {
		w.answers.WriteString(k + ": " + strings.Join(v, ",") + "\n")
	}
	return out
}

// signed returns the headers of one signed delivery.
func (w *world) signed(id, body string) map[string]string {
	return sign(w.t, w.WebhookSecret, id, time.Now(), body)
}

func sign(t *testing.T, secret, id string, at time.Time, body string) map[string]string {
	t.Helper()
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := hook.Sign(id, at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"Content-Type": "application/json", "webhook-id": id,
		"webhook-timestamp": strconv.FormatInt(at.Unix(), 10), "webhook-signature": signature}
}

// post sends one signed delivery to POST /stop.
func (w *world) post(id, body string) response {
	w.t.Helper()
	return w.send(http.MethodPost, "/stop", w.signed(id, body), body)
}

// postWaiting sends one signed delivery that waits for the report.
func (w *world) postWaiting(id, body string) response {
	w.t.Helper()
	h := w.signed(id, body)
	h["Prefer"] = "wait=30"
	return w.send(http.MethodPost, "/stop", h, body)
}

// get reads a route with the bearer token.
func (w *world) get(path string) response {
	w.t.Helper()
	return w.send(http.MethodGet, path, map[string]string{"Authorization": "Bearer " + w.WebhookToken}, "")
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

// fresh returns a new delivery id.
func fresh() string { return "msg_" + rand.Text() }

// withEnv answers further env() of s.yaml.
func withEnv(env map[string]string) option {
	return func(o *cloud.Options) {
		if o.Env == nil {
			o.Env = map[string]string{}
		}
		for k, v := range env {
			o.Env[k] = v
		}
	}
}

// cloudOptions is what an option changes.
type cloudOptions = cloud.Options

// withConfig gives the function a configuration folder of its own, made of the
// tests' policy and these files.
func withConfig(t *testing.T, files map[string]string) option {
	t.Helper()
	dir := t.TempDir()
	policy, err := os.ReadFile("testdata/config/policy.cedar")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"policy.cedar": string(policy)}
	maps.Copy(all, files)
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return func(o *cloud.Options) { o.Config = dir }
}
