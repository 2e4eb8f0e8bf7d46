package journal

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/oss"
	"stopdesktops/internal/sim/ram"
	"stopdesktops/internal/statekey"
)

const testBucket = "state-example"

// Secrets that go into the tests' records and must never come out in the clear.
const (
	hookURL = "https://hooks.example.com/commands/very-secret-path"
	token   = "login-token-very-secret"
)

// cloud is the OSS double with two roles: "stopdesktops" may read and write
// every record and remove the freeze, "slackcmd" may write those of its own
// door.
type cloud struct {
	*oss.Server
	auth *ram.Authority
	web  *httptest.Server
	keys *statekey.Keys

	mu      sync.Mutex
	onSlow  func(context.Context) error // what a Slow fault does
	log     bytes.Buffer
	errs    []error
	secrets []string
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	keys, err := statekey.Parse("MlN5yYbMthKxqCy/CJNYtSyVDaCFYbdh7uUjx0/K3NM=")
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{auth: ram.New(time.Now), keys: keys, secrets: []string{hookURL, token}}
	records := allow("acs:oss:*:*:"+testBucket+"/runs/*", "oss:PutObject", "oss:GetObject")
	freeze := allow("acs:oss:*:*:"+testBucket+"/freeze", "oss:PutObject", "oss:GetObject", "oss:DeleteObject")
	records.Statement = append(records.Statement, freeze.Statement...)
	c.auth.SetRole("stopdesktops", records)
	c.auth.SetRole("slackcmd", allow("acs:oss:*:*:"+testBucket+"/runs/slack-*", "oss:PutObject"))
	c.Server = oss.New(oss.Options{Authority: c.auth, Buckets: []string{testBucket}, Region: "cn-hangzhou",
		Wait: func(ctx context.Context, _ time.Duration) error { return c.onSlow(ctx) }})
	c.SetOverwriteRules(testBucket, oss.OverwriteRule{Prefix: "runs/"}) // as a deployment sets it
	c.web = httptest.NewServer(c.Server)
	t.Cleanup(c.web.Close)
	t.Cleanup(func() { c.nothingLeaked(t) })
	return c
}

func allow(resource string, actions ...string) ram.Policy {
	return ram.Policy{Version: "1", Statement: []ram.Statement{{Effect: "Allow", Action: actions, Resource: []string{resource}}}}
}

// Write lets the cloud be the log's sink from several goroutines.
func (c *cloud) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.Write(p)
}

func (c *cloud) logged() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.String()
}

// journal is a journal with fresh credentials of the role.
func (c *cloud) journal(t *testing.T, role string, change ...func(*Options)) *Journal {
	t.Helper()
	cred, err := c.auth.Issue(role, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Bucket: testBucket, Region: "cn-hangzhou", Endpoint: c.web.URL, Sealer: c.keys,
		Credentials: func(context.Context) (Credentials, error) { return signing(cred), nil },
		Log:         slog.New(slog.NewTextHandler(c, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&o)
	}
	j, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func signing(c ram.Credentials) Credentials {
	return Credentials{c.AccessKeyID, core.Secret(c.AccessKeySecret), core.Secret(c.SecurityToken)}
}

func writeOnly(o *Options) { o.WriteOnly = true }

// at sets the clock that tells whether a freeze has lapsed.
func at(t time.Time) func(*Options) {
	return func(o *Options) { o.Now = func() time.Time { return t } }
}

// run returns a run id of a door, different for each delivery.
func (c *cloud) run(door core.Door, delivery string) core.RunID {
	return c.keys.RunIDs(door, "alice", delivery)[0]
}

// wantCode checks the code of an error and that its message says something,
// and keeps the error for the search for secrets.
func (c *cloud) wantCode(t *testing.T, err error, code core.ErrorCode, says ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", code)
	}
	c.mu.Lock()
	c.errs = append(c.errs, err)
	c.mu.Unlock()
	if core.CodeOf(err) != code {
		t.Errorf("error %q has code %s, want %s", err, core.CodeOf(err), code)
	}
	if message := core.MessageOf(err); !strings.HasSuffix(message, ".") {
		t.Errorf("the message for the person is no sentence: %q", message)
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error %q does not say %q", err, s)
		}
	}
}

