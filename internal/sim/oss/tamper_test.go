package oss

import (
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/signer"

	"stopdesktops/internal/sim/ram"
)

// signed is a request that the vendor's signer signed: a listing, so that it
// has a query, with a signed header of its own.
func (c *cloud) signed(t *testing.T, cred ram.Credentials, when time.Time, region string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.http.URL+"/"+testBucket+"/?list-type=2&prefix=runs%2F", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("X-Caller", "alice")
	keys := credentials.Credentials{AccessKeyID: cred.AccessKeyID, AccessKeySecret: cred.AccessKeySecret, SecurityToken: cred.SecurityToken}
	err = (&signer.SignerV4{}).Sign(t.Context(), &signer.SigningContext{
		Product: sdk.Ptr("oss"), Region: sdk.Ptr(region), Bucket: sdk.Ptr(testBucket),
		Request: r, Credentials: &keys, Time: when, AdditionalHeaders: []string{"X-Caller"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// send returns status and code of the raw answer.
func send(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.StatusCode, ""
	}
	var e struct{ Code, Message, RequestId, HostId string }
	if err := xml.Unmarshal(body, &e); err != nil || e.Message == "" || e.HostId != r.URL.Host && e.HostId != r.Host ||
		e.RequestId != resp.Header.Get("x-oss-request-id") {
		t.Errorf("error answer is incomplete: %s (%v)", body, err)
	}
	return resp.StatusCode, e.Code
}

func TestTampering(t *testing.T) {
	c := newCloud(t)
	cred, other := c.issue(t, "owner"), c.issue(t, "owner")
	now := c.clock.Now()
	replace := func(header, old, new string) func(*http.Request) {
		return func(r *http.Request) {
			before := r.Header.Get(header)
			after := strings.Replace(before, old, new, 1)
			if after == before {
				t.Errorf("%q is not in %s, nothing was changed", old, header)
			}
			r.Header.Set(header, after)
		}
	}
	set := func(header, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(header, value) }
	}
	del := func(header string) func(*http.Request) { return func(r *http.Request) { r.Header.Del(header) } }
	add := func(header, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Add(header, value) }
	}
	query := func(q string) func(*http.Request) { return func(r *http.Request) { r.URL.RawQuery = q } }
	day := now.UTC().Format(signDateFormat)
	wrongDay := now.UTC().AddDate(0, 0, -1).Format(signDateFormat)

	tests := []struct {
		name   string
		tamper func(*http.Request)
		status int
		code   string
	}{
		{"untouched", func(*http.Request) {}, 200, ""},
		{"parameters in another order", query("prefix=runs%2F&list-type=2"), 200, ""},
		{"a header nobody signed", set("X-Other", "1"), 200, ""},

		{"no authorization", del("Authorization"), 403, "AccessDenied"},
		{"parameter changed", query("list-type=2&prefix=runs%2Fx"), 403, "SignatureDoesNotMatch"},
		{"parameter added", query("list-type=2&max-keys=1000&prefix=runs%2F"), 403, "SignatureDoesNotMatch"},
		{"parameter removed", query("list-type=2"), 403, "SignatureDoesNotMatch"},
		{"parameter twice", query("list-type=2&prefix=runs%2F&prefix=x"), 400, "InvalidURI"},
		{"method changed", func(r *http.Request) { r.Method = http.MethodDelete }, 403, "SignatureDoesNotMatch"},
		{"key added", func(r *http.Request) { r.URL.Path += "freeze" }, 403, "SignatureDoesNotMatch"},
		{"other bucket in the path", func(r *http.Request) { r.URL.Path = "/other-example/" }, 403, "SignatureDoesNotMatch"},
		{"other bucket in the host", func(r *http.Request) {
			r.URL.Path, r.Host = "/", "other-example.oss-cn-hangzhou.aliyuncs.com"
		}, 403, "SignatureDoesNotMatch"},
		{"same bucket in the host", func(r *http.Request) {
			r.URL.Path, r.Host = "/", testBucket+".oss-cn-hangzhou-internal.aliyuncs.com"
		}, 200, ""},
		{"host of another region", func(r *http.Request) {
			r.URL.Path, r.Host = "/", testBucket+".oss-cn-shanghai.aliyuncs.com"
		}, 403, "AccessDenied"},

		{"content type changed", set("Content-Type", "text/html"), 403, "SignatureDoesNotMatch"},
		{"content type removed", del("Content-Type"), 403, "SignatureDoesNotMatch"},
		{"x-oss header added", set("x-oss-meta-a", "b"), 403, "SignatureDoesNotMatch"},
		{"additional header changed", set("X-Caller", "bob"), 403, "SignatureDoesNotMatch"},
		{"additional header given again", add("X-Caller", "bob"), 403, "SignatureDoesNotMatch"},
		{"additional header removed", del("X-Caller"), 400, "InvalidArgument"},
		{"additional header no longer named", replace("Authorization", "AdditionalHeaders=x-caller,", ""), 403, "SignatureDoesNotMatch"},
		{"additional header named wrongly", replace("Authorization", "x-caller", "X-Caller"), 400, "InvalidArgument"},
		{"additional headers out of order", replace("Authorization", "x-caller", "x-caller;user-agent"), 400, "InvalidArgument"},
		{"additional header that is signed anyway", replace("Authorization", "x-caller", "content-type;x-caller"), 400, "InvalidArgument"},
		{"one more additional header", replace("Authorization", "x-caller", "user-agent;x-caller"), 403, "SignatureDoesNotMatch"},

		{"signature changed", func(r *http.Request) {
			a := []byte(r.Header.Get("Authorization"))
			a[len(a)-1] ^= 1
			r.Header.Set("Authorization", string(a))
		}, 403, "SignatureDoesNotMatch"},
		{"signature empty", func(r *http.Request) {
			a, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", a+"Signature=")
		}, 400, "InvalidArgument"},
		{"signature missing", func(r *http.Request) {
			a, _, _ := strings.Cut(r.Header.Get("Authorization"), ",Signature=")
			r.Header.Set("Authorization", a)
		}, 400, "InvalidArgument"},
		{"algorithm changed", replace("Authorization", "OSS4-HMAC-SHA256", "OSS4-HMAC-SHA1"), 400, "InvalidArgument"},
		{"old signature version", set("Authorization", "OSS "+cred.AccessKeyID+":c2ln"), 400, "InvalidArgument"},
		{"authorization twice", func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }, 400, "InvalidArgument"},
		{"credential twice", replace("Authorization", "Credential=", "Credential=x,Credential="), 400, "InvalidArgument"},
		{"product changed", replace("Authorization", "/oss/", "/ecd/"), 400, "InvalidArgument"},
		{"terminator changed", replace("Authorization", "aliyun_v4_request", "aws4_request"), 400, "InvalidArgument"},
		{"region changed", replace("Authorization", "cn-hangzhou", "cn-shanghai"), 400, "InvalidArgument"},
		{"region with prefix", replace("Authorization", "cn-hangzhou", "oss-cn-hangzhou"), 400, "InvalidArgument"},
		{"day of the scope changed", replace("Authorization", "/"+day+"/", "/"+wrongDay+"/"), 400, "InvalidArgument"},

		{"date changed", func(r *http.Request) {
			r.Header.Set("x-oss-date", now.UTC().Add(-time.Second).Format(signTimeFormat))
			// A second before midnight is another day, which the scope must follow.
			d := now.UTC().Add(-time.Second).Format(signDateFormat)
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), day, d, 1))
		}, 403, "SignatureDoesNotMatch"},
		{"date removed", del("x-oss-date"), 403, "AccessDenied"},
		{"date malformed", set("x-oss-date", now.UTC().Format(http.TimeFormat)), 403, "AccessDenied"},
		{"date twice", add("x-oss-date", now.UTC().Format(signTimeFormat)), 400, "InvalidArgument"},
		{"payload hash changed", set("x-oss-content-sha256", strings.Repeat("0", 64)), 400, "InvalidArgument"},
		{"payload hash removed", del("x-oss-content-sha256"), 400, "InvalidArgument"},

		{"unknown key", replace("Authorization", cred.AccessKeyID, "STS.unknown"), 403, "InvalidAccessKeyId"},
		{"empty key", replace("Authorization", cred.AccessKeyID, ""), 400, "InvalidArgument"},
		{"another session's key", replace("Authorization", cred.AccessKeyID, other.AccessKeyID), 403, "InvalidSecurityToken"},
		{"another session's token", set("x-oss-security-token", other.SecurityToken), 403, "InvalidSecurityToken"},
		{"another session's key and token", func(r *http.Request) {
			replace("Authorization", cred.AccessKeyID, other.AccessKeyID)(r)
			r.Header.Set("x-oss-security-token", other.SecurityToken)
		}, 403, "SignatureDoesNotMatch"},
		{"token removed", del("x-oss-security-token"), 403, "InvalidAccessKeyId"},
		{"token twice", add("x-oss-security-token", cred.SecurityToken), 400, "InvalidArgument"},
		{"signature in the URL", query("list-type=2&x-oss-signature=0&x-oss-signature-version=OSS4-HMAC-SHA256"), 501, "NotImplemented"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.signed(t, cred, now, "cn-hangzhou")
			tt.tamper(r)
			status, code := send(t, r)
			if status != tt.status || code != tt.code {
				t.Errorf("answer is %d %q, want %d %q", status, code, tt.status, tt.code)
			}
			calls := c.Calls()
			last := calls[len(calls)-1]
			if last.Status != tt.status || last.Code != tt.code {
				t.Errorf("log says %d %q, the caller saw %d %q", last.Status, last.Code, status, code)
			}
			if known := last.Role != ""; known != (tt.status == 200) {
				t.Errorf("log names role %q for an answer of %d", last.Role, last.Status)
			}
		})
	}

	t.Run("wrong secret", func(t *testing.T) {
		forged := cred
		forged.AccessKeySecret = other.AccessKeySecret
		if status, code := send(t, c.signed(t, forged, now, "cn-hangzhou")); status != 403 || code != "SignatureDoesNotMatch" {
			t.Errorf("answer is %d %q", status, code)
		}
	})
	t.Run("signed for another region", func(t *testing.T) {
		if status, code := send(t, c.signed(t, cred, now, "cn-shanghai")); status != 400 || code != "InvalidArgument" {
			t.Errorf("answer is %d %q", status, code)
		}
	})
	t.Run("no secret in any answer", func(t *testing.T) {
		r := c.signed(t, cred, now, "cn-hangzhou")
		r.URL.RawQuery = "list-type=2"
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, _ := io.ReadAll(resp.Body)
		if !strings.Contains(string(body), "<StringToSign>OSS4-HMAC-SHA256") {
			t.Errorf("answer does not help to find the difference: %s", body)
		}
		for _, secret := range c.auth.Secrets() {
			if strings.Contains(string(body), secret) {
				t.Errorf("answer shows a secret: %s", body)
			}
		}
	})
}
