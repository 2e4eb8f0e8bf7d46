package fc_test

import (
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"

	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/ram"
)

// sign signs a request with the vendor's own signature function.
func sign(t *testing.T, r *http.Request, body string, c ram.Credentials) {
	t.Helper()
	query := map[string]*string{}
	for k, v := range r.URL.Query() {
		query[k] = new(v[0])
	}
	hash := openapi.Hash([]byte(body), new("ACS3-HMAC-SHA256"))
	hexHash := hex.EncodeToString(hash)
	signed := map[string]*string{
		"host": new(r.URL.Host), "x-acs-version": new("2023-03-30"), "x-acs-action": new("InvokeFunction"),
		"x-acs-date": openapi.GetTimestamp(), "x-acs-signature-nonce": openapi.GetNonce(), "x-acs-content-sha256": new(hexHash),
		"x-acs-security-token": new(c.SecurityToken),
	}
	request := &dara.Request{Method: new(r.Method), Pathname: new(r.URL.Path), Query: query, Headers: signed}
	auth := openapi.GetAuthorization(request, new("ACS3-HMAC-SHA256"), new(hexHash), new(c.AccessKeyID), new(c.AccessKeySecret))
	for k, v := range signed {
		r.Header.Set(k, *v)
	}
	r.Header.Set("Authorization", *auth)
}

func TestSignedTrigger(t *testing.T) {
	a := authority(time.Now)
	p := start(t, fc.Options{Authority: a}, worker(func(f *fc.Function) { f.HTTP.AuthType = fc.AuthFunction }))
	for _, test := range []struct {
		name, role, sent string
		signed           bool
		status           int
	}{
		{"signed", "caller", `{"n":1}`, true, 200},
		{"unsigned", "caller", `{"n":1}`, false, 400},
		{"another body", "caller", `{"n":2}`, true, 403},
		{"no right", "nothing", `{"n":1}`, true, 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := http.NewRequest("POST", p.HTTPURL("worker")+"/stop?x=1", strings.NewReader(test.sent))
			if err != nil {
				t.Fatal(err)
			}
			if test.signed {
				sign(t, r, `{"n":1}`, issue(t, a, test.role))
			}
			resp, body := send(t, r)
			if resp.StatusCode != test.status {
				t.Errorf("status %d, want %d: %s", resp.StatusCode, test.status, body)
			}
		})
	}
}
