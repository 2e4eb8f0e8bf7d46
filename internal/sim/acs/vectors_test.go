package acs

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The key pair, time and nonce of the vectors. The signatures were computed
// with the vendor's own signing functions.
const (
	vectorKey    = "testAccessKeyId"
	vectorSecret = "testAccessKeySecret"
	vectorNonce  = "0123456789abcdef0123456789abcdef"
	vectorDate   = "2026-03-01T00:00:00Z"
	emptySHA256  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

var vectorTime = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func vectorLookup(key, token string) (string, error) { return vectorSecret, nil }

func acs3Vector() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "https://ecd.cn-hangzhou.aliyuncs.com/?StoppedMode=StopCharging&RegionId=cn-hangzhou&DesktopId.2=ecd-7w78ozhjcwa3u0002&DesktopId.1=ecd-7w78ozhjcwa3u0001", nil)
	r.Header.Set("x-acs-version", "2020-09-30")
	r.Header.Set("x-acs-action", "StopDesktops")
	r.Header.Set("x-acs-date", vectorDate)
	r.Header.Set("x-acs-signature-nonce", vectorNonce)
	r.Header.Set("x-acs-content-sha256", emptySHA256)
	r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=a1cac14611f5b05831c3a132f4825ccf3e2f7b206e52a2efb49d6389b77959e3")
	return r
}

func rpcVector(signature string) url.Values {
	return url.Values{
		"Action": {"StopDesktops"}, "Version": {"2020-09-30"}, "Format": {"json"},
		"AccessKeyId": {vectorKey}, "SignatureMethod": {"HMAC-SHA1"}, "SignatureVersion": {"1.0"},
		"SignatureNonce": {vectorNonce}, "Timestamp": {vectorDate},
		"RegionId": {"cn-hangzhou"}, "StoppedMode": {"StopCharging"},
		"DesktopId.1": {"ecd-7w78ozhjcwa3u0001"}, "DesktopId.2": {"ecd-7w78ozhjcwa3u0002"},
		"Signature": {signature},
	}
}

func TestACS3Vector(t *testing.T) {
	got, err := VerifyACS3(acs3Vector(), nil, vectorLookup, vectorTime)
	if err != nil {
		t.Fatal(err)
	}
	want := Signed{AccessKeyID: vectorKey, Action: "StopDesktops", Version: "2020-09-30", Nonce: vectorNonce, Date: vectorTime}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRPCVectors(t *testing.T) {
	for method, signature := range map[string]string{
		"POST": "1cNnFc9MTlDUPuTuaAihkBCxZA0=",
		"GET":  "wJEfVAGbFpGnBnFFFeblZt2gftc=",
	} {
		got, err := VerifyRPC(method, rpcVector(signature), vectorLookup, vectorTime)
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		want := Signed{AccessKeyID: vectorKey, Action: "StopDesktops", Version: "2020-09-30", Nonce: vectorNonce, Date: vectorTime}
		if got != want {
			t.Errorf("%s: got %+v, want %+v", method, got, want)
		}
	}
}

// wantCode fails the test unless err is an *Error with the code and none of
// the secrets of the vectors in its text.
func wantCode(t *testing.T, err error, code string, status int) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want %s", err, code)
	}
	if e.Code != code || e.HTTPStatus != status {
		t.Errorf("got %s (%d), want %s (%d); message %q", e.Code, e.HTTPStatus, code, status, e.Message)
	}
	if strings.Contains(e.Error(), vectorSecret) {
		t.Errorf("error text holds the secret: %s", e.Error())
	}
	return e
}
