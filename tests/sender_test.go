package tests

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/oss"
	"stopdesktops/internal/webhook"
)

// TestEverySchemeHasATeam: what is said below of senders is said of each scheme.
func TestEverySchemeHasATeam(t *testing.T) {
	t.Parallel()
	text := string(read(t, filepath.Join("testdata", "senders", "senders.yaml")))
	of := map[string]bool{}
	for _, s := range senderTeams() {
		_, entry, found := strings.Cut(text, "Name: "+s.name+"\n")
		_, entry, ok := strings.Cut(entry, "Scheme: ")
		if scheme, _, whole := strings.Cut(entry, "\n"); !found || !ok || !whole {
			t.Errorf("senders.yaml has no %s", s.name)
		} else {
			of[scheme] = true
		}
	}
	if got := slices.Sorted(maps.Keys(of)); !slices.Equal(got, webhook.Schemes()) {
		t.Errorf("teams of %q, the schemes are %q", got, webhook.Schemes())
	}
}

// TestSendersStopOnce: the good request of every scheme stops its desktop once,
// whether it comes once or three times at once, and says who asked and why.
func TestSendersStopOnce(t *testing.T) {
	t.Parallel()
	secrets := teamSecrets()
	w := newSenderWorld(t, "senders.yaml", nil, secrets, nil)
	reasons := map[string]string{"own-words": "end of the shift", "zendesk": "Switch it off", "github": "Night", "jira": "Night"}
	tickets := map[string]string{"github": "4711", "gitlab": "23", "pagerduty": "PGR0VU2"}
	for _, s := range senderTeams() {
		if err := w.ECD.Add(ecd.Desktop{Region: "cn-hangzhou", ID: s.desktop()}); err != nil {
			t.Fatal(err)
		}
	}
	runs := map[string]core.RunID{}
	for _, s := range senderTeams() {
		d := s.sealed(secrets[s.key+"_NEW"], s.desktop(), ticketID(), time.Now())
		var answers [3]response
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = w.deliver(http.MethodPost, d) })
		}
		all.Wait()
		first := 0
		for _, a := range answers {
			if a.Status/100 != 2 || a.RunId != answers[0].RunId {
				t.Errorf("%s: %d %s", s.name, a.Status, a.Text)
			}
			if !a.Repeated {
				first++
			}
		}
		if first != 1 {
			t.Errorf("%s: %d of three equal deliveries are said to be the first", s.name, first)
		}
		runs[s.name] = answers[0].RunId
	}
	w.drain()
	for _, s := range senderTeams() {
		if got := w.changed()[s.desktop()]; got != 1 {
			t.Errorf("%s: its desktop was stopped %d times", s.name, got)
		}
		a := w.get("/runs/" + string(runs[s.name]))
		if a.Report == nil || a.Report.Caller != (core.Caller{Door: core.Webhook, Name: s.name}) || a.Report.Reason != reasons[s.name] {
			t.Fatalf("%s: %s", s.name, a.Text)
		}
		wantOutcomes(t, *a.Report, map[string]core.Code{s.desktop(): core.Stopped})
		if ticket := tickets[s.name]; ticket != "" && len(w.logLines(`"audit"`, string(runs[s.name]), `"decision":"report"`, `"ticket":"`+ticket+`"`)) != 1 {
			t.Errorf("%s: no audit line names ticket %s", s.name, ticket)
		}
	}
}

// TestSendersMayOnlySo: what a sender may ask is asked before the policy, which
// would let it.
func TestSendersMayOnlySo(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), nil)
	if err := w.ECD.Add(append(two(), ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-vault1"})...); err != nil {
		t.Fatal(err)
	}
	before := w.calm()
	for _, c := range []struct {
		sender, key, desktop string
		dry                  bool
		status               int
		says                 string
	}{
		{"looks-only", "LOOKS_NEW", "ecd-a", false, 403, "may only preview"},
		{"looks-only", "LOOKS_NEW", "ecd-a", true, 200, "would_stop"},
		{"reads-only", "READS_NEW", "ecd-a", false, 403, "may not stop"},
		{"reads-only", "READS_NEW", "ecd-a", true, 403, "may not stop"},
		{"token", "BEARER_NEW", "ecd-vault1", false, 200, "not_permitted"}, // the policy's word
		{"token", "BEARER_NEW", "ecd-a", true, 200, "would_stop"},
	} {
		body := fmt.Sprintf(`{"RegionId":"cn-hangzhou","DesktopId":["%s"],"DryRun":%t}`, c.desktop, c.dry)
		h := http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + w.secrets[c.key]}, "Idempotency-Key": {fresh()}}
		r := w.deliver(http.MethodPost, delivery{"/senders/" + c.sender, h, body})
		if r.Status != c.status || !strings.Contains(r.Text, c.says) {
			t.Errorf("%s about %s, dry %t: %d %s, want %d and %q", c.sender, c.desktop, c.dry, r.Status, r.Text, c.status, c.says)
		}
	}
	w.unharmed(t, "senders that may not", before, "/runs/webhook-")
}

