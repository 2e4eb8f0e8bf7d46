package journal

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"stopdesktops/internal/core"
)

// TestAnswersOfTheService gives answers that the double never gives.
func TestAnswersOfTheService(t *testing.T) {
	xml := func(code, message string) string {
		return `<?xml version="1.0"?><Error><Code>` + code + `</Code><Message>` + message + `</Message><RequestId>65F0</RequestId></Error>`
	}
	for name, a := range map[string]struct {
		status int
		body   string
		code   core.ErrorCode
		says   string
	}{
		"no bucket":          {404, xml("NoSuchBucket", "gone"), core.Internal, "bucket state-example does not exist"},
		"another region":     {403, xml("AccessDenied", "must be addressed using the specified endpoint"), core.Internal, "is not at the configured endpoint"},
		"unknown key":        {403, xml("InvalidAccessKeyId", "no such key"), core.Internal, "InvalidAccessKeyId"},
		"throttled":          {429, xml("TooManyRequests", "slow down"), core.Busy, "TooManyRequests"},
		"gateway's page":     {502, "<html>bad gateway</html>", core.Busy, "status 502"},
		"a page, not found":  {404, "<html>not found</html>", core.Internal, "status 404"},
		"redirect":           {307, "", core.Internal, "status 307"},
		"another conflict":   {409, xml("OperationAborted", "in progress"), core.Busy, "OperationAborted"},
		"an echo":            {400, xml("Bad "+token, token), core.Internal, "code unreadable"},
		"archived or frozen": {403, xml("InvalidObjectState", "restore it"), core.Internal, "InvalidObjectState"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/xml")
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(a.status)
				_, _ = w.Write([]byte(a.body))
			}))
			defer web.Close()
			j := c.journal(t, "stopdesktops", func(o *Options) { o.Endpoint = web.URL })
			run := c.run(core.Webhook, "d1")
			_, err := j.Report(t.Context(), run)
			c.wantCode(t, err, a.code, a.says)
			_, won, err := j.Claim(t.Context(), requestRecord(run))
			c.wantCode(t, err, a.code, a.says)
			if won {
				t.Error("a claim was won")
			}
		})
	}
}

// TestHugeError sends an error document far beyond what sockets buffer, and
// wants the reader to hang up instead of keeping it.
func TestHugeError(t *testing.T) {
	const pages = 1000
	c := newCloud(t)
	var hungUp atomic.Int32
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		page := []byte(strings.Repeat("x", maxErrorBytes))
		for range pages {
			if _, err := w.Write(page); err != nil {
				hungUp.Add(1)
				return
			}
		}
	}))
	j := c.journal(t, "stopdesktops", func(o *Options) { o.Endpoint = web.URL })
	_, err := j.Report(t.Context(), c.run(core.Webhook, "d1"))
	c.wantCode(t, err, core.Busy, "status 500")
	web.Close() // waits for the handlers
	if n := hungUp.Load(); n != maxAttempts {
		t.Errorf("%d of %d answers were cut off", n, maxAttempts)
	}
}

// TestBodyBreaksOff serves half a record before the whole one.
func TestBodyBreaksOff(t *testing.T) {
	c := newCloud(t)
	run := c.run(core.Webhook, "d1")
	if _, err := c.journal(t, "stopdesktops").PutReport(t.Context(), reportOf(run)); err != nil {
		t.Fatal(err)
	}
	data, _ := c.Object(testBucket, reports.of(run, 0).key())
	var calls atomic.Int32
	whole := int32(2) // which call gets the whole record; none when 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		if calls.Add(1) == whole {
			_, _ = w.Write(data)
			return
		}
		_, _ = w.Write(data[:len(data)/2])
		panic(http.ErrAbortHandler)
	}))
	defer web.Close()
	j := c.journal(t, "stopdesktops", func(o *Options) { o.Endpoint = web.URL })
	if got, err := j.Report(t.Context(), run); err != nil || !reflect.DeepEqual(got, reportOf(run)) {
		t.Fatalf("Report = %+v, %v", got, err)
	}
	whole = 0
	calls.Store(0)
	_, err := j.Report(t.Context(), run)
	c.wantCode(t, err, core.Busy)
	if n := calls.Load(); n != maxAttempts {
		t.Errorf("%d tries, want %d", n, maxAttempts)
	}
}

