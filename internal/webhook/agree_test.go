package webhook_test

import (
	"fmt"
	"strings"
	"testing"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

// TestConfigurationAgrees holds the two descriptions of a scheme together:
// senders.yaml is read without this package, so both know what each scheme
// proves. Every scheme is tried with every place of the id, with and without a
// time, and both must say yes or both no.
func TestConfigurationAgrees(t *testing.T) {
	yes := 0
	for _, k := range kits {
		k.secrets = ownSecrets(k)
		for _, id := range []string{"", "Idempotency-Key", "id"} {
			for _, fresh := range []string{"", "at"} {
				for _, header := range []string{"", "X-Key"} {
					for _, may := range []string{"stop", "preview", "halt", "freeze", "read", "why"} {
						settings := webhook.Settings{Name: "tickets", Scheme: k.name, Header: header, Secrets: []core.Secret{k.secrets[0]}, May: []string{may},
							Delivery: id, Freshness: fresh, Request: ticketRequest}
						_, err := webhook.New(webhook.Keys{}, clock, settings)
						problems := parse(k, settings)
						if (err == nil) != (len(problems) == 0) {
							t.Errorf("%s, id %q, time %q, header %q, may %s: configuration says %v, this package %v", k.name, id, fresh, header, may, problems, err)
						}
						if err == nil {
							yes++
						}
					}
				}
			}
		}
	}
	if yes == 0 {
		t.Error("nothing is accepted, so nothing was compared")
	}
}

// parse reads the settings as senders.yaml says them.
func parse(k kit, s webhook.Settings) mistake.Problems {
	var b strings.Builder
	fmt.Fprintf(&b, "Senders:\n- Name: %s\n  Scheme: %s\n  Secrets: [TICKETS_SECRET]\n  May: [%s]\n", s.Name, s.Scheme, s.May[0])
	for key, value := range map[string]string{"Header": s.Header, "Delivery": s.Delivery, "Freshness": s.Freshness} {
		if value != "" {
			fmt.Fprintf(&b, "  %s: %s\n", key, value)
		}
	}
	b.WriteString("  Request: {RegionId: =cn-hangzhou, DesktopId: {Path: text, Find: true}, Reason: ticket}\n")
	_, problems := senders.Parse("senders.yaml", []byte(b.String()), senders.World{
		Lookup: func(string) string { return k.secrets[0].Reveal() },
		Rules:  core.Rules{Regions: []string{"cn-hangzhou"}},
	})
	return problems
}
