package oss

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/signer"

	"stopdesktops/internal/sim/ram"
)

// The vendor's own vectors, from the signer's tests in its Go SDK v1.6.1.
func TestVendorVectors(t *testing.T) {
	const query = "%2Bparam1=value3&%2Bparam2=&%7Cparam1=value4&%7Cparam2=&param1=value1&param2="
	tests := []struct {
		name       string
		unix       int64
		token      string
		additional []string
		want       string
	}{
		{"plain", 1702743657, "", nil, "e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe"},
		{"with token", 1702784856, "token", nil, "b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea"},
		{"with additional headers", 1702747512, "", []string{"abc", "zabc"}, "4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			when := time.Unix(tt.unix, 0).UTC()
			date := when.Format(signTimeFormat)
			header := http.Header{}
			for name, value := range map[string]string{
				"x-oss-head1": "value", "abc": "value", "ZAbc": "value", "XYZ": "value", "content-type": "text/plain",
				"x-oss-content-sha256": unsignedPayload, "x-oss-date": date, "Date": when.Format(http.TimeFormat),
			} {
				header.Set(name, value)
			}
			if tt.token != "" {
				header.Set("x-oss-security-token", tt.token)
			}
			params, err := parseQuery(query)
			if err != nil {
				t.Fatal(err.message)
			}
			a := authorization{date: when.Format(signDateFormat), region: "cn-hangzhou"}
			canonical := canonicalRequest(http.MethodPut, place{"bucket", "1234+-/123/1.txt"}, params, header, tt.additional)
			if got := signature("sk", a, stringToSign(date, a, canonical)); got != tt.want {
				t.Errorf("signature = %s, want %s, of\n%s", got, tt.want, canonical)
			}
		})
	}
}

// Host is a header for the signer and none for Go's server.
func TestSignedHost(t *testing.T) {
	c := newCloud(t)
	cred := c.issue(t, "owner")
	r := c.signed(t, cred, c.clock.Now(), "cn-hangzhou")
	r.Header.Set("Host", r.URL.Host)
	keys := credentials.Credentials{AccessKeyID: cred.AccessKeyID, AccessKeySecret: cred.AccessKeySecret, SecurityToken: cred.SecurityToken}
	err := (&signer.SignerV4{}).Sign(t.Context(), &signer.SigningContext{
		Product: sdk.Ptr("oss"), Region: sdk.Ptr("cn-hangzhou"), Bucket: sdk.Ptr(testBucket),
		Request: r, Credentials: &keys, Time: c.clock.Now(), AdditionalHeaders: []string{"host"},
	})
	if err != nil || !strings.Contains(r.Header.Get("Authorization"), "AdditionalHeaders=host,") {
		t.Fatalf("signing failed: %v", err)
	}
	if status, code := send(t, r); status != http.StatusOK {
		t.Errorf("signed host: %d %q", status, code)
	}
	_, port, _ := strings.Cut(r.URL.Host, ":")
	r.Host = "localhost:" + port
	if status, code := send(t, r); status != http.StatusForbidden || code != "SignatureDoesNotMatch" {
		t.Errorf("another host than the signed one: %d %q", status, code)
	}
}

func TestDateSkew(t *testing.T) {
	c := newCloud(t)
	cred := c.issue(t, "owner")
	now := c.clock.Now().Truncate(time.Second)
	c.clock.Advance(now.Sub(c.clock.Now())) // Dates of requests have whole seconds.
	for skew, want := range map[time.Duration]int{
		0: 200, MaxSkew: 200, -MaxSkew: 200, MaxSkew + time.Second: 403, -MaxSkew - time.Second: 403, 24 * time.Hour: 403,
	} {
		status, code := send(t, c.signed(t, cred, now.Add(skew), "cn-hangzhou"))
		if status != want || (status == 403) != (code == "RequestTimeTooSkewed") {
			t.Errorf("skew %v: %d %q, want %d", skew, status, code, want)
		}
	}
}

// The SDK takes the server's time from the Date header of the refusal and
// tries again, which only works when the double sends its own time.
func TestClientCorrectsItsClock(t *testing.T) {
	c := newCloud(t)
	c.clock.Advance(20 * time.Minute)
	cred := c.issue(t, "owner")
	wantError(t, put(t.Context(), c.clientWith(cred, nil), "k", "v"), http.StatusForbidden, "RequestTimeTooSkewed")
	patient := c.clientWith(cred, func(cfg *sdk.Config) { cfg.WithRetryMaxAttempts(2) })
	if err := put(t.Context(), patient, "k", "v"); err != nil {
		t.Errorf("second attempt with the corrected clock: %v", err)
	}
}

