package tests

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// senderTeam is one sender of testdata/senders as its system sends. What it signs
// with is written here anew, apart from the product, as the vendors' pages have
// it.
type senderTeam struct {
	name string
	key  string // its variables are <key>_NEW and <key>_OLD
	make func() string
	// body is what the system sends about one desktop at a moment.
	body func(desktop, id string, at time.Time) string
	// prove puts the proof of the body and its id into the header.
	prove func(h http.Header, secret, id string, at time.Time, body string)
	proof string // name of the header that proves
	id    string // name of the header that tells the delivery's id, if one does
	// signs says that the proof covers the body, and not only who sends.
	signs bool
	// stale is the answer to an old delivery; 0 is that it is the same run.
	stale int
}

func randomText() string { return rand.Text() + rand.Text() }

func randomBytes() []byte {
	b := make([]byte, 32)
	rand.Read(b)
	return b
}

func hmacOf(secret string, parts ...string) []byte {
	m := hmac.New(sha256.New, []byte(secret))
	for _, p := range parts {
		io.WriteString(m, p)
	}
	return m.Sum(nil)
}

func hubProof(header, prefix string) func(http.Header, string, string, time.Time, string) {
	return func(h http.Header, secret, _ string, _ time.Time, body string) {
		h.Set(header, prefix+hex.EncodeToString(hmacOf(secret, body)))
	}
}

func staticProof(header, prefix string, keyed bool) func(http.Header, string, string, time.Time, string) {
	return func(h http.Header, secret, id string, _ time.Time, _ string) {
		h.Set(header, prefix+secret)
		if keyed {
			h.Set("Idempotency-Key", id)
		}
	}
}

