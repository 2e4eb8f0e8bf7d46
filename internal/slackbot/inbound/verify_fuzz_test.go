package inbound

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// FuzzVerify looks for headers and a body that are let through without a
// signature of the secret over exactly them, or that make the verifier panic. An
// error quotes nothing that was sent.
func FuzzVerify(f *testing.F) {
	now := strconv.FormatInt(time.Now().Unix(), 10)
	for _, seed := range [][3]string{
		{vectorTimestamp, vectorSignature, vectorBody},
		{now, sign(vectorSecret, now, vectorBody), vectorBody},
		{now, sign(vectorSecret, now, ""), ""},
		{now, sign("another-secret-of-some-length", now, "a=b"), "a=b"},
		{"", "", ""}, {now, "v0=", "a=b"}, {now, "v1=00", "a=b"}, {"-1", "v0=zz", "\x00"}, {"9223372036854775808", "v0=" + vectorSecret, "a"},
		{now + "," + now, sign(vectorSecret, now, "a") + "," + sign(vectorSecret, now, "a"), "a"}, {" " + now, "v0=00", "\xff"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, timestamp, signature, body string) {
		v := verifier(t, vectorSecret, core.Secret("a-second-secret-of-some-length"))
		h := http.Header{HeaderTimestamp: {timestamp}, HeaderSignature: {signature}}
		err := v.Verify(h, []byte(body))
		if err == nil {
			if signature != sign(vectorSecret, timestamp, body) && signature != sign("a-second-secret-of-some-length", timestamp, body) {
				t.Errorf("let through: %q %q %q", timestamp, signature, body)
			}
			h[HeaderSignature] = append(h[HeaderSignature], signature)
			if v.Verify(h, []byte(body)) == nil {
				t.Error("a signature that is sent twice is let through")
			}
			return
		}
		if core.CodeOf(err) != core.Unauthenticated || len(err.Error()) > 200 {
			t.Errorf("error %v", err)
		}
	})
}