func TestAnonymous(t *testing.T) {
	c := newCloud(t)
	c.Put(testBucket, "k", []byte("private"))
	client := c.clientWith(ram.Credentials{}, func(cfg *sdk.Config) {
		cfg.WithCredentialsProvider(credentials.NewAnonymousCredentialsProvider())
	})
	_, err := client.GetObject(t.Context(), &sdk.GetObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("k")})
	wantError(t, err, http.StatusForbidden, "AccessDenied")
	wantError(t, put(t.Context(), client, "k", "v"), http.StatusForbidden, "AccessDenied")
}

func TestExpiredToken(t *testing.T) {
	c := newCloud(t)
	cred := c.issue(t, "owner")
	client := c.clientWith(cred, nil)
	if err := put(t.Context(), client, "k", "v"); err != nil {
		t.Fatal(err)
	}
	c.auth.Expire(cred.AccessKeyID)
	wantError(t, put(t.Context(), client, "k", "v2"), http.StatusForbidden, "SecurityTokenExpired")
	_, err := client.HeadObject(t.Context(), &sdk.HeadObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("k")})
	wantError(t, err, http.StatusForbidden, "SecurityTokenExpired")

	// The SDK asks for credentials on every request, so fresh ones simply fit.
	if err := put(t.Context(), c.client(t, "owner"), "k", "v3"); err != nil {
		t.Error(err)
	}
}

// A user's long-lived key has no token, and must not come with one.
func TestUserKey(t *testing.T) {
	c := newCloud(t)
	c.auth.AddUser("alice", "LTAIexample", "alice-secret", ram.Policy{Version: "1", Statement: []ram.Statement{
		{Effect: "Allow", Action: []string{"oss:PutObject"}, Resource: []string{"acs:oss:*:*:" + testBucket + "/*"}}}})
	user := ram.Credentials{AccessKeyID: "LTAIexample", AccessKeySecret: "alice-secret"}
	if err := put(t.Context(), c.clientWith(user, nil), "k", "v"); err != nil {
		t.Error(err)
	}
	user.SecurityToken = "made-up"
	wantError(t, put(t.Context(), c.clientWith(user, nil), "k", "v"), http.StatusForbidden, "InvalidSecurityToken")
}

func FuzzParseAuthorization(f *testing.F) {
	f.Add("OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,AdditionalHeaders=abc;zabc,Signature=4a41")
	f.Add("OSS4-HMAC-SHA256 Credential=a/b/c/oss/aliyun_v4_request,Signature=0")
	f.Add("OSS ak:sig")
	f.Add("OSS4-HMAC-SHA256 ,,=;")
	f.Fuzz(func(t *testing.T, header string) {
		a, err := parseAuthorization(header)
		if err != nil {
			if err.status != http.StatusBadRequest || err.code != "InvalidArgument" {
				t.Errorf("refused with %d %s", err.status, err.code)
			}
			return
		}
		// What was understood must say the same when it is written again.
		again := signAlgorithm + " Credential=" + strings.Join([]string{a.keyID, a.date, a.region, signProduct, signTerminator}, "/")
		if len(a.additional) > 0 {
			again += ",AdditionalHeaders=" + strings.Join(a.additional, ";")
		}
		b, err := parseAuthorization(again + ",Signature=" + a.signature)
		if err != nil || b.keyID != a.keyID || b.date != a.date || b.region != a.region || b.signature != a.signature ||
			strings.Join(b.additional, ";") != strings.Join(a.additional, ";") {
			t.Errorf("%q was read as %+v, and that as %+v (%v)", header, a, b, err)
		}
	})
}

// The SDK's error must not be taken for one of its own making.
func TestErrorsAreServiceErrors(t *testing.T) {
	c := newCloud(t)
	_, err := c.client(t, "owner").GetObject(t.Context(), &sdk.GetObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("none")})
	var se *sdk.ServiceError
	if !errors.As(err, &se) || se.EC != "0026-00000001" || se.Headers.Get("x-oss-ec") != se.EC {
		t.Errorf("error is %v, want a service error with its EC in body and header", err)
	}
}
