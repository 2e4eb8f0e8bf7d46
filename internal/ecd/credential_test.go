package ecd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/credentials-go/credentials"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/ram"
)

func invocation(t *testing.T, key ram.Credentials) credentials.Credential {
	t.Helper()
	credential, err := FromInvocation(key.AccessKeyID, key.AccessKeySecret, key.SecurityToken)
	if err != nil {
		t.Fatal(err)
	}
	return credential
}

func TestFromInvocationNeedsAllThree(t *testing.T) {
	for _, keys := range [][3]string{{"", "s", "t"}, {"i", "", "t"}, {"i", "s", ""}} {
		if _, err := FromInvocation(keys[0], keys[1], keys[2]); err == nil {
			t.Errorf("%q gave a credential", keys)
		}
	}
}

func TestDefaultChainReadsTheEnvironment(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "id-of-the-environment")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret-of-the-environment")
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "token-of-the-environment")
	credential, err := DefaultChain()
	if err != nil {
		t.Fatal(err)
	}
	m, err := credential.GetCredential()
	if err != nil || *m.AccessKeyId != "id-of-the-environment" || *m.SecurityToken != "token-of-the-environment" {
		t.Errorf("got %v, %v", m, err)
	}
}

// TestEachInvocationHasItsOwnKeys covers a Client that outlives an invocation.
func TestEachInvocationHasItsOwnKeys(t *testing.T) {
	c := newCloud(t, sim.Options{})
	c.add(t, "ecd-1")
	long := c.client(t, Options{}, inProcess{c})
	other, err := FromInvocation("unknown-key", "secret", "token")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := long.With(other).Look(background(t), region, []string{"ecd-1"}); cloudError(t, err).Class != core.CloudCredentials {
		t.Errorf("an unknown key got %v", err)
	}
	if _, err := long.With(invocation(t, c.key)).Look(background(t), region, []string{"ecd-1"}); err != nil {
		t.Error(err)
	}
	if _, err := long.With(nil).Look(background(t), region, []string{"ecd-1"}); cloudError(t, err).Class != core.CloudCredentials {
		t.Errorf("no credential got %v", err)
	}
	anonymous := c.client(t, Options{ClientAuth: Anonymous}, inProcess{c}).With(nil)
	if _, err := anonymous.Stop(background(t), clientStop("ecd-1")); err != nil {
		t.Errorf("an unsigned call needs no credential: %v", err)
	}
}

// sts is a double of AssumeRole for the official library, which speaks https
// only and takes its certificates from the default transport.
func sts(t *testing.T, answer http.HandlerFunc) (host string, seen *[]url.Values) {
	t.Helper()
	seen = &[]url.Values{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		*seen = append(*seen, r.Form)
		answer(w, r)
	}))
	server.StartTLS()
	t.Cleanup(server.Close)
	shared := http.DefaultTransport.(*http.Transport)
	before := shared.TLSClientConfig
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	shared.TLSClientConfig = &tls.Config{RootCAs: roots}
	t.Cleanup(func() { shared.TLSClientConfig = before })
	return strings.TrimPrefix(server.URL, "https://"), seen
}

const arn = "acs:ram::1234567890123456:role/stopper"