// TestBadTickets gives each sender a body that its system would never send, proven
// as it should be: 400 names the field and is final.
func TestBadTickets(t *testing.T) {
	t.Parallel()
	secrets := teamSecrets()
	w := newSenderWorld(t, "senders.yaml", nil, secrets, nil)
	before := w.calm()
	for _, s := range senderTeams() {
		good := s.body(s.desktop(), ticketID(), time.Now())
		for name, c := range map[string]struct {
			body   string
			status int
		}{
			"no JSON":          {"stop it", 400},
			"nothing":          {"", 400},
			"a list":           {"[" + good + "]", 400},
			"more behind it":   {good + good, 400},
			"a key twice":      {strings.Replace(good, "{", `{"a":1,"a":2,`, 1), 400},
			"deep":             {strings.Replace(good, "{", `{"a":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+",", 1), 400},
			"no UTF-8":         {strings.Replace(good, "{", "{\"a\":\"\xff\",", 1), 400},
			"half a character": {strings.Replace(good, "{", `{"a":"\ud800",`, 1), 400},
			"no desktop":       {strings.ReplaceAll(good, s.desktop(), ""), 400},
			"no such id":       {strings.ReplaceAll(good, s.desktop(), "ECD-"+s.name), 400},
			"an id and more":   {strings.ReplaceAll(good, s.desktop(), s.desktop()+"_backup"), 400},
			"another kind":     {strings.ReplaceAll(good, `"`+s.desktop()+`"`, `{"id":"`+s.desktop()+`"}`), 0},
			"too large":        {strings.Replace(good, "{", `{"a":"`+strings.Repeat("x", 70_000)+`",`, 1), 413},
		} {
			if c.status == 0 && c.body == good {
				continue // its desktops are named within a text
			}
			if c.status == 0 {
				c.status = 400
			}
			d := delivery{path: "/senders/" + s.name, header: http.Header{"Content-Type": {"application/json"}}, body: c.body}
			s.prove(d.header, secrets[s.key+"_NEW"], ticketID(), time.Now(), c.body)
			r := w.deliver(http.MethodPost, d)
			if r.Status != c.status || r.Header.Get("Content-Type") != "application/problem+json" || c.status == 400 && len(r.Errors) == 0 {
				t.Errorf("%s, %s: %d %s, want %d with the field", s.name, name, r.Status, r.Text, c.status)
			}
		}
		d := s.sealed(secrets[s.key+"_NEW"], s.desktop(), ticketID(), time.Now()).with("Content-Type", "text/plain")
		if r := w.deliver(http.MethodPost, d); r.Status != http.StatusUnsupportedMediaType {
			t.Errorf("%s as text/plain: %d %s", s.name, r.Status, r.Text)
		}
		if r := w.deliver(http.MethodGet, d); r.Status != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "POST" {
			t.Errorf("GET %s: %d %v", d.path, r.Status, r.Header)
		}
	}
	w.unharmed(t, "bad tickets", before)
}

// TestSendersComeAgain: what may get better is 503 with Retry-After, and then the
// same delivery is taken.
func TestSendersComeAgain(t *testing.T) {
	t.Parallel()
	secrets := teamSecrets()
	w := newSenderWorld(t, "senders.yaml", nil, secrets, nil)
	s := senderTeams()[2]
	if err := w.ECD.Add(ecd.Desktop{Region: "cn-hangzhou", ID: s.desktop()}); err != nil {
		t.Fatal(err)
	}
	d := s.sealed(secrets[s.key+"_NEW"], s.desktop(), ticketID(), time.Now())
	w.OSS.Fault(oss.Fault{Kind: oss.ServiceUnavailable})
	r := w.deliver(http.MethodPost, d)
	if r.Status != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" || r.Code != core.Busy {
		t.Errorf("while the journal is down: %d %v %s", r.Status, r.Header, r.Text)
	}
	w.drain()
	if n := w.changing(); n != 0 {
		t.Errorf("%d calls without a record", n)
	}
	w.OSS.ClearFaults()
	if r := w.deliver(http.MethodPost, d); r.Status != http.StatusAccepted {
		t.Errorf("when it is up again: %d %s", r.Status, r.Text)
	}
	w.drain()
	if got := w.changed()[s.desktop()]; got != 1 {
		t.Errorf("stopped %d times", got)
	}
}