func TestNobodyListens(t *testing.T) {
	c := newCloud(t)
	c.web.Close()
	_, err := c.journal(t, "stopdesktops").Report(t.Context(), c.run(core.Webhook, "d1"))
	c.wantCode(t, err, core.Busy, "connection refused")
}

// TestRequestsOnTheWire looks at what leaves the machine.
func TestRequestsOnTheWire(t *testing.T) {
	c := newCloud(t)
	var seen []*http.Request
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Clone(context.Background()))
		c.ServeHTTP(w, r)
	}))
	defer web.Close()
	j := c.journal(t, "stopdesktops", func(o *Options) { o.Endpoint = web.URL })
	run := c.run(core.Webhook, "d1")
	if _, won, err := j.Claim(t.Context(), requestRecord(run)); err != nil || !won {
		t.Fatal(won, err)
	}
	if len(seen) != 2 {
		t.Fatalf("%d requests, want a write and a read", len(seen))
	}
	put, get := seen[0], seen[1]
	if put.Method != http.MethodPut || put.Header.Get("x-oss-forbid-overwrite") != "true" || put.Header.Get("Content-Type") != typeJSON {
		t.Errorf("write is %s with header %v", put.Method, put.Header)
	}
	if get.Method != http.MethodGet || get.Header.Get("Accept-Encoding") == "gzip" {
		t.Errorf("read is %s with header %v", get.Method, get.Header)
	}
	for _, r := range seen {
		if r.URL.Path != "/"+testBucket+"/runs/"+string(run)+"/request" || r.URL.RawQuery != "" {
			t.Errorf("%s goes to %s", r.Method, r.URL)
		}
		if r.Header.Get("x-oss-security-token") == "" || !strings.HasPrefix(r.Header.Get("Authorization"), "OSS4-HMAC-SHA256 ") {
			t.Errorf("%s is not signed with the role's credentials", r.Method)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := Options{Bucket: testBucket, Region: "cn-hangzhou", Sealer: newCloud(t).keys,
		Credentials: func(context.Context) (Credentials, error) { return Credentials{}, nil }}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for _, endpoint := range []string{"https://oss-cn-hangzhou-internal.aliyuncs.com", "https://oss.example.com/", "http://127.0.0.1:9000", "http://[::1]:9000"} {
		o := good
		o.Endpoint = endpoint
		if _, err := New(o); err != nil {
			t.Errorf("endpoint %s: %v", endpoint, err)
		}
	}
	for name, c := range map[string]struct {
		change func(*Options)
		says   string
	}{
		"bucket":             {func(o *Options) { o.Bucket = "No_Bucket" }, `bucket is "No_Bucket"; want`},
		"region":             {func(o *Options) { o.Region = "u@host/#" }, `region is "u@host/#"; want`},
		"credentials":        {func(o *Options) { o.Credentials = nil }, "credentials are missing"},
		"sealer":             {func(o *Options) { o.Sealer = nil }, "sealer is missing"},
		"in the clear":       {func(o *Options) { o.Endpoint = "http://oss-cn-hangzhou.aliyuncs.com" }, "want https"},
		"a name, in clear":   {func(o *Options) { o.Endpoint = "http://localhost:9000" }, "want https"},
		"an address, clear":  {func(o *Options) { o.Endpoint = "http://192.0.2.1:9000" }, "want https"},
		"other scheme":       {func(o *Options) { o.Endpoint = "ftp://127.0.0.1" }, "want https"},
		"no scheme":          {func(o *Options) { o.Endpoint = "oss-cn-hangzhou.aliyuncs.com" }, "plain URL"},
		"user and password":  {func(o *Options) { o.Endpoint = "https://alice:" + token + "@example.com" }, "plain URL"},
		"path":               {func(o *Options) { o.Endpoint = "https://example.com/bucket" }, "plain URL"},
		"query":              {func(o *Options) { o.Endpoint = "https://example.com?x=1" }, "plain URL"},
		"every mistake":      {func(o *Options) { *o = Options{Bucket: "x", Endpoint: "x"} }, "sealer is missing"},
		"every mistake, too": {func(o *Options) { *o = Options{Bucket: "x", Endpoint: "x"} }, "bucket is"},
	} {
		t.Run(name, func(t *testing.T) {
			o := good
			c.change(&o)
			_, err := New(o)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("error is %v, want %q", err, c.says)
			}
			if strings.Contains(err.Error(), token) {
				t.Errorf("error %q shows a password", err)
			}
		})
	}
}
