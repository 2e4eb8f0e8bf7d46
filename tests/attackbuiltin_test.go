package tests

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAttacksOnTheBuiltInSender walks the routes that take the deployment's own
// signature and token.
func TestAttacksOnTheBuiltInSender(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), nil)
	if err := w.ECD.Add(two()...); err != nil {
		t.Fatal(err)
	}
	body := `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`
	signed := func() delivery {
		h := http.Header{}
		for k, v := range w.signed(fresh(), body) {
			h.Set(k, v)
		}
		return delivery{"/stop", h, body}
	}
	byToken := func() delivery {
		return delivery{"/stop", http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + w.WebhookToken}, "Idempotency-Key": {fresh()}}, body}
	}
	good := signed()
	if r := w.deliver(http.MethodPost, good); r.Status != http.StatusAccepted {
		t.Fatalf("the good request: %d %s", r.Status, r.Text)
	}
	w.drain()
	w.restart()
	before := w.calm()

	both := signed()
	both.header.Set("Authorization", "Bearer "+w.WebhookToken)
	lent := byToken().with("Authorization", "Bearer "+w.secrets["BEARER_NEW"])
	for name, c := range map[string]struct {
		d      delivery
		status int
	}{
		"replay":                   {good, 200},
		"signature and token":      {both, 401},
		"another sender's token":   {lent, 401},
		"Basic where Bearer is":    {byToken().with("Authorization", "Basic "+w.WebhookToken), 401},
		"token twice":              {func() delivery { d := byToken(); d.header.Add("Authorization", "Bearer "+w.WebhookToken); return d }(), 401},
		"token in the signature":   {signed().with("webhook-signature", "v1,"+w.WebhookToken), 401},
		"of version v1a":           {signed().with("webhook-signature", strings.Replace(signed().header.Get("webhook-signature"), "v1,", "v1a,", 1)), 401},
		"hex where base64 is":      {signed().with("webhook-signature", "v1,"+hex.EncodeToString(hmacOf("x"))), 401},
		"seventeen signatures":     {signed().with("webhook-signature", strings.Repeat("v1,AAAA ", 16)+"v1,AAAA"), 401},
		"a header of 3 KB":         {signed().with("webhook-signature", "v1,"+strings.Repeat("A", 3000)), 401},
		"a time of another form":   {signed().with("webhook-timestamp", fmt.Sprintf("+%d", time.Now().Unix())), 401},
		"as an asynchronous event": {good.with("X-Fc-Invocation-Type", "Async"), 202}, // anybody may queue; it is the same run
	} {
		w.refused(t, name, w.deliver(http.MethodPost, c.d), c.status)
		w.unharmed(t, name, before)
	}
	// What only a token opens is not opened by a signature, nor by nothing, nor by
	// the token of a sender whose May does not hold it.
	for _, r := range w.routes("") {
		if !r.token {
			continue
		}
		for name, c := range map[string]struct {
			d      delivery
			status int
		}{"signature": {signed(), 401}, "another sender's token": {lent, 403}, "both": {both, 401}, "nothing": {delivery{header: http.Header{}}, 401}} {
			d := c.d
			if d.path, d.body = r.path, `{"For":"1h","Reason":"x"}`; r.method == http.MethodGet {
				d.body = ""
			}
			w.refused(t, r.method+" "+r.path+" by "+name, w.deliver(r.method, d), c.status)
		}
	}
	w.unharmed(t, "routes of the token", before)
	// Reading is not stopping: the token of a sender that may read opens nothing
	// else.
	reader := delivery{header: http.Header{"Authorization": {"Bearer " + w.secrets["READS_NEW"]}}}
	for _, r := range w.routes("") {
		status := map[string]int{"/healthz": 200}[r.path]
		switch {
		case !r.token:
			status = 401
		case r.method == http.MethodGet:
			status = 200
		case status == 0:
			status = 403
		}
		d := reader
		if d.path = r.path; r.method == http.MethodPost {
			d.body = `{"For":"1h","Reason":"x"}`
		}
		if a := w.deliver(r.method, d); a.Status != status && !strings.HasPrefix(r.path, "/why") { // there is no such desktop
			t.Errorf("%s %s by a sender that may read: %d %s, want %d", r.method, r.path, a.Status, a.Text, status)
		}
	}
	w.unharmed(t, "a sender that may read", before)
}