// nothingLeaked searches every record, log line and error of the test for
// every secret that went in.
func (c *cloud) nothingLeaked(t *testing.T) {
	t.Helper()
	places := map[string]string{"the log": c.logged()}
	for key, body := range c.Objects() {
		places["record "+key] = string(unpacked(t, body))
	}
	for _, err := range c.errs {
		places["error "+err.Error()] = err.Error() + core.MessageOf(err)
	}
	for name, text := range places {
		for _, secret := range append(c.auth.Secrets(), c.secrets...) {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %q", name, secret)
			}
		}
	}
}

// unpacked is an object as a person would look at it.
func unpacked(t *testing.T, body []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(body, []byte(gzipMagic)) {
		return body
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxFleetBytes))
	if err != nil {
		return body
	}
	return plain
}

// calls counts the calls of a method that reached the double.
func (c *cloud) calls(method string) int {
	n := 0
	for _, call := range c.Calls() {
		if call.Method == method {
			n++
		}
	}
	return n
}

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

func requestRecord(run core.RunID) core.RequestRecord {
	osUpdate := false
	return core.RequestRecord{
		Run: run, At: noon, Caller: core.Caller{Door: run.Door(), Name: "alice"},
		Request: core.Request{
			RegionId: "cn-hangzhou", DesktopId: []string{"ecd-aaaaaaaaaaaaaaaaa", "ecd-bbbbbbbbbbbbbbbbb"},
			OsUpdate: &osUpdate, StoppedMode: "StopCharging", Force: true, Reason: "ticket <42> & \"more\"",
		},
		Fingerprint:  "0123456789abcdef",
		Confidential: map[string]string{"response_url": hookURL},
	}
}

func planOf(run core.RunID) core.Plan {
	return core.Plan{
		Run: run, At: noon, Contract: core.Admin, Digest: "abc123", Count: 2, Percent: 40, Running: 5,
		Entries: []core.Entry{
			{RegionId: "cn-hangzhou", DesktopId: "ecd-aaaaaaaaaaaaaaaaa", DesktopName: "dev-1", Status: "Running", Connection: "Disconnected", Stop: true},
			{RegionId: "cn-hangzhou", DesktopId: "ecd-bbbbbbbbbbbbbbbbb", Status: "Running", Connection: "Connected", Code: core.Connected, Detail: "since 11:40"},
		},
	}
}

func reportOf(run core.RunID) core.Report {
	return core.Report{
		Run: run, Caller: core.Caller{Door: run.Door(), Name: "alice"}, Contract: core.Admin, Reason: "nightly", Digest: "abc123",
		Started: noon, Finished: noon.Add(1500 * time.Millisecond), Attempt: 1,
		Counts: map[core.Code]int{core.Accepted: 1, core.Connected: 1},
		Outcomes: []core.Outcome{
			{RegionId: "cn-hangzhou", DesktopId: "ecd-aaaaaaaaaaaaaaaaa", DesktopName: "dev-1", Code: core.Accepted, RequestIds: []string{"1CBAFFAB-B697-4049-A9B1-67E1FC5F0000"}},
			{RegionId: "cn-hangzhou", DesktopId: "ecd-bbbbbbbbbbbbbbbbb", Code: core.Connected},
		},
	}
}

func partOf(run core.RunID, n int) core.Part {
	return core.Part{Run: run, Attempt: n, Nth: 1, At: noon.Add(8 * time.Minute), ProveUntil: noon.Add(9 * time.Minute),
		Outcomes: reportOf(run).Outcomes, Doubted: []string{"ecd-ccccccccccccccccc"}}
}

func haltOf(run core.RunID) core.Halt {
	return core.Halt{Run: run, At: noon, By: core.Caller{Door: core.Slack, Name: "T1/U1", Place: "C1"}, Reason: "finance <works> late"}
}

func freezeOf() core.Freeze {
	return core.Freeze{At: noon, By: core.Caller{Door: core.Terminal, Name: "alice"}, Reason: "storage is being moved", Until: noon.Add(2 * time.Hour)}
}

func attemptOf(n int) core.Attempt {
	return core.Attempt{N: n, Holder: "1-65f0-request", Retry: n - 1, At: noon, Until: noon.Add(time.Minute)}
}
