package webhook_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/ticket"
	"stopdesktops/internal/webhook"
)

// ticketRequest maps the body that ticketBody makes.
var ticketRequest = ticket.Mapping{"RegionId": {From: "=cn-hangzhou"}, "DesktopId": {From: "text", Find: true}, "Reason": {From: "ticket"}}

func ticketBody(at string) []byte {
	return fmt.Appendf(nil, `{"id":"event-1","ticket":"OPS-7","at":%s,"text":"please stop ecd-a and ecd-b"}`, at)
}

var freshBody = ticketBody(`"` + now.UTC().Format(time.RFC3339) + `"`)

// settingsOf are a sender of the kit's scheme that may stop.
func settingsOf(k kit, name string, secrets ...core.Secret) webhook.Settings {
	s := webhook.Settings{Name: name, Scheme: k.name, Secrets: secrets, May: []string{"stop"}, Request: ticketRequest}
	if k.name == webhook.SchemeSHA256 || k.name == webhook.SchemeHeader {
		s.Header = k.proof
	}
	switch {
	case k.delivery == "Idempotency-Key":
		s.Delivery = k.delivery
	case !k.coversTime:
		s.Freshness = "at"
	}
	return s
}

func named(t *testing.T, at time.Time, settings ...webhook.Settings) func(name string) *webhook.Sender {
	t.Helper()
	a, err := webhook.New(webhook.Keys{Signing: signing, Bearer: tokens}, func() time.Time { return at }, settings...)
	if err != nil {
		t.Fatal(err)
	}
	return func(name string) *webhook.Sender {
		s, ok := a.Named(name)
		if !ok {
			t.Fatalf("no sender %s", name)
		}
		return s
	}
}

func TestOnlyNamedSendersHaveARoute(t *testing.T) {
	a, err := webhook.New(webhook.Keys{Signing: signing}, clock, settingsOf(githubKit, "tickets", macSecrets[0]))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"tickets": true, "webhook": false, "Tickets": false, "": false, "../tickets": false} {
		if s, ok := a.Named(name); ok != want || (s != nil) != want || ok && s.Name() != name {
			t.Errorf("%q: %v, %v", name, s, ok)
		}
	}
}

// TestDeliveries says for each place of the id which requests are one delivery.
func TestDeliveries(t *testing.T) {
	content := func(s webhook.Settings) webhook.Settings { s.Delivery, s.Freshness = "", "at"; return s }
	byPath := func(s webhook.Settings) webhook.Settings { s.Delivery = "id"; return s }
	id := func(s *webhook.Sender, h http.Header, body []byte) string {
		d, err := s.Authenticate(h, body)
		if err != nil {
			t.Fatalf("%s: %v", s.Name(), err)
		}
		return d.Delivery
	}
	for _, k := range kits {
		if k.name == webhook.SchemeStandard {
			continue // names its deliveries itself
		}
		k.secrets = ownSecrets(k)
		mapped := byPath(settingsOf(k, "mapped", k.secrets[1]))
		bytes := content(settingsOf(k, "bytes", k.secrets[0]))
		sender := named(t, now, mapped, bytes)
		changed := slices.Concat(freshBody, []byte(" "))
		if got := id(sender("mapped"), k.sign(k.secrets[1], "x", now, freshBody), freshBody); got != "id:event-1" || got != id(sender("mapped"), k.sign(k.secrets[1], "y", now, changed), changed) {
			t.Errorf("%s: the mapped id is %q", k.name, got)
		}
		one := id(sender("bytes"), k.sign(k.secrets[0], "x", now, freshBody), freshBody)
		if one != id(sender("bytes"), k.sign(k.secrets[0], "y", now, freshBody), freshBody) || one == id(sender("bytes"), k.sign(k.secrets[0], "x", now, changed), changed) || !strings.HasPrefix(one, "sha256:") {
			t.Errorf("%s: the id of the bytes is %q", k.name, one)
		}
	}
}

