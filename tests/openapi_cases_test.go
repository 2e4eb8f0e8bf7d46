package tests

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/fc"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	simfc "stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/oss"
)

// The desktops that the examples of docs/openapi.yaml speak of: the first may be
// stopped, somebody is connected to the second.
const (
	freeDesktop = "ecd-7w78ozhjcwa3u"
	usedDesktop = "ecd-5k2pq9xm1bv7d"
	deskKey     = "desk-key-of-the-openapi-tests-0123456789"
)

// openAPIWorld deploys what the examples speak of.
func openAPIWorld(t *testing.T, policy string) *world {
	fleet := []ecd.Desktop{
		{Region: hangzhou, ID: freeDesktop, Name: "build 7", EndUserIDs: []string{"alice"}, Tags: map[string]string{"env": "dev"}},
		{Region: hangzhou, ID: usedDesktop, EndUserIDs: []string{"bob"}, Connection: ecd.Connected, Tags: map[string]string{"env": "dev", "release": "1"}},
	}
	w := newWorld(t, fleet, withConfig(t, map[string]string{
		"policy.cedar": policy,
		"prices.yaml":  "Currency: CNY\nPerHour:\n  ecd.basic.large: 0.5\n",
		"timers.yaml":  "Timers:\n  - Name: nightly\n    Cron: 0 0 20 * * *\n    Request: {RegionId: cn-hangzhou, DesktopId: [" + freeDesktop + "]}\n",
		"senders.yaml": `Senders:
  - Name: freshservice
    Scheme: header
    Header: X-Desk-Key
    Secrets: [DESK_KEY]
    May: [stop]
    Delivery: ticket_id
    Request: {RegionId: =cn-hangzhou, DesktopId: computers, Ticket: ticket_id}
`,
	}), func(o *cloud.Options) {
		o.Function = func(f *simfc.Function) {
			if f.Name == "stopdesktops" {
				f.Timers = nil
				f.Env["DESK_KEY"] = deskKey
			}
		}
	}, withEnv(map[string]string{"HELP_CONTACT": "#it-help", "CEILING_WEBHOOK": "400"}))
	w.Secrets = append(w.Secrets, deskKey)
	return w
}

// exchangeGroup is a deployment and what is sent to it, in order.
type exchangeGroup struct {
	policy string
	all    []exchange
}

// Policies of the groups: senders may everything but force, and nothing.
const (
	anySenderMay = "@id(\"all\")\npermit (principal is Sender, action, resource) unless { action == Action::\"force\" };\n"
	nobodyMay    = "@id(\"terminal\")\npermit (principal is Operator, action, resource);\n"
)

