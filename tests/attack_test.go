package tests

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

// calm is what a world looked like before an attack: whatever the attack was, it
// looks the same afterwards.
type calm struct {
	changing int
	records  []string
}

func (w *world) calm() calm { return calm{w.changing(), w.keys()} }

// unharmed checks, after all that was queued has ended, that no further call
// that changes something reached the cloud, and that no record appeared but in
// folders of the bucket that the attacker may write to.
func (w *world) unharmed(t *testing.T, attack string, before calm, may ...string) {
	t.Helper()
	w.drain()
	if n := w.changing() - before.changing; n != 0 {
		t.Errorf("%s: %d calls that change something reached the cloud", attack, n)
	}
	for _, key := range w.keys() {
		if !slices.Contains(before.records, key) && !slices.ContainsFunc(may, func(p string) bool { return strings.Contains(key, p) }) {
			t.Errorf("%s: record %s appeared", attack, key)
		}
	}
}

// teamSecrets makes the live secrets of every sender of testdata/senders, the new
// ones and the old.
func teamSecrets() map[string]string {
	all := map[string]string{"LOOKS_NEW": randomText(), "READS_NEW": randomText()}
	for _, s := range senderTeams() {
		all[s.key+"_NEW"], all[s.key+"_OLD"] = s.make(), s.make()
	}
	return all
}

// restart starts every desktop anew, so that a stop that should not be shows.
func (w *world) restart() {
	for _, d := range w.ECD.Desktops() {
		w.ECD.Update(d.Region, d.ID, func(d *ecd.Desktop) { d.Status = ecd.Running })
	}
}