func TestFreshness(t *testing.T) {
	format := func(age time.Duration) string { return `"` + now.Add(-age).UTC().Format(time.RFC3339) + `"` }
	sender := named(t, now, settingsOf(githubKit, "tickets", macSecrets[0]))("tickets")
	for at, want := range map[string]string{
		format(0): "", format(webhook.FreshFor): "", format(-webhook.FreshAhead): "", fmt.Sprint(now.Unix()): "", fmt.Sprint(now.UnixMilli()): "", fmt.Sprintf(`"%d"`, now.Unix()): "",
		`"` + now.In(time.FixedZone("", 8*3600)).Format("2006-01-02T15:04:05.000-0700") + `"`: "",
		format(webhook.FreshFor + time.Second):                                                "is too old: at is 10m1s ago, want at most 10m0s. Send the request anew, with the time of now",
		format(-webhook.FreshAhead - time.Second):                                             "is in the future: at is 1m1s ahead, want at most 1m0s. Set the sender's clock",
		format(250 * 365 * 24 * time.Hour):                                                    "is too old",
		`null`:                                                                                "is wrong: at is not in the body",
		`""`:                                                                                  "is wrong: at is empty",
		`"soon"`:                                                                              "is wrong: at is no time; want RFC 3339 with its zone, or seconds or milliseconds since 1970",
		`"2021-02-25T15:02:10"`:                                                               "is wrong: at is no time",
		`16142653300`:                                                                         "is wrong: at is no time",
		`1e9`:                                                                                 "is wrong: at is a number with a fraction, an exponent or too many digits",
		`[1614265330]`:                                                                        "is wrong: at is an array",
	} {
		body := ticketBody(at)
		_, err := sender.Authenticate(githubKit.sign(macSecrets[0], "", now, body), body)
		wantInvalid(t, at, err, "Freshness", want)
	}
}

// wantInvalid wants an error that names the field, or none.
func wantInvalid(t *testing.T, what string, err error, field, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	var e *core.Error
	if !errors.As(err, &e) || e.Code != core.Invalid || len(e.Fields) != 1 || e.Fields[0].Field != field || !strings.HasPrefix(e.Fields[0].Problem, want) {
		t.Errorf("%s: got %v, want %s %s", what, err, field, want)
	}
}

// TestNothingIsReadBeforeTheProof: a stranger does not learn what a body must
// hold.
func TestNothingIsReadBeforeTheProof(t *testing.T) {
	settings := settingsOf(githubKit, "tickets", macSecrets[0])
	settings.Delivery, settings.Ticket = "id", "ticket"
	sender := named(t, now, settings)("tickets")
	for _, body := range []string{"", "{", `{"a":1,"a":2}`, "\xff", string(ticketBody("0"))} {
		if _, err := sender.Authenticate(githubKit.sign(macSecrets[3], "", now, []byte(body)), []byte(body)); core.CodeOf(err) != core.Unauthenticated {
			t.Errorf("%q: a stranger gets %v", body, err)
		}
		if _, err := sender.Authenticate(githubKit.sign(macSecrets[0], "", now, []byte(body)), []byte(body)); core.CodeOf(err) != core.Invalid {
			t.Errorf("%q: the sender gets %v", body, err)
		}
	}
}