func TestAssumeRole(t *testing.T) {
	c := newCloud(t, sim.Options{})
	c.add(t, "ecd-1")
	host, seen := sts(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"RequestId":"R","Credentials":{"AccessKeyId":"`+c.key.AccessKeyID+`","AccessKeySecret":"`+c.key.AccessKeySecret+
			`","SecurityToken":"`+c.key.SecurityToken+`","Expiration":"`+time.Now().Add(time.Hour).UTC().Format(time.RFC3339)+`"}}`)
	})
	base, err := FromInvocation("base-id", "base-secret", "base-token")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALIBABA_CLOUD_ROLE_SESSION_NAME", "from-the-environment")
	role, err := AssumeRole(base, Role{ARN: arn, ExternalID: "ext-1", STSEndpoint: host})
	if err != nil {
		t.Fatal(err)
	}
	client := c.client(t, Options{Credential: role}, inProcess{c})
	for range 2 {
		if _, err := client.Look(background(t), region, []string{"ecd-1"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(*seen) != 1 {
		t.Fatalf("STS was asked %d times for two calls", len(*seen))
	}
	for name, want := range map[string]string{"Action": "AssumeRole", "RoleArn": arn, "RoleSessionName": "stopdesktops", "ExternalId": "ext-1",
		"DurationSeconds": "900", "AccessKeyId": "base-id", "SecurityToken": "base-token"} {
		if got := (*seen)[0].Get(name); got != want {
			t.Errorf("%s arrived as %q, want %q", name, got, want)
		}
	}
	if calls := c.Calls(); calls[0].AccessKeyID != c.key.AccessKeyID {
		t.Errorf("the call was signed by %s", calls[0].AccessKeyID)
	}
}

func TestAssumeRoleFails(t *testing.T) {
	base, err := FromInvocation("base-id-1234567890", "base-secret-1234567890", "base-token-1234567890")
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{"base-id-1234567890", "base-secret-1234567890", "base-token-1234567890"}
	echo := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"Code":"`+code+`","RequestId":"R-9","Message":"`+r.URL.RawQuery+` base-secret-1234567890"}`)
		}
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		class  core.CloudClass
		code   string
	}{
		{"refused", echo(403, "NoPermission"), core.CloudCredentials, "NoPermission"},
		{"unknown role", echo(404, "EntityNotExist.Role"), core.CloudCredentials, "EntityNotExist.Role"},
		{"a page", says(502, "text/html", "<html>base-secret-1234567890"), core.CloudCredentials, ""},
		{"no expiration", says(200, "application/json", `{"Credentials":{"AccessKeyId":"a","AccessKeySecret":"b","SecurityToken":"c"}}`), core.CloudCredentials, ""},
		{"reset", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, core.CloudDown, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			host, _ := sts(t, tt.answer)
			role, err := AssumeRole(base, Role{ARN: arn, STSEndpoint: host})
			if err != nil {
				t.Fatal(err)
			}
			client := c.client(t, Options{Credential: role}, inProcess{c})
			k, failed := client.stopCall(adminStop("ecd-1"))
			if failed != nil {
				t.Fatal(failed)
			}
			_, failed = client.attempt(background(t), k)
			if failed == nil || failed.Class != tt.class || failed.Code != tt.code || failed.MayHave || len(c.Calls()) != 0 {
				t.Fatalf("got %+v, want class %s, code %q and no call", failed, tt.class, tt.code)
			}
			wantNoSecret(t, tt.name, secrets, failed, failed.Error(), c.log)
		})
	}
}

func TestAssumeRoleRefusesNonsense(t *testing.T) {
	base, err := FromInvocation("i", "s", "t")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALIBABA_CLOUD_ROLE_ARN", arn)
	for name, try := range map[string]struct {
		base credentials.Credential
		role Role
	}{
		"no base":             {nil, Role{ARN: arn}},
		"no role":             {base, Role{}}, // the library would take the environment's
		"no ARN":              {base, Role{ARN: "stopper"}},
		"session name":        {base, Role{ARN: arn, SessionName: "a b"}},
		"endpoint is a URL":   {base, Role{ARN: arn, STSEndpoint: "https://sts.aliyuncs.com"}},
		"endpoint has a user": {base, Role{ARN: arn, STSEndpoint: "u@sts.aliyuncs.com"}},
	} {
		if _, err := AssumeRole(try.base, try.role); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// slowCredential is a provider that knows no context.
type slowCredential struct {
	credentials.Credential
	release chan struct{}
}

func (s slowCredential) GetCredential() (*credentials.CredentialModel, error) {
	<-s.release
	return nil, errors.New("too late")
}

func TestCredentialsHonourTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := slowCredential{release: make(chan struct{})}
		defer close(slow.release)
		c := newCloud(t, sim.Options{})
		client := c.client(t, Options{Credential: slow}, inProcess{c})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err := client.Look(ctx, region, []string{"ecd-1"})
		if e := cloudError(t, err); e.Class != core.CloudDown || e.MayHave || ctx.Err() != nil {
			t.Errorf("got %+v, want a time-out before the caller's own", e)
		}
	})
}
