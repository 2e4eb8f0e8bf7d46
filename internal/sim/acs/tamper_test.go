package acs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/ram"
)

func TestACS3Tampering(t *testing.T) {
	setHeader := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	inAuthorization := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			a := r.Header.Get("Authorization")
			if !strings.Contains(a, old) {
				panic("the vector does not contain " + old)
			}
			r.Header.Set("Authorization", strings.Replace(a, old, new, 1))
		}
	}
	setQuery := func(change func(url.Values)) func(*http.Request) {
		return func(r *http.Request) {
			q := r.URL.Query()
			change(q)
			r.URL.RawQuery = q.Encode()
		}
	}
	tests := []struct {
		name   string
		change func(*http.Request)
		code   string
	}{
		{"method", func(r *http.Request) { r.Method = "GET" }, CodeSignatureDoesNotMatch},
		{"path", func(r *http.Request) { r.URL.Path = "/other" }, CodeSignatureDoesNotMatch},
		{"host", func(r *http.Request) { r.Host = "ecd.cn-shanghai.aliyuncs.com" }, CodeSignatureDoesNotMatch},
		{"action", setHeader("x-acs-action", "StartDesktops"), CodeSignatureDoesNotMatch},
		{"version", setHeader("x-acs-version", "2020-10-02"), CodeSignatureDoesNotMatch},
		{"nonce", setHeader("x-acs-signature-nonce", "f"+vectorNonce[1:]), CodeSignatureDoesNotMatch},
		{"date", setHeader("x-acs-date", "2026-03-01T00:00:01Z"), CodeSignatureDoesNotMatch},
		{"content hash", setHeader("x-acs-content-sha256", strings.Repeat("0", 64)), CodeSignatureDoesNotMatch},
		{"parameter changed", setQuery(func(q url.Values) { q.Set("DesktopId.1", "ecd-7w78ozhjcwa3u0003") }), CodeSignatureDoesNotMatch},
		{"parameter added", setQuery(func(q url.Values) { q.Set("OsUpdate", "true") }), CodeSignatureDoesNotMatch},
		{"parameter doubled", setQuery(func(q url.Values) { q.Add("RegionId", "cn-shanghai") }), CodeSignatureDoesNotMatch},
		{"parameter removed", setQuery(func(q url.Values) { q.Del("StoppedMode") }), CodeSignatureDoesNotMatch},
		{"signature", inAuthorization("Signature=a1", "Signature=a2"), CodeSignatureDoesNotMatch},
		{"signature in capitals", inAuthorization("Signature=a1c", "Signature=A1C"), CodeSignatureDoesNotMatch},
		{"key", inAuthorization("testAccessKeyId", "otherAccessKeyId"), CodeAccessKeyNotFound},
		{"algorithm", inAuthorization("SHA256", "SM3"), CodeIncompleteSignature},
		{"no signature", inAuthorization(",Signature=a1cac14611f5b05831c3a132f4825ccf3e2f7b206e52a2efb49d6389b77959e3", ""), CodeIncompleteSignature},
		{"empty key", inAuthorization("Credential=testAccessKeyId", "Credential="), CodeIncompleteSignature},
		{"field twice", inAuthorization(",Signature", ",Credential=a,Signature"), CodeIncompleteSignature},
		{"unknown field", inAuthorization(",Signature", ",Extra=a,Signature"), CodeIncompleteSignature},
		{"host not signed", inAuthorization("host;", ""), CodeIncompleteSignature},
		{"date not signed", inAuthorization("x-acs-date;", ""), CodeIncompleteSignature},
		{"signed headers out of order", inAuthorization("host;x-acs-action", "x-acs-action;host"), CodeIncompleteSignature},
		{"signed header twice", inAuthorization("host;", "host;host;"), CodeIncompleteSignature},
		{"signed header absent", inAuthorization(";x-acs-version", ";x-acs-version;x-acs-zone"), CodeIncompleteSignature},
		{"signed header in capitals", inAuthorization("host;", "Host;host;"), CodeIncompleteSignature},
		{"header slipped in", setHeader("x-acs-security-token", "t"), CodeIncompleteSignature},
		{"no authorization", func(r *http.Request) { r.Header.Del("Authorization") }, CodeIncompleteSignature},
		{"two authorizations", func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }, CodeIncompleteSignature},
		{"malformed query", func(r *http.Request) { r.URL.RawQuery += "&a=%zz" }, "InvalidParameter"},
		{"date in another form", setHeader("x-acs-date", "2026-03-01T00:00:00+00:00"), CodeTimeStampFormat},
		{"old date", setHeader("x-acs-date", "2026-02-28T23:44:59Z"), CodeTimeStampExpired},
		{"future date", setHeader("x-acs-date", "2026-03-01T00:15:01Z"), CodeTimeStampExpired},
		{"empty nonce", setHeader("x-acs-signature-nonce", ""), "MissingSignatureNonce"},
	}
	lookup := func(key, token string) (string, error) {
		if key != vectorKey {
			return "", ram.ErrUnknownKey
		}
		return vectorSecret, nil
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := acs3Vector()
			tt.change(r)
			_, err := VerifyACS3(r, nil, lookup, vectorTime)
			status := http.StatusBadRequest
			if tt.code == CodeAccessKeyNotFound {
				status = http.StatusNotFound
			}
			wantCode(t, err, tt.code, status)
		})
	}
	t.Run("body", func(t *testing.T) {
		_, err := VerifyACS3(acs3Vector(), []byte("x"), lookup, vectorTime)
		wantCode(t, err, CodeSignatureDoesNotMatch, http.StatusBadRequest)
	})
}

