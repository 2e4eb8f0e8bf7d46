package tests

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
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

// senderWorld is a slackWorld whose senders, groups and secrets are those of
// testdata/senders.
type senderWorld struct {
	*world
	secrets map[string]string // by variable
	bot     string
	dir     string // of the configuration
	conf    map[string]fc.Function
}

// newSenderWorld deploys testdata/senders with one of its files of senders.
func newSenderWorld(t *testing.T, senders string, replace []string, secrets map[string]string, env map[string]string, options ...option) *senderWorld {
	t.Helper()
	s := &senderWorld{secrets: secrets, bot: "xoxb-" + randomText(), conf: map[string]fc.Function{}}
	s.dir = senderFolder(t, senders, replace...)
	all := map[string]string{"SLACK_BOT_TOKEN": s.bot, "SLACK_IDENTITY": "file"}
	maps.Copy(all, env)
	fixed := []option{
		withEnv(all),
		func(o *cloudOptions) {
			o.Config, o.Slack.BotToken = s.dir, s.bot
			o.Function = func(f *fc.Function) {
				if f.Name == "stopdesktops" {
					f.Timers = nil
					for _, name := range []string{"nightly", "selects", "yearly"} {
						f.Timers = append(f.Timers, fc.TimerTrigger{Name: name, Cron: "0 * * * * *", Payload: `{"Timer":"` + name + `"}`, Enable: true})
					}
					maps.Copy(f.Env, secrets)
				}
				s.conf[f.Name] = *f
			}
		},
	}
	s.world = slackWorld(t, nil, append(fixed, options...)...)
	s.Slack.Invite(channel)
	s.Secrets = append(s.Secrets, s.bot)
	for _, secret := range secrets {
		s.Secrets = append(s.Secrets, secret, strings.TrimPrefix(secret, "whsec_"))
	}
	return s
}

// senderFolder copies testdata/senders, with one of its lists of senders, into a
// folder of the test's own.
func senderFolder(t *testing.T, senders string, replace ...string) string {
	t.Helper()
	dir := t.TempDir()
	files, err := filepath.Glob("testdata/senders/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		switch {
		case name == senders:
			name = "senders.yaml"
		case name == "senders.yaml" || name == "callbacks.yaml":
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.NewReplacer(replace...).Replace(string(text))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// deliver makes one request with its headers as they are, each as often as it is
// there.
func (s *senderWorld) deliver(method string, d delivery) response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.FC.HTTPURL("stopdesktops")+d.path, strings.NewReader(d.body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header = d.header.Clone()
	resp, err := http.DefaultTransport.RoundTrip(r) // which follows no redirection
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, d.path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	out := response{Status: resp.StatusCode, Header: resp.Header, Text: string(text)}
	if len(text) > 0 && json.Unmarshal(text, &out) != nil {
		s.t.Errorf("%s %s: the answer is not JSON: %s", method, d.path, text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers.Write(text)
	fmt.Fprintln(&s.answers, resp.Header)
	return out
}

// redeploy deploys the main function anew with other secrets and senders.
func (s *senderWorld) redeploy(edit func(f *fc.Function)) {
	s.t.Helper()
	s.redeployOne("stopdesktops", edit)
}

// redeployOne deploys one function anew.
func (s *senderWorld) redeployOne(name string, edit func(f *fc.Function)) {
	s.t.Helper()
	f := s.conf[name]
	f.Env = maps.Clone(f.Env)
	edit(&f)
	if err := s.FC.Deploy(f); err != nil {
		s.t.Fatal(err)
	}
}

// changing are the calls that change something, as the double took them.
func (w *world) changing() int {
	n := 0
	for _, c := range w.ECD.Calls() {
		if slices.Contains([]string{"StopDesktops", "TagResources", "UntagResources"}, c.Operation) {
			n++
		}
	}
	return n
}

// keys are the records in the bucket.
func (w *world) keys() []string { return slices.Sorted(maps.Keys(w.OSS.Objects())) }

// logLines returns the log lines of the main function that hold all the words.
func (w *world) logLines(words ...string) []string {
	var found []string
	for line := range bytes.Lines([]byte(w.FC.Logs("stopdesktops"))) {
		all := true
		for _, word := range words {
			all = all && bytes.Contains(line, []byte(word))
		}
		if all {
			found = append(found, string(line))
		}
	}
	return found
}
