package fc_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/ram"
)

const (
	account = "1234567890123456"
	region  = "ap-southeast-1"
)

// binary is the compiled test function.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "fc-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "main")
	build := exec.Command("go", "build", "-o", binary, "./testdata/function")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the test function: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// authority knows a role that may invoke "worker" and a user who may not.
func authority(now func() time.Time) *ram.Authority {
	a := ram.New(now)
	a.SetRole("caller", ram.Policy{Version: "1", Statement: []ram.Statement{{
		Effect: "Allow", Action: []string{"fc:InvokeFunction"}, Resource: []string{"acs:fc:" + region + ":" + account + ":functions/worker"},
	}, {
		Effect: "Allow", Action: []string{"fc:GetAsyncTask", "fc:ListAsyncTasks"}, Resource: []string{"*"},
	}}})
	a.SetRole("nothing", ram.Policy{Version: "1"})
	return a
}

func start(t *testing.T, opt fc.Options, functions ...fc.Function) *fc.Platform {
	t.Helper()
	if opt.Authority == nil {
		opt.Authority = authority(time.Now)
	}
	opt.AccountID, opt.Region = account, region
	if opt.RetryDelay == nil {
		opt.RetryDelay = func(int) time.Duration { return time.Millisecond }
	}
	p, err := fc.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	for _, f := range functions {
		if err := p.Deploy(f); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// worker is a function with an open HTTP trigger.
func worker(change ...func(*fc.Function)) fc.Function {
	f := fc.Function{Name: "worker", Binary: binary, Role: "caller", Timeout: 30 * time.Second, MemoryMB: 128,
		HTTP: &fc.HTTPTrigger{AuthType: fc.AuthAnonymous, Methods: []string{"GET", "POST"}}}
	for _, c := range change {
		c(&f)
	}
	return f
}

func post(t *testing.T, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return send(t, r)
}

func send(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func drain(t *testing.T, p *fc.Platform) []fc.Task {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := p.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	return p.Tasks()
}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("decode %q: %v", text, err)
	}
}