func TestRPCTampering(t *testing.T) {
	const good = "1cNnFc9MTlDUPuTuaAihkBCxZA0="
	set := func(name, value string) func(url.Values) { return func(v url.Values) { v.Set(name, value) } }
	del := func(name string) func(url.Values) { return func(v url.Values) { v.Del(name) } }
	tests := []struct {
		name   string
		method string
		change func(url.Values)
		code   string
	}{
		{"method", "GET", func(url.Values) {}, CodeSignatureDoesNotMatch},
		{"action", "POST", set("Action", "StartDesktops"), CodeSignatureDoesNotMatch},
		{"version", "POST", set("Version", "2020-10-02"), CodeSignatureDoesNotMatch},
		{"nonce", "POST", set("SignatureNonce", "x"), CodeSignatureDoesNotMatch},
		{"time", "POST", set("Timestamp", "2026-03-01T00:00:01Z"), CodeSignatureDoesNotMatch},
		{"parameter", "POST", set("DesktopId.1", "ecd-other"), CodeSignatureDoesNotMatch},
		{"parameter added", "POST", set("SecurityToken", "t"), CodeSignatureDoesNotMatch},
		{"parameter removed", "POST", del("StoppedMode"), CodeSignatureDoesNotMatch},
		{"parameter doubled", "POST", func(v url.Values) { v.Add("RegionId", "cn-shanghai") }, "InvalidParameter"},
		{"signature", "POST", set("Signature", "2cNnFc9MTlDUPuTuaAihkBCxZA0="), CodeSignatureDoesNotMatch},
		{"no signature", "POST", del("Signature"), CodeIncompleteSignature},
		{"other method", "POST", set("SignatureMethod", "HMAC-SHA256"), CodeIncompleteSignature},
		{"other version", "POST", set("SignatureVersion", "2.0"), CodeIncompleteSignature},
		{"no key", "POST", del("AccessKeyId"), "MissingAccessKeyId"},
		{"no nonce", "POST", del("SignatureNonce"), "MissingSignatureNonce"},
		{"no time", "POST", del("Timestamp"), "MissingTimestamp"},
		{"time in another form", "POST", set("Timestamp", "2026-03-01 00:00:00"), CodeTimeStampFormat},
		{"old", "POST", set("Timestamp", "2026-02-28T23:44:59Z"), CodeTimeStampExpired},
		{"future", "POST", set("Timestamp", "2026-03-01T00:15:01Z"), CodeTimeStampExpired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			params := rpcVector(good)
			tt.change(params)
			_, err := VerifyRPC(tt.method, params, vectorLookup, vectorTime)
			wantCode(t, err, tt.code, http.StatusBadRequest)
		})
	}
}

func TestTimeEdges(t *testing.T) {
	for _, now := range []time.Time{vectorTime.Add(ClockSkew), vectorTime.Add(-ClockSkew)} {
		if _, err := VerifyACS3(acs3Vector(), nil, vectorLookup, now); err != nil {
			t.Errorf("at %s: %v", now, err)
		}
	}
}

func TestLookupErrors(t *testing.T) {
	for _, tt := range []struct {
		err    error
		code   string
		status int
	}{
		{ram.ErrUnknownKey, CodeAccessKeyNotFound, 404},
		{ram.ErrMissingToken, CodeMissingSecurityToken, 400},
		{ram.ErrTokenMismatch, CodeSecurityTokenMismatch, 400},
		{ram.ErrTokenExpired, CodeSecurityTokenExpired, 403},
		{errors.New("disk on fire"), "InternalError", 500},
	} {
		lookup := func(string, string) (string, error) { return "", fmt.Errorf("ask the authority: %w", tt.err) }
		_, err := VerifyACS3(acs3Vector(), nil, lookup, vectorTime)
		wantCode(t, err, tt.code, tt.status)
		_, err = VerifyRPC("POST", rpcVector("1cNnFc9MTlDUPuTuaAihkBCxZA0="), lookup, vectorTime)
		wantCode(t, err, tt.code, tt.status)
	}
}

func TestMismatchKeepsItsSecrets(t *testing.T) {
	params := rpcVector("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	params.Set("SecurityToken", "token-of-alice")
	_, err := VerifyRPC("POST", params, vectorLookup, vectorTime)
	e := wantCode(t, err, CodeSignatureDoesNotMatch, http.StatusBadRequest)
	if strings.Contains(e.Error(), "token-of-alice") {
		t.Errorf("error text holds the token: %s", e.Error())
	}
	if !strings.HasPrefix(e.StringToSign, "POST&%2F&") {
		t.Errorf("StringToSign is %q", e.StringToSign)
	}
}

// A content hash that is signed but false is refused: the gateway hashes the
// body itself.
func TestFalseContentHash(t *testing.T) {
	r := acs3Vector()
	r.Header.Set("X-Acs-Content-Sha256", strings.Repeat("0", 64))
	_, err := VerifyACS3(r, nil, vectorLookup, vectorTime)
	canonical := wantCode(t, err, CodeSignatureDoesNotMatch, http.StatusBadRequest).StringToSign
	if !strings.HasSuffix(canonical, emptySHA256) {
		t.Fatalf("the canonical request ends in another hash: %q", canonical)
	}
	sum := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(vectorSecret))
	mac.Write([]byte(AlgorithmACS3 + "\n" + hex.EncodeToString(sum[:])))
	head, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	r.Header.Set("Authorization", head+"Signature="+hex.EncodeToString(mac.Sum(nil)))
	_, err = VerifyACS3(r, nil, vectorLookup, vectorTime)
	wantCode(t, err, CodeSignatureDoesNotMatch, http.StatusBadRequest)
}
