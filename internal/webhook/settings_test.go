package webhook_test

import (
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/ticket"
	"stopdesktops/internal/webhook"
)

// TestBadSettings holds the messages for senders whose settings nobody else
// has checked.
func TestBadSettings(t *testing.T) {
	good := func() webhook.Settings { return settingsOf(githubKit, "tickets", macSecrets[0]) }
	static := func() webhook.Settings { return settingsOf(gitLabKit, "tickets", staticSecrets[0]) }
	for name, tt := range map[string]struct {
		base   func() webhook.Settings
		change func(*webhook.Settings)
		want   string
	}{
		"unknown scheme":         {good, func(s *webhook.Settings) { s.Scheme = "md5" }, `scheme "md5" is not known`},
		"no secret":              {good, func(s *webhook.Settings) { s.Secrets = nil }, "nobody could get in"},
		"weak secret":            {good, func(s *webhook.Settings) { s.Secrets = append(s.Secrets, "short") }, `signing secret 2 of sender "tickets": has 5 characters`},
		"secret twice":           {good, func(s *webhook.Settings) { s.Secrets = append(s.Secrets, s.Secrets[0]) }, "is the same as signing secret 1"},
		"bad name":               {good, func(s *webhook.Settings) { s.Name = "a/b" }, "the sender's name wants"},
		"the built-in name":      {good, func(s *webhook.Settings) { s.Name = "webhook" }, "the name is that of POST /stop"},
		"a header of no use":     {good, func(s *webhook.Settings) { s.Header = "X-A" }, "scheme github has a header of its own"},
		"no header":              {good, func(s *webhook.Settings) { s.Scheme = "sha256" }, "scheme sha256 wants the name of a header"},
		"an unknown action":      {good, func(s *webhook.Settings) { s.May = []string{"unfreeze"} }, `it may "unfreeze", want stop, preview`},
		"no freshness":           {good, func(s *webhook.Settings) { s.Freshness = "" }, "it may stop, and nothing tells an old delivery from a new one"},
		"no freshness, freeze":   {good, func(s *webhook.Settings) { s.Freshness, s.May = "", []string{"freeze"} }, "it may freeze, and nothing tells"},
		"an id is no time":       {good, func(s *webhook.Settings) { s.Freshness, s.Delivery = "", "id" }, "it may stop, and nothing tells"},
		"a header as id":         {good, func(s *webhook.Settings) { s.Delivery = "Idempotency-Key" }, "scheme github does not sign the header Idempotency-Key"},
		"id of Standard":         {func() webhook.Settings { return settingsOf(standardKit, "tickets", standardKit.secrets[3]) }, func(s *webhook.Settings) { s.Delivery = "id" }, "names its deliveries itself"},
		"token, neither":         {static, func(s *webhook.Settings) { s.Delivery = "" }, "it may stop, and nothing tells"},
		"bad path":               {good, func(s *webhook.Settings) { s.Freshness = "a.@this" }, `Freshness is at "a.@this" ("@" does not begin a key, in step 2)`},
		"bad path of the id":     {good, func(s *webhook.Settings) { s.Delivery = "*" }, `Delivery is at "*"`},
		"bad ticket":             {good, func(s *webhook.Settings) { s.Ticket = "a|b" }, `Ticket is at "a|b"`},
		"bad mapping":            {good, func(s *webhook.Settings) { delete(s.Request, "DesktopId") }, "Request fills none of DesktopId, Select and All"},
		"no mapping":             {good, func(s *webhook.Settings) { s.Request = nil }, "Request is missing"},
		"a secret of POST /stop": {func() webhook.Settings { return settingsOf(standardKit, "tickets", standardKit.secrets[0]) }, func(s *webhook.Settings) {}, `has a secret that is also one of sender "webhook"`},
	} {
		t.Run(name, func(t *testing.T) {
			settings := tt.base()
			settings.Request = ticket.Mapping{}
			for field, rule := range ticketRequest {
				settings.Request[field] = rule
			}
			tt.change(&settings)
			a, err := webhook.New(webhook.Keys{Signing: signing}, clock, settings)
			if a != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			for _, secret := range settings.Secrets {
				if strings.Contains(err.Error(), secret.Reveal()) {
					t.Errorf("the error shows a secret: %v", err)
				}
			}
		})
	}
}

func TestSendersShareNothing(t *testing.T) {
	one, other := settingsOf(githubKit, "one", macSecrets[0]), settingsOf(jiraKit, "other", macSecrets[0])
	if _, err := webhook.New(webhook.Keys{}, clock, one, other); err == nil || !strings.Contains(err.Error(), `sender "other": has a secret that is also one of sender "one"`) {
		t.Errorf("one secret: %v", err)
	}
	other = settingsOf(jiraKit, "one", macSecrets[1])
	if _, err := webhook.New(webhook.Keys{}, clock, one, other); err == nil || !strings.Contains(err.Error(), `sender "one": another has this name`) {
		t.Errorf("one name: %v", err)
	}
}

// Without a secret for POST /stop nobody gets in there.
func TestSendersAloneLeaveStopClosed(t *testing.T) {
	a, err := webhook.New(webhook.Keys{}, clock, settingsOf(githubKit, "tickets", macSecrets[0]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Authenticate(githubKit.sign(macSecrets[0], "", now, body), body); core.CodeOf(err) != core.Unauthenticated {
		t.Errorf("POST /stop: %v", err)
	}
	if _, err := a.Bearer(bearerKit.sign(bearerKit.secrets[0], "x", now, nil)); core.CodeOf(err) != core.Unauthenticated {
		t.Errorf("GET: %v", err)
	}
}
