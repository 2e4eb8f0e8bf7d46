package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
)

// TestScripts gives the compiled command as an operator does, against a cloud of
// its own for each script. After a change that is meant:
// go test ./cmd/stopdesktops -run TestScripts -update
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Setup:               setup,
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"desktop": addDesktop,
			"are":     are,
			"exits":   exited,
			"mask":    mask,
			"secret":  secret,
			"hold":    hold,
			"held":    held,
			"release": release,
			"lacks":   lacks,
			"session": session,
			"clock":   clock,
			"sealed":  sealed,
			"sts":     sts,
		},
	})
}

// world is the cloud of one script, and what must never be shown.
type world struct {
	*cloud.Cloud
	gate    *gate
	ahead   atomic.Int64 // how far the cloud's clock is ahead of this machine's
	secrets []string
}

func newWorld() (*world, error) {
	w := &world{gate: newGate()}
	now := func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }
	var err error
	w.Cloud, err = cloud.Start(cloud.Options{Root: "../..", ECD: ecd.Options{SignatureSuffices: true, Now: now}, Around: w.gate.around})
	return w, err
}

// setup starts the doubles and gives an operator the rights that
// deploy/ram/operator.json and keep.json say.
func setup(env *testscript.Env) error {
	w, err := newWorld()
	if err != nil {
		return err
	}
	env.Defer(func() { w.gate.open(); w.Close() })
	for name, value := range w.variables() {
		env.Setenv(name, value)
	}
	env.Setenv(exitFile, filepath.Join(env.WorkDir, ".exit"))
	env.Values["world"] = w
	return shipConfig(filepath.Join(env.WorkDir, "config"))
}

// variables are an operator's environment.
func (w *world) variables() map[string]string {
	all, err := w.Operator()
	if err != nil {
		panic(err)
	}
	w.secrets = append(w.secrets, all["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], all["STATE_KEY"])
	given := map[string]string{"GRACE": "0s"}
	for _, name := range []string{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_ECS_METADATA_DISABLED",
		"ECD_REGIONS", "ECD_ENDPOINT", "STATE_BUCKET", "STATE_REGION", "STATE_ENDPOINT", "STATE_KEY"} {
		given[name] = all[name]
	}
	return given
}

// shipConfig puts the policy that ships where a script has none of its own.
func shipConfig(dir string) error {
	file := filepath.Join(dir, "policy.cedar")
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	policy, err := os.ReadFile("../../config/policy.cedar")
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(file, policy, 0o644)
}

// exited is: exits <code>, of the command before.
func exited(ts *testscript.TestScript, neg bool, args []string) {
	code := ts.ReadFile(ts.Getenv(exitFile))
	if (code == args[0]) == neg {
		ts.Fatalf("the command exited with %s", code)
	}
}

func worldOf(ts *testscript.TestScript) *world { return ts.Value("world").(*world) }

// addDesktop is: desktop <region> <id> [name=..] [user=..] [conn=..] [status=..]
// [charge=..] [tag=key:value] [tag=key=value]
func addDesktop(ts *testscript.TestScript, _ bool, args []string) {
	d := ecd.Desktop{Region: args[0], ID: args[1], Tags: map[string]string{}}
	for _, arg := range args[2:] {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "name":
			d.Name = value
		case "user":
			d.EndUserIDs = append(d.EndUserIDs, value)
		case "conn":
			d.Connection = value
		case "status":
			d.Status = value
		case "charge":
			d.ChargeType = value
		case "tag":
			between := ":"
			if strings.Contains(value, "=") {
				between = "=" // for keys with a colon
			}
			k, v, _ := strings.Cut(value, between)
			d.Tags[k] = v
		default:
			ts.Fatalf("desktop has no %s", key)
		}
	}
	ts.Check(worldOf(ts).ECD.Add(d))
}

// are is: are <status> <id>..., and asks the double.
func are(ts *testscript.TestScript, neg bool, args []string) {
	found := map[string]string{}
	for _, d := range worldOf(ts).ECD.Desktops() {
		found[d.ID] = d.Status
	}
	for _, id := range args[1:] {
		if (found[id] == args[0]) == neg {
			ts.Fatalf("%s is %s", id, found[id])
		}
	}
}

// masks are what is another each time.
var masks = []struct {
	of *regexp.Regexp
	by string
}{
	{regexp.MustCompile(`\b(terminal|webhook|timer|slack)-[a-z2-7]{26}\b`), "$1-RUN"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| ?[+-]\d\d:\d\d)`), "TIME"},
	{regexp.MustCompile(`\d+\.\d\d CNY`), "AMOUNT CNY"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`"[0-9A-F]{8}-[0-9A-F-]{27}"`), `"REQUEST"`},
	{regexp.MustCompile(`request id [0-9A-F]{24}`), "request id REQUEST"},
	{regexp.MustCompile(`"PlanDigest": "[0-9a-f]{64}"`), `"PlanDigest": "DIGEST"`},
}

// mask is: mask stdout|stderr <file>, and writes it with everything masked that
// is another each time. The first run's id stays in $RUN.
func mask(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if run := masks[0].of.FindString(text); run != "" {
		ts.Setenv("RUN", run)
	}
	for _, m := range masks {
		text = m.of.ReplaceAllString(text, m.by)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}

// secret is: ! secret stdout stderr <file>..., and looks for every secret of the
// script's world.
func secret(ts *testscript.TestScript, neg bool, args []string) {
	for _, file := range args {
		text := ts.ReadFile(file)
		if slices.ContainsFunc(worldOf(ts).secrets, func(s string) bool { return strings.Contains(text, s) }) == neg {
			ts.Fatalf("%s holds a secret", file)
		}
	}
}