func exchanges() map[string]exchangeGroup {
	drain := func(w *world) { w.drain() }
	wake := func(w *world) { w.drain(); w.wake() }
	var held *ecd.Gate // a run can be halted until it has ended
	hold := func(w *world) { wake(w); held = w.ECD.Gate("StopDesktops", ecd.BeforeEffect) }
	broken := func(w *world) { w.OSS.Fault(oss.Fault{Kind: oss.InternalError}) }
	// A page cannot name a time that lies ahead for ever.
	soon := func(body string) string {
		return passing.ReplaceAllString(body, time.Now().Add(time.Hour).Format(time.RFC3339))
	}
	none := map[string]string{"Authorization": "", "X-Desk-Key": ""}
	groups := map[string]exchangeGroup{
		"stop": {anySenderMay, []exchange{
			{operation: "stop", request: "dryRun", status: 200, answer: "dryRun"},
			{operation: "stop", request: "all", status: 200, answer: "all"},
			{operation: "stop", request: "everyWord", status: 200, answer: "empty"},
			{operation: "stop", request: "byId", status: 202, answer: "queued", id: "IT-4711"},
			{operation: "run", run: "last", status: 200, answer: "finished", before: drain},
			{operation: "stop", request: "byId", status: 200, answer: "repeated", id: "IT-4711"},
			{operation: "stop", request: "all", status: 422, answer: "mismatch", id: "IT-4711"},
			{operation: "halt", run: "last", request: "reason", status: 422, answer: "ended"},
			{operation: "stop", request: "options", status: 202, before: hold},
			{operation: "halt", run: "last", request: "reason", status: 200, answer: "halted"},
			{operation: "stop", request: "tagged", status: 202, before: func(w *world) { held.Open(); wake(w) }},
			{operation: "stop", request: "client", status: 200, before: wake},
			{operation: "stop", request: "byId", header: map[string]string{"Prefer": "wait=30"}, status: 200, answer: "waited", before: wake},
			{operation: "stop", body: `{"RegionId":"cn-nowhere","DesktopId":["desktop-7"],"Forse":true,"Canary":21}`, status: 400, answer: "fields"},
			{operation: "stop", body: `{"RegionId":"cn-hangzhou","DesktopId":["` + freeDesktop + `"]}`, header: map[string]string{"Idempotency-Key": ""}, status: 400, answer: "noId"},
			{operation: "stop", request: "byId", header: none, status: 401},
			{operation: "stop", body: `"` + strings.Repeat("a", fc.MaxBody) + `"`, status: 413, answer: "tooLarge"},
			{operation: "stop", request: "byId", header: map[string]string{"Content-Type": "text/plain"}, status: 415, answer: "text"},
			{operation: "stop", body: `{"RegionId":"cn-hangzhou","DesktopId":["ecd-` + strings.Join(numbers(401), `","ecd-`) + `"]}`, status: 422, answer: "ceiling"},
		}},
		"senders": {anySenderMay, []exchange{
			{operation: "sender", request: "ticket", status: 202, answer: "queued"},
			{operation: "sender", request: "ticket", status: 200, before: drain},
			{operation: "sender", body: `{"ticket_id":"INC-4712"}`, status: 400},
			{operation: "sender", request: "ticket", header: none, status: 401},
			{operation: "sender", request: "ticket", name: "nobody", status: 401},
			{operation: "sender", body: `"` + strings.Repeat("a", fc.MaxBody) + `"`, status: 413},
			{operation: "sender", request: "ticket", header: map[string]string{"Content-Type": "text/plain"}, status: 415},
			{operation: "sender", body: `{"ticket_id":"INC-4711","computers":"ecd-another"}`, status: 422},
		}},
		"brake": {anySenderMay, []exchange{
			{operation: "frozen", status: 200, answer: "free"},
			{operation: "freeze", request: "for", status: 200, answer: "frozen"},
			{operation: "frozen", status: 200, answer: "frozen"},
			{operation: "freeze", body: `{"For":"10m"}`, status: 400}, // shorter than the one that holds
			{operation: "unfreeze", status: 200, answer: "free"},
			{operation: "freeze", request: "until", status: 200, edit: soon},
			{operation: "freeze", request: "for", status: 200},
			{operation: "stop", request: "byId", status: 409, answer: "frozen"},
			{operation: "sender", request: "ticket", status: 409},
			{operation: "unfreeze", status: 200, answer: "free"},
			{operation: "unfreeze", request: "reason", status: 200},
			{operation: "unfreeze", body: `{"Because":"x"}`, status: 400},
			{operation: "unfreeze", body: `{"Reason":"` + strings.Repeat("a", 4<<10) + `"}`, status: 413},
			{operation: "freeze", body: `{"For":"200h"}`, status: 400, answer: "tooLong"},
			{operation: "freeze", body: `{}`, status: 400},
			{operation: "freeze", body: `{"Reason":"` + strings.Repeat("a", 4<<10) + `"}`, status: 413},
			{operation: "halt", status: 404, answer: "run"},
			{operation: "halt", body: `{"Because":"x"}`, status: 400},
			{operation: "halt", body: `{"Reason":"` + strings.Repeat("a", 4<<10) + `"}`, status: 413},
			{operation: "run", status: 404},
		}},
		"look": {anySenderMay, []exchange{
			{operation: "health", status: 200, answer: "ok"},
			{operation: "why", status: 200, answer: "free"},
			{operation: "why", query: url.Values{"DesktopId": {usedDesktop}}, status: 200},
			{operation: "why", query: url.Values{"DesktopId": {freeDesktop}, "RegionId": {hangzhou}, "Timer": {"nightly"}}, status: 200},
			{operation: "why", query: url.Values{"DesktopId": {"ecd-nobody"}, "RegionId": {hangzhou}}, status: 200},
			{operation: "why", query: url.Values{"DesktopId": {freeDesktop}, "Timer": {"weekly"}}, status: 404, answer: "timer"},
			{operation: "why", query: url.Values{"Desktop": {freeDesktop}}, status: 400, answer: "parameter"},
			{operation: "why", status: 503, answer: "cloud", before: func(w *world) { w.setRole(`{"Version":"1","Statement":[]}`) }},
		}},
		"nobody": {nobodyMay, []exchange{
			{operation: "stop", request: "byId", status: 403, answer: "stop"},
			{operation: "sender", request: "ticket", status: 403},
		}},
		"broken": {anySenderMay, []exchange{
			{operation: "stop", request: "byId", status: 503, answer: "bucket", before: broken},
			{operation: "sender", request: "ticket", status: 503},
		}},
	}
	for _, o := range []string{"run", "halt", "frozen", "freeze", "unfreeze", "why", "health"} {
		add := func(group string, e exchange) {
			if e.operation = o; o == "freeze" {
				e.body = `{"For":"2h"}`
			}
			g := groups[group]
			g.all = append(g.all, e)
			groups[group] = g
		}
		add("look", exchange{status: 401, header: none})
		if o == "health" {
			continue
		}
		add("nobody", exchange{status: 403})
		if o != "why" {
			add("broken", exchange{status: 503, run: "webhook-" + strings.Repeat("a", 26)})
		}
	}
	return maps.Clone(groups)
}

// wake lets the free desktop run again.
func (w *world) wake() {
	w.t.Helper()
	if !w.ECD.Update(hangzhou, freeDesktop, func(d *ecd.Desktop) { d.Status = ecd.Running }) {
		w.t.Fatal("there is no desktop to wake")
	}
}
