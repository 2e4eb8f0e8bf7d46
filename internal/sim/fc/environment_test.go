package fc_test

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
)

func TestEnvironment(t *testing.T) {
	a := authority(time.Now)
	p := start(t, fc.Options{Authority: a, HostEnv: []string{"GORACE=halt_on_error=1"}}, worker(func(f *fc.Function) { f.Env = map[string]string{"MODE": "x=y"} }))
	cl := client(t, p, issue(t, a, "caller"))
	_, body, _, err := call(cl, "worker", `{"do":"env"}`, headers("", ""))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	decode(t, body, &list)
	env := map[string]string{}
	for _, kv := range list {
		k, v, _ := strings.Cut(kv, "=")
		env[k] = v
	}
	for k, want := range map[string]string{
		"FC_ACCOUNT_ID": account, "FC_REGION": region, "FC_FUNCTION_NAME": "worker", "FC_FUNCTION_HANDLER": "main", "FC_FUNCTION_MEMORY_SIZE": "128",
		"FC_VER_ID": "LATEST", "FC_INSTANCE_ID": p.Instances("worker")[0], "MODE": "x=y", "TZ": "UTC", "GORACE": "halt_on_error=1",
	} {
		if env[k] != want {
			t.Errorf("%s is %q, want %q", k, env[k], want)
		}
	}
	if _, err := a.Authenticate(env["ALIBABA_CLOUD_ACCESS_KEY_ID"], env["ALIBABA_CLOUD_SECURITY_TOKEN"]); err != nil {
		t.Errorf("credentials of the environment: %v", err)
	}
	// Nothing else of this machine leaks in.
	known := []string{"PATH", "HOME", "TZ", "GORACE", "MODE"}
	for _, k := range slices.Sorted(maps.Keys(env)) {
		if !strings.HasPrefix(k, "FC_") && !strings.HasPrefix(k, "ALIBABA_CLOUD_") && !slices.Contains(known, k) {
			t.Errorf("unexpected variable %s", k)
		}
	}
}

func TestContextOfEachInvocation(t *testing.T) {
	a := authority(time.Now)
	p := start(t, fc.Options{Authority: a}, worker())
	cl := client(t, p, issue(t, a, "caller"))
	type got struct {
		RequestID, KeyID, Secret, Token, Name, Handler, Memory, Region, Account, Qualifier string
		Timeout, Retries, Pid                                                              int
		Left                                                                               float64
	}
	var first, second got
	for _, g := range []*got{&first, &second} {
		_, body, h, err := call(cl, "worker", `{"do":"context"}`, headers("", ""))
		if err != nil {
			t.Fatal(err)
		}
		decode(t, body, g)
		if g.RequestID != *h["x-fc-request-id"] {
			t.Errorf("request id %q inside, %q outside", g.RequestID, *h["x-fc-request-id"])
		}
		principal, err := a.Authenticate(g.KeyID, g.Token)
		if err != nil || principal.AccessKeySecret != g.Secret || principal.Role != "caller" {
			t.Errorf("credentials: %v, role %q", err, principal.Role)
		}
		if g.Left <= 0 || g.Left > 30 {
			t.Errorf("%v s are left", g.Left)
		}
	}
	if first.Pid != second.Pid || first.KeyID == second.KeyID || first.RequestID == second.RequestID {
		t.Errorf("want one process, two credentials, two request ids: %+v %+v", first, second)
	}
	if first.Name != "worker" || first.Handler != "main" || first.Memory != "128" || first.Region != region || first.Account != account || first.Qualifier != "LATEST" || first.Timeout != 30 {
		t.Errorf("context %+v", first)
	}
	if peak := p.PeakRSS("worker"); peak < 1<<20 {
		t.Errorf("peak memory %d", peak)
	}
}

func TestCredentialsExpire(t *testing.T) {
	var offset atomic.Int64
	a := authority(func() time.Time { return time.Now().Add(time.Duration(offset.Load())) })
	p := start(t, fc.Options{Authority: a, CredentialTTL: time.Minute}, worker())
	_, body, _, err := call(client(t, p, issue(t, a, "caller")), "worker", `{"do":"context"}`, headers("", ""))
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ KeyID, Token string }
	decode(t, body, &c)
	if _, err := a.Authenticate(c.KeyID, c.Token); err != nil {
		t.Errorf("fresh credentials: %v", err)
	}
	offset.Store(int64(time.Minute))
	if _, err := a.Authenticate(c.KeyID, c.Token); err == nil {
		t.Error("credentials live after their time")
	}
}