// TestAttacksOnSenders walks every scheme and every attack that somebody who
// listens, or who is another sender, can make. Before that each scheme's good
// request stops its desktop, with the new key and with the old; then the old keys
// are taken away.
func TestAttacksOnSenders(t *testing.T) {
	t.Parallel()
	secrets := teamSecrets()
	w := newSenderWorld(t, "senders.yaml", nil, secrets, nil)
	teams := senderTeams()
	for _, s := range teams {
		if err := w.ECD.Add(ecd.Desktop{Region: "cn-hangzhou", ID: s.desktop()}, ecd.Desktop{Region: "cn-hangzhou", ID: s.victim()}); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	good := map[string]delivery{}
	for nth, which := range []string{"_OLD", "_NEW"} {
		for _, s := range teams {
			d := s.sealed(secrets[s.key+which], s.desktop(), ticketID(), now)
			if s.signs {
				w.Secrets = append(w.Secrets, strings.TrimPrefix(d.header.Get(s.proof), "sha256="))
			}
			if r := w.deliver(http.MethodPost, d); r.Status != http.StatusAccepted {
				t.Fatalf("%s with %s%s: %d %s", s.name, s.key, which, r.Status, r.Text)
			}
			good[s.name] = d
		}
		w.drain()
		for _, s := range teams {
			if got := w.changed()[s.desktop()]; got != nth+1 {
				t.Fatalf("%s: with %s%s its desktop was stopped %d times, want %d", s.name, s.key, which, got, nth+1)
			}
		}
		w.restart()
	}
	w.rotate()

	for _, s := range teams {
		secret := secrets[s.key+"_NEW"]
		other := w.foreign(s)
		fresh := func() delivery { return s.sealed(secret, s.victim(), ticketID(), time.Now()) }
		twice := func(name, value string) delivery {
			d := fresh()
			d.header.Add(name, value)
			return d
		}
		captured := good[s.name]
		type attack struct {
			name   string
			d      delivery
			status int
		}
		attacks := []attack{
			{"no proof", fresh().with(s.proof, ""), 401},
			{"empty proof", func() delivery {
				d := fresh().clone()
				d.header[http.CanonicalHeaderKey(s.proof)] = []string{""}
				return d
			}(), 401},
			{"wrong key", s.sealed(s.make(), s.victim(), ticketID(), time.Now()), 401},
			{"old key after rotation", s.sealed(secrets[s.key+"_OLD"], s.victim(), ticketID(), time.Now()), 401},
			{"other team's key", s.sealed(other, s.victim(), ticketID(), time.Now()), 401},
			{"replay inside the window", captured, 200},
			{"proof twice", twice(s.proof, captured.header.Get(s.proof)), 401},
			{"same proof twice", func() delivery { d := fresh(); d.header.Add(s.proof, d.header.Get(s.proof)); return d }(), 401},
			{"unsigned ids beside it", captured.with("X-GitHub-Delivery", ticketID()).with("Webhook-Delivery", ticketID()), 200},
		}
		if s.signs {
			for _, name := range []string{"one byte of the body", "the body and its end"} {
				d := fresh().clone()
				if d.body = strings.Replace(d.body, s.victim(), s.desktop(), 1); name != "one byte of the body" {
					d.body = fresh().body + " "
				}
				attacks = append(attacks, attack{name, d, 401})
			}
		} else {
			d := captured.clone()
			d.body = strings.ReplaceAll(d.body, s.desktop(), s.victim())
			attacks = append(attacks, attack{"one byte of the body under the captured id", d, 422})
		}
		switch {
		case s.stale == 0:
		default:
			attacks = append(attacks, attack{"replay outside the window", s.sealed(secret, s.victim(), ticketID(), time.Now().Add(-11*time.Minute)), s.stale},
				attack{"from the future", s.sealed(secret, s.victim(), ticketID(), time.Now().Add(6*time.Minute)), s.stale})
		}
		if s.id != "" {
			changed := map[string]string{"webhook-id": ticketID(), "X-Zendesk-Webhook-Signature-Timestamp": time.Now().Add(time.Second).UTC().Format("2006-01-02T15:04:05Z")}
			attacks = append(attacks, attack{"id header changed", fresh().with(s.id, changed[s.id]), 401}, attack{"id header changed in a replay", captured.with(s.id, changed[s.id]), 401},
				attack{"id header twice", twice(s.id, changed[s.id]), 401}, attack{"no id header", fresh().with(s.id, ""), 401})
		} else if s.signs || s.name == "freshservice" || s.name == "servicenow" {
			attacks = append(attacks, attack{"id header where none is proven", captured.with("Idempotency-Key", ticketID()), 200})
		} else {
			attacks = append(attacks, attack{"no id header", fresh().with("Idempotency-Key", ""), 400})
		}
		for _, a := range attacks {
			if s.name == "pagerduty" && a.name == "proof twice" {
				a.status = 202 // its header is a list, of which any right one proves these very bytes
				continue
			}
			before := w.calm()
			r := w.deliver(http.MethodPost, a.d)
			w.refused(t, s.name+", "+a.name, r, a.status)
			w.unharmed(t, s.name+", "+a.name, before)
		}
		before := w.calm()
		for _, route := range w.routes(s.name) {
			d := fresh()
			d.path = route.path
			status := http.StatusUnauthorized
			if route.token && !s.signs {
				status = http.StatusForbidden // the secret travels, so we know who it is; May does not let him
			}
			w.refused(t, s.name+"'s proof at "+route.method+" "+route.path, w.deliver(route.method, d), status)
		}
		w.unharmed(t, s.name+" at other routes", before)
	}
}

// refused checks that an answer is what a sender should get: final, and telling
// nothing to whoever proves nothing.
func (w *world) refused(t *testing.T, attack string, r response, status int) {
	t.Helper()
	switch {
	case r.Status != status:
		t.Errorf("%s: %d %s, want %d", attack, r.Status, r.Text, status)
	case status == http.StatusUnauthorized && r.Text != "":
		t.Errorf("%s: the answer to nobody knows whom says %s", attack, r.Text)
	case status == http.StatusOK && !r.Repeated:
		t.Errorf("%s: taken for a delivery of its own: %s", attack, r.Text)
	}
}

// rotate takes the old secrets away, as a deployment does after every sender has
// its new one.
func (w *senderWorld) rotate() {
	w.t.Helper()
	var gone []string
	for _, s := range senderTeams() {
		gone = append(gone, ", "+s.key+"_OLD]", "]")
	}
	dir := senderFolder(w.t, "senders.yaml", gone...)
	// SENDER_SECRETS still holds the old ones, which open nothing any more.
	w.redeploy(func(f *fc.Function) { f.Env["CONFIG_DIR"] = dir })
}

// foreign is a live secret of the same form that is another sender's.
func (w *senderWorld) foreign(s senderTeam) string {
	switch s.key {
	case "STANDARD":
		return w.WebhookSecret
	case "BEARER":
		return w.WebhookToken
	case "BASIC":
		return "snow:" + w.secrets["JIRA_NEW"]
	case "HUB":
		return w.secrets["GITHUB_NEW"]
	}
	return w.secrets["HUB_NEW"]
}

type route struct {
	method, path string
	token        bool // it takes a secret that travels, and no signature
}

// routes are all routes but a sender's own.
func (w *senderWorld) routes(own string) []route {
	run := "webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa"
	for _, key := range w.keys() {
		if strings.HasSuffix(key, "/request") {
			run = strings.Split(key, "/")[2]
		}
	}
	all := []route{{http.MethodPost, "/stop", false}, {http.MethodPost, "/senders/nobody", false}, {http.MethodPost, "/senders/webhook", false},
		{http.MethodGet, "/runs/" + run, true}, {http.MethodPost, "/runs/" + run + "/halt", true}, {http.MethodGet, "/freeze", true}, {http.MethodPost, "/freeze", true},
		{http.MethodDelete, "/freeze", true}, {http.MethodGet, "/why?RegionId=cn-hangzhou&DesktopId=ecd-token1", true}, {http.MethodGet, "/healthz", true}}
	for _, s := range senderTeams() {
		if s.name != own {
			all = append(all, route{http.MethodPost, "/senders/" + s.name, false})
		}
	}
	return all
}