// senderTeams are all schemes.
func senderTeams() []senderTeam {
	stamp := func(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }
	return []senderTeam{
		{name: "own-words", key: "STANDARD", make: func() string { return "whsec_" + base64.StdEncoding.EncodeToString(randomBytes()) },
			body: func(desktop, _ string, _ time.Time) string {
				return `{"RegionId":"cn-hangzhou","DesktopId":["` + desktop + `"],"Reason":"end of the shift"}`
			},
			prove: func(h http.Header, secret, id string, at time.Time, body string) {
				raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
				moment := strconv.FormatInt(at.Unix(), 10)
				h.Set("webhook-id", id)
				h.Set("webhook-timestamp", moment)
				h.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(hmacOf(string(raw), id+"."+moment+".", body)))
			}, proof: "webhook-signature", id: "webhook-id", signs: true, stale: 401},
		{name: "zendesk", key: "ZENDESK", make: randomText,
			body: func(desktop, id string, _ time.Time) string {
				return `{"ticket":{"id":"` + id + `","title":"Switch it off","desktop":"` + desktop + `","tags":["pc","night"]}}`
			},
			prove: func(h http.Header, secret, _ string, at time.Time, body string) {
				h.Set("X-Zendesk-Webhook-Signature-Timestamp", stamp(at))
				h.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(hmacOf(secret, stamp(at), body)))
			}, proof: "X-Zendesk-Webhook-Signature", id: "X-Zendesk-Webhook-Signature-Timestamp", signs: true, stale: 401},
		{name: "github", key: "GITHUB", make: randomText,
			body: func(desktop, id string, at time.Time) string {
				return `{"action":"opened","issue":{"number":4711,"title":"Night","body":"Please stop ` + desktop + ` tonight.\r\nThanks","updated_at":"` + stamp(at) + `"},"repository":{"full_name":"example/desk"},"nonce":"` + id + `"}`
			}, prove: hubProof("X-Hub-Signature-256", "sha256="), proof: "X-Hub-Signature-256", signs: true, stale: 400},
		{name: "jira", key: "JIRA", make: randomText,
			body: func(desktop, id string, at time.Time) string {
				return `{"timestamp":` + strconv.FormatInt(at.UnixMilli(), 10) + `,"webhookEvent":"jira:issue_updated","issue":{"id":"10002","key":"IT-` + id + `","fields":{"summary":"Night","customfield_10010":"` + desktop + `"}}}`
			}, prove: hubProof("X-Hub-Signature", "sha256="), proof: "X-Hub-Signature", signs: true, stale: 400},
		{name: "pagerduty", key: "PAGERDUTY", make: randomText,
			body: func(desktop, id string, at time.Time) string {
				return `{"event":{"id":"` + id + `","event_type":"incident.triggered","occurred_at":"` + stamp(at) + `","data":{"id":"PGR0VU2","type":"incident","title":"stop ` + desktop + `"}}}`
			}, prove: hubProof("X-PagerDuty-Signature", "v1="), proof: "X-PagerDuty-Signature", signs: true, stale: 400},
		{name: "signed-body", key: "HUB", make: randomText,
			body: func(desktop, id string, at time.Time) string {
				return `{"at":"` + at.Format(time.RFC3339Nano) + `","desktops":["` + desktop + `"],"id":"` + id + `"}`
			}, prove: hubProof("X-Tickets-Signature", "sha256="), proof: "X-Tickets-Signature", signs: true, stale: 400},
		{name: "freshservice", key: "FRESHSERVICE", make: randomText,
			body: func(desktop, id string, _ time.Time) string {
				return `{"ticket_id":"SR-` + id + `","computers":"` + desktop + `, ` + desktop + `"}`
			}, prove: staticProof("X-Desk-Key", "", false), proof: "X-Desk-Key"},
		{name: "gitlab", key: "GITLAB", make: randomText,
			body: func(desktop, _ string, _ time.Time) string {
				return `{"object_kind":"issue","object_attributes":{"iid":23,"action":"open","description":"stop ` + desktop + `."}}`
			}, prove: staticProof("X-Gitlab-Token", "", true), proof: "X-Gitlab-Token"},
		{name: "token", key: "BEARER", make: randomText,
			body: func(desktop, _ string, _ time.Time) string {
				return `{"RegionId":"cn-hangzhou","DesktopId":["` + desktop + `"]}`
			}, prove: staticProof("Authorization", "Bearer ", true), proof: "Authorization"},
		{name: "servicenow", key: "BASIC", make: func() string { return "snow:" + randomText() },
			body: func(desktop, id string, _ time.Time) string {
				return `{"number":"INC` + id + `","cmdb_ci":"` + desktop + `","sys_updated_on":"2026-01-05 10:00:00"}`
			},
			prove: func(h http.Header, secret, _ string, _ time.Time, _ string) {
				h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(secret)))
			}, proof: "Authorization"},
	}
}

// desktop is what a team's tickets are about.
func (s senderTeam) desktop() string { return "ecd-" + strings.ReplaceAll(s.name, "-", "") + "1" }

// victim is another desktop, whose id differs in one byte.
func (s senderTeam) victim() string { return strings.TrimSuffix(s.desktop(), "1") + "2" }

// delivery is one request of a sender as it goes out.
type delivery struct {
	path   string
	header http.Header
	body   string
}

func (d delivery) clone() delivery { d.header = d.header.Clone(); return d }

// with returns the delivery with a header replaced, or removed.
func (d delivery) with(name, value string) delivery {
	d = d.clone()
	d.header.Del(name)
	if value != "" {
		d.header.Set(name, value)
	}
	return d
}

// sealed makes a delivery of the sender about a desktop.
func (s senderTeam) sealed(secret, desktop, id string, at time.Time) delivery {
	d := delivery{path: "/senders/" + s.name, header: http.Header{"Content-Type": {"application/json"}}, body: s.body(desktop, id, at)}
	s.prove(d.header, secret, id, at, d.body)
	return d
}

// ticketID is a new ticket's number.
func ticketID() string { return rand.Text()[:10] }
