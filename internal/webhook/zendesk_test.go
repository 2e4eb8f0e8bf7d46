package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

// zendeskSecret is the example of Zendesk's older page on the webhooks of its
// event connectors.
const zendeskSecret = core.Secret("HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=")

var zendeskKit = kit{
	name: webhook.SchemeZendesk, secrets: append([]core.Secret{zendeskSecret}, macSecrets[1:]...),
	make: func(keys []webhook.Key) (webhook.Scheme, error) { return webhook.NewZendesk(keys) },
	sign: func(secret core.Secret, _ string, at time.Time, body []byte) http.Header {
		return zendeskSigned(secret, at.UTC().Format(time.RFC3339), body)
	},
	proof:      "X-Zendesk-Webhook-Signature",
	headers:    []string{"X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"},
	coversBody: true, coversTime: true,
}

func zendeskSigned(secret core.Secret, at string, body []byte) http.Header {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(at))
	mac.Write(body)
	return zendeskHeaders(base64.StdEncoding.EncodeToString(mac.Sum(nil)), at)
}

func zendeskHeaders(signature, at string) http.Header {
	h := http.Header{}
	h.Set("X-Zendesk-Webhook-Signature", signature)
	h.Set("X-Zendesk-Webhook-Signature-Timestamp", at)
	return h
}

// TestZendeskVector takes secret, time and body of Zendesk's older page and the
// recipe of its present one, base64(HMACSHA256(TIMESTAMP + BODY)), which gives
// no signature; this one was computed with Python's hmac. The older page put the
// body first: what is signed so is refused.
func TestZendeskVector(t *testing.T) {
	at := time.Date(2021, 7, 25, 10, 0, 0, 0, time.UTC)
	body := []byte(`{"say": "hello"}`)
	s := zendeskKit.scheme(t, webhook.Key{Sender: "alice", Secret: zendeskSecret})
	zendeskKit.accepts(t, s, at, zendeskHeaders("Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk=", "2021-07-25T10:00:00Z"), body)
	zendeskKit.refuses(t, s, at, zendeskHeaders("tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw=", "2021-07-25T10:00:00Z"), body)
}

// The secret of Zendesk's test requests is the same for everybody.
func TestZendeskTestSecretOpensNothing(t *testing.T) {
	_, err := webhook.NewZendesk([]webhook.Key{{Sender: "alice", Secret: "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="}})
	if err == nil || !strings.Contains(err.Error(), "everybody's test requests") {
		t.Errorf("got %v", err)
	}
}

func TestZendeskTimes(t *testing.T) {
	s := zendeskKit.scheme(t, webhook.Key{Sender: "alice", Secret: zendeskSecret})
	for at, ok := range map[string]bool{
		"2021-02-25T15:02:10Z": true, "2021-02-25T15:02:10.123Z": true, "2021-02-25T15:02:10+00:00": false, "2021-02-25t15:02:10z": false, "2021-02-25T15:02:10": false,
		"1614265330": false, "2021-02-25T15:02:10ZZ": false, "2021-02-25T15:02:10Z{": false, "2021-02-30T15:02:10Z": false, "2021-02-25T15:02:60Z": false, "2021-02-25 15:02:10Z": false,
	} {
		zendeskKit.expect(t, s, now, zendeskSigned(zendeskSecret, at, body), body, ok)
	}
}

// TestZendeskTimeKeepsToItself shows why a time is read so strictly: with
// nothing between, what is cut from it could be put before the body.
func TestZendeskTimeKeepsToItself(t *testing.T) {
	s := zendeskKit.scheme(t, webhook.Key{Sender: "alice", Secret: zendeskSecret})
	h := zendeskSigned(zendeskSecret, "2021-02-25T15:02:10Z", body)
	for cut := range len("2021-02-25T15:02:10Z") {
		moved := h.Clone()
		moved.Set("X-Zendesk-Webhook-Signature-Timestamp", "2021-02-25T15:02:10Z"[:cut])
		zendeskKit.refuses(t, s, now, moved, []byte("2021-02-25T15:02:10Z"[cut:]+string(body)))
	}
	moved := h.Clone()
	moved.Set("X-Zendesk-Webhook-Signature-Timestamp", "2021-02-25T15:02:10Z"+string(body[:1]))
	zendeskKit.refuses(t, s, now, moved, body[1:])
}

// One body of fixed text is sent for every ticket; sent at another time it is
// another delivery.
func TestZendeskDeliveries(t *testing.T) {
	s := zendeskKit.scheme(t, webhook.Key{Sender: "alice", Secret: zendeskSecret})
	first, err1 := s.Verify(now, zendeskKit.sign(zendeskSecret, "", now, body), body)
	second, err2 := s.Verify(now, zendeskKit.sign(zendeskSecret, "", now.Add(time.Second), body), body)
	if err1 != nil || err2 != nil || first.Delivery == second.Delivery {
		t.Errorf("%+v, %v and %+v, %v", first, err1, second, err2)
	}
}

func FuzzZendesk(f *testing.F) {
	h := zendeskKit.sign(zendeskSecret, "", now, body)
	f.Add(h.Get("X-Zendesk-Webhook-Signature"), h.Get("X-Zendesk-Webhook-Signature-Timestamp"), body)
	f.Add(strings.TrimSuffix(h.Get("X-Zendesk-Webhook-Signature"), "="), "2021-02-25T15:02:10Z{", body[1:])
	f.Add("", "0000-00-00T00:00:00Z", []byte(nil))
	s, err := zendeskKit.make([]webhook.Key{{Sender: "alice", Secret: zendeskSecret}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, signature, at string, body []byte) {
		_, err := s.Verify(now, zendeskHeaders(signature, at), body)
		if err != nil {
			zendeskKit.silent(t, err)
		} else if want := zendeskSigned(zendeskSecret, at, body).Get("X-Zendesk-Webhook-Signature"); signature != want || strings.Count(at, "Z") != 1 {
			t.Errorf("accepted %q at %q over %q", signature, at, body)
		}
	})
}