func TestIdsAndTicketsInTheBody(t *testing.T) {
	settings := settingsOf(githubKit, "tickets", macSecrets[0])
	settings.Delivery, settings.Ticket = "id", "ticket"
	sender := named(t, now, settings)("tickets")
	send := func(id, ticket string) (webhook.Delivery, error) {
		body := fmt.Appendf(nil, `{"id":%s,"ticket":%s,"at":%d}`, id, ticket, now.Unix())
		return sender.Authenticate(githubKit.sign(macSecrets[0], "", now, body), body)
	}
	if d, err := send(`"e 1"`, `4711`); err != nil || d != (webhook.Delivery{Name: "tickets", Delivery: "id:e 1", Scheme: "github", Ticket: "4711"}) {
		t.Errorf("%+v, %v", d, err)
	}
	for id, want := range map[string]string{`null`: "is wrong: id is not in the body", `""`: "is wrong: id is empty", `{}`: "is wrong: id is an object", `" a"`: "is wrong: wants 1 to 255 printable ASCII",
		`"é"`: "is wrong: wants 1 to 255", `"` + strings.Repeat("i", 256) + `"`: "is wrong: wants 1 to 255", `"a\nb"`: "is wrong: wants 1 to 255"} {
		_, err := send(id, `"OPS-7"`)
		wantInvalid(t, id, err, "Delivery", want)
	}
	for ticket, want := range map[string]string{`null`: "is wrong: ticket is not in the body", `"../admin"`: "is wrong: ticket is no ticket id", `"a/b"`: "is wrong: ticket is no ticket id", `"a%2fb"`: "is wrong: ticket is no ticket id",
		`".."`: "is wrong: ticket is no ticket id", `"-1"`: "is wrong: ticket is no ticket id", `"` + strings.Repeat("i", 65) + `"`: "is wrong: ticket is no ticket id"} {
		_, err := send(`"1"`, ticket)
		wantInvalid(t, ticket, err, "Ticket", want)
	}
}

func TestToken(t *testing.T) {
	for _, k := range kits {
		sender := named(t, now, settingsOf(k, "a", k.secrets[3]), settingsOf(k, "b", k.secrets[2]))("a")
		got, err := sender.Token(k.sign(k.secrets[3], "x", now, nil))
		want := webhook.Delivery{Name: "a", Scheme: k.name}
		if secret := k.delivery == "Idempotency-Key"; secret && (err != nil || got != want) || !secret && core.CodeOf(err) != core.Unauthenticated {
			t.Errorf("%s: %+v, %v", k.name, got, err)
		}
		if got, err := sender.Token(k.sign(k.secrets[2], "x", now, nil)); core.CodeOf(err) != core.Unauthenticated {
			t.Errorf("%s: another's token: %+v, %v", k.name, got, err)
		}
	}
}

func TestMap(t *testing.T) {
	sender := named(t, now, settingsOf(githubKit, "mapped", macSecrets[0]),
		webhook.Settings{Name: "plain", Scheme: "zendesk", Secrets: []core.Secret{zendeskSecret}, May: []string{"preview"}})
	want := core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a", "ecd-b"}, Reason: "OPS-7"}
	if q, problems := sender("mapped").Map(freshBody); problems != nil || !reflect.DeepEqual(q, want) {
		t.Errorf("%+v, %v", q, problems)
	}
	if q, problems := sender("plain").Map([]byte(`{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-b"],"Reason":"OPS-7"}`)); problems != nil || !reflect.DeepEqual(q, want) {
		t.Errorf("%+v, %v", q, problems)
	}
	for _, name := range []string{"mapped", "plain"} {
		for _, body := range []string{"", "[]", `{"text":"ecd-a","text":"ecd-b","ticket":"x"}`, "{\"text\":\"\xff\"}", `{"RegionId":"a","RegionId":"b"}`, strings.Repeat(`{"a":`, 99)} {
			if q, problems := sender(name).Map([]byte(body)); len(problems) == 0 {
				t.Errorf("%s reads %q as %+v", name, body, q)
			}
		}
	}
}

func TestPermit(t *testing.T) {
	for may, want := range map[string][2]bool{"stop": {true, true}, "preview": {false, true}, "read": {false, false}} {
		settings := settingsOf(githubKit, "a", macSecrets[0])
		settings.May = []string{may}
		sender := named(t, now, settings)("a")
		for i, q := range []core.Request{{}, {DryRun: true}} {
			if err := sender.Permit(q); (err == nil) != want[i] || err != nil && core.CodeOf(err) != core.Forbidden {
				t.Errorf("may %s, dry run %v: %v", may, q.DryRun, err)
			}
		}
		if !sender.May(may) || sender.May("halt") || sender.May("") {
			t.Errorf("may %s", may)
		}
	}
}
