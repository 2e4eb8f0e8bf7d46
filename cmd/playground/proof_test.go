package main

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/core"
	"stopdesktops/internal/startup"
	"stopdesktops/internal/webhook"
)

// TestProof: what is signed for a sender of each scheme is what the product takes,
// and of signatures nothing else.
func TestProof(t *testing.T) {
	now := time.Date(2027, 1, 5, 10, 0, 0, 0, time.UTC)
	body := []byte(`{"at": "2027-01-05T10:00:00Z", "RegionId": "cn-hangzhou"}`)
	const mapped = ", Request: {RegionId: RegionId, DesktopId: =ecd-demo0004}"
	travels := []string{"bearer", "basic", "header", "gitlab"}
	schemes := map[string]string{
		"standard-webhooks": "", "zendesk": "", "github": mapped, "jira-cloud": mapped, "pagerduty": mapped, "sha256": ", Header: X-Signature",
		"header": ", Header: X-Desk-Key", "gitlab": "", "bearer": "", "basic": "",
	}
	if known := slices.Sorted(maps.Keys(schemes)); !slices.Equal(known, webhook.Schemes()) {
		t.Errorf("the schemes %q are tried; there are %q", known, webhook.Schemes())
	}
	for scheme, more := range schemes {
		t.Run(scheme, func(t *testing.T) {
			if slices.Contains(travels, scheme) {
				more += ", Delivery: Idempotency-Key"
			}
			at := now
			if scheme == "standard-webhooks" {
				at = time.Now() // its library signs by the machine's clock
			}
			all, problems := senders.Parse("senders.yaml", []byte("Senders: [{Name: x, Scheme: "+scheme+", Secrets: [KEY], May: [preview]"+more+"}]\n"),
				senders.World{Rules: core.Rules{Regions: []string{"cn-hangzhou"}}, Lookup: func(string) string {
					switch scheme {
					case "standard-webhooks":
						return ownToolSecret
					case "basic":
						return "desk:0123456789abcdef"
					}
					return leaversToken
				}})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			sender, err := webhook.NewSender(startup.SenderSettings(all)[0], func() time.Time { return at })
			if err != nil {
				t.Fatal(err)
			}
			headers, err := proof(all[0], "case-4711", body, at)
			if err != nil {
				t.Fatal(err)
			}
			sent := http.Header{}
			for _, h := range headers {
				sent.Set(h[0], h[1])
			}
			d, err := sender.Authenticate(sent, body)
			if err != nil {
				t.Fatal(err)
			}
			if (scheme == "standard-webhooks" || slices.Contains(travels, scheme)) && d.Delivery != "case-4711" {
				t.Errorf("the delivery is %q", d.Delivery)
			}
			if _, err := sender.Authenticate(sent, append(bytes.Clone(body), ' ')); err == nil && !slices.Contains(travels, scheme) {
				t.Error("another body is taken with it")
			}
		})
	}
	if _, err := proof(senders.Sender{Scheme: "nonsense", Secrets: []core.Secret{"x"}}, "", body, now); err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("of a scheme that nobody knows: %v", err)
	}
}
