package docs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/core"
	"stopdesktops/internal/startup"
	"stopdesktops/internal/webhook"
)

// pagesDesktop is what the bodies of the page ask to stop.
const pagesDesktop = "ecd-7w78ozhjcwa3u"

// callbackHosts are those of the page's answers.
var callbackHosts = []string{"example.atlassian.net", "example.service-now.com", "example.zendesk.com", "example.freshservice.com", "api.github.com", "gitlab.example.com", "tickets.example.com"}

// secretOf is a secret that fits whatever a variable of the page is for.
func secretOf(variable string) string {
	sum := sha256.Sum256([]byte(variable))
	switch {
	case strings.HasPrefix(variable, "OWN_T"):
		return "whsec_" + base64.StdEncoding.EncodeToString(sum[:])
	case strings.HasPrefix(variable, "SERVICENOW"), strings.HasSuffix(variable, "_ACCOUNT"), variable == "JIRA_COMMENTER":
		return "snow:" + hex.EncodeToString(sum[:])
	}
	return hex.EncodeToString(sum[:])
}

// parseSenders reads a block as the function does, and makes the senders and
// what answers their tickets.
func parseSenders(t *testing.T, block string, now func() time.Time) ([]senders.Sender, *webhook.Authenticator) {
	t.Helper()
	all, problems := senders.Parse("senders.yaml", []byte(block), senders.World{
		Lookup: secretOf, Hosts: callbackHosts, Rules: core.Rules{Regions: []string{"cn-hangzhou"}}})
	if len(problems) > 0 {
		t.Fatalf("%s\n%v", block, problems)
	}
	c := config.Config{Senders: all}
	c.Webhook.CallbackHosts = callbackHosts
	a, err := webhook.New(webhook.Keys{}, now, startup.SenderSettings(all)...)
	if err != nil {
		t.Fatalf("%s\n%v", block, err)
	}
	if _, err := startup.TicketAnswers(c); err != nil {
		t.Fatalf("%s\n%v", block, err)
	}
	return all, a
}

// The names by which the vendors put values of a ticket into a body.
var (
	placeholder = regexp.MustCompile(`\{\{[^}]+\}\}|\$\{[^}]+\}`)
	pagesTime   = regexp.MustCompile(`"2026-12-01T12:00:00Z"|1790000000000`)
)

// filled is a body as the vendor's system would send it at a moment.
func filled(body string, at time.Time) string {
	body = placeholder.ReplaceAllStringFunc(body, func(name string) string {
		switch {
		case strings.Contains(name, "now"), strings.Contains(name, "updated"):
			return at.Format(time.RFC3339)
		case strings.Contains(name, "10010"), strings.Contains(name, "computers"):
			return pagesDesktop
		case strings.Contains(name, "sys_id"):
			return "46b66a40a9fe198101f243dfbc79033d"
		}
		return "4711"
	})
	return pagesTime.ReplaceAllStringFunc(body, func(written string) string {
		if written[0] == '"' {
			return strconv.Quote(at.UTC().Format(time.RFC3339))
		}
		return strconv.FormatInt(at.UnixMilli(), 10)
	})
}

// proofOf proves a body as the vendors' pages have it.
func proofOf(s senders.Sender, body string, at time.Time) http.Header {
	h := http.Header{}
	secret := s.Secrets[0].Reveal()
	sum := func(parts ...string) []byte {
		m := hmac.New(sha256.New, []byte(secret))
		m.Write([]byte(strings.Join(parts, "")))
		return m.Sum(nil)
	}
	switch s.Scheme {
	case webhook.SchemeHeader:
		h.Set(s.Header, secret)
	case webhook.SchemeGitLab:
		h.Set("X-Gitlab-Token", secret)
	case webhook.SchemeBasic:
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(secret)))
	case webhook.SchemeGitHub:
		h.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(sum(body)))
	case webhook.SchemeJira:
		h.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(sum(body)))
	case webhook.SchemePagerDuty:
		h.Set("X-PagerDuty-Signature", "v1="+hex.EncodeToString(sum(body)))
	case webhook.SchemeZendesk:
		stamp := at.UTC().Format("2006-01-02T15:04:05Z")
		h.Set("X-Zendesk-Webhook-Signature-Timestamp", stamp)
		h.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(sum(stamp, body)))
	}
	if s.Delivery == webhook.HeaderIdempotencyKey {
		h.Set(webhook.HeaderIdempotencyKey, "b5f8a7e6-0001")
	}
	return h
}

// TestSecretsOfWebhooksPage gives the page's first sender the secrets that the
// page's command sets.
func TestSecretsOfWebhooksPage(t *testing.T) {
	var sender string
	for _, b := range claimed(t, "TestSendersOfWebhooksPage") {
		if b.language == "yaml" {
			sender = b.text
			break
		}
	}
	for _, b := range claimed(t, "TestSecretsOfWebhooksPage") {
		variable := regexp.MustCompile(`(?m)^SENDER_SECRETS=.*$`).FindString(sh(t, b.text+"env\n"))
		made := 0
		variable = regexp.MustCompile(`whsec_\.\.\.`).ReplaceAllStringFunc(variable, func(string) string {
			made++
			return secretOf(fmt.Sprint("OWN_TOOL_", made))
		})
		c, err := loadConfig(t, map[string]string{"senders.yaml": sender}, variable)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Senders) != 1 || made == 0 || len(c.Senders[0].Secrets) != made || len(c.Warnings) > 0 {
			t.Errorf("%d secrets make %+v; %v", made, c.Senders, c.Warnings)
		}
	}
}

// TestSendersOfWebhooksPage sends each vendor's body to its sender.
func TestSendersOfWebhooksPage(t *testing.T) {
	at := time.Date(2027, 1, 5, 10, 0, 0, 0, time.UTC)
	now := func() time.Time { return at }
	vendors, read := map[string]string{}, 0
	for _, section := range strings.Split(readText(t, "webhooks.md"), "\n## ") {
		var body, block string
		for _, b := range blocksOf("docs/webhooks.md", section) {
			switch b.language {
			case "json":
				if body != "" {
					t.Errorf("a section has two bodies, of which one would be sent:\n%s", b)
				}
				body = b.text
				read++
			case "yaml":
				block = b.text
				parseSenders(t, block, now)
				read++
			}
		}
		if body == "" {
			continue
		}
		title, _, _ := strings.Cut(section, "\n")
		t.Run(title, func(t *testing.T) {
			senders, a := parseSenders(t, block, now)
			if len(senders) != 1 {
				t.Fatalf("%d senders", len(senders))
			}
			vendors[title] = senders[0].Scheme
			if !strings.Contains(section, "/senders/"+senders[0].Name+"`") {
				t.Errorf("the route of sender %s is not on the screens", senders[0].Name)
			}
			sender, _ := a.Named(senders[0].Name)
			text := filled(strings.TrimSpace(body), at.Add(-time.Minute))
			proven, err := sender.Authenticate(proofOf(senders[0], text, at.Add(-time.Minute)), []byte(text))
			if err != nil {
				t.Fatalf("%s\n%v", text, err)
			}
			if proven.Delivery == "" || senders[0].Callback != nil && proven.Ticket == "" {
				t.Errorf("delivery %q of ticket %q", proven.Delivery, proven.Ticket)
			}
			q, fields := sender.Map([]byte(text))
			rules := core.Rules{Regions: []string{"cn-hangzhou"}}
			if err := rules.Validate(core.Webhook, q); err != nil || len(fields) > 0 {
				t.Fatalf("%v %v", fields, err)
			}
			if !slices.Equal(q.DesktopId, []string{pagesDesktop}) || q.Ticket == "" {
				t.Errorf("the request is %+v", q)
			}
			if _, err := sender.Authenticate(proofOf(senders[0], text+" ", at), []byte(text)); err == nil && signs(senders[0].Scheme) {
				t.Error("the body of another signature is let through")
			}
		})
	}
	if want := len(claimed(t, "TestSendersOfWebhooksPage")); read != want {
		t.Errorf("%d blocks are read, and the page has %d", read, want)
	}
	// What each system can prove itself with, from the vendors' pages.
	for vendor, scheme := range map[string]string{"Jira Automation": webhook.SchemeHeader, "Jira Cloud": webhook.SchemeJira, "ServiceNow": webhook.SchemeBasic, "Zendesk": webhook.SchemeZendesk,
		"Freshservice": webhook.SchemeHeader, "PagerDuty": webhook.SchemePagerDuty, "GitHub": webhook.SchemeGitHub, "GitLab": webhook.SchemeGitLab} {
		if vendors[vendor] != scheme {
			t.Errorf("%s is shown with scheme %q, want %s", vendor, vendors[vendor], scheme)
		}
	}
}

func signs(scheme string) bool {
	return slices.Contains([]string{webhook.SchemeGitHub, webhook.SchemeJira, webhook.SchemePagerDuty, webhook.SchemeZendesk}, scheme)
}

// TestWebhooksPageHasEveryWord asks the configuration which keys, schemes and
// actions it takes, by words that it does not.
func TestWebhooksPageHasEveryWord(t *testing.T) {
	page := readText(t, "webhooks.md")
	parse := func(text string) error {
		_, problems := senders.Parse("senders.yaml", []byte(text), senders.World{Lookup: secretOf})
		if len(problems) == 0 {
			return nil
		}
		return problems
	}
	wantKeys(t, page, parse("Senders: [{Nonsense: 1}]\n"))
	wantKeys(t, page, parse("Senders: [{Callback: {Nonsense: 1}}]\n"))
	words := regexp.MustCompile(`want one of ([a-z0-9, -]+)|want a list of (stop[a-z, -]+)`)
	found := 0
	for _, text := range []string{"Senders: [{Name: x, Scheme: nonsense}]\n", "Senders: [{Name: x, May: nonsense}]\n", "Senders: [{Name: x, Callback: {Auth: nonsense}}]\n"} {
		for _, m := range words.FindAllStringSubmatch(parse(text).Error(), -1) {
			for _, word := range strings.Split(m[1]+m[2], ", ") {
				found++
				if !names(page, word) {
					t.Errorf("%s is not explained", word)
				}
			}
		}
	}
	if found < 15 {
		t.Errorf("%d words found", found)
	}
	for _, words := range []string{fmt.Sprintf("over %d minutes ago", webhook.FreshFor/time.Minute), "at most a second"} {
		if !says(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if core.LookAtDoor != time.Second {
		t.Error("the look at the door takes another time")
	}
}

// TestPolicyOfWebhooksPage pastes the page's policy below the shipped one.
func TestPolicyOfWebhooksPage(t *testing.T) {
	blocks := claimed(t, "TestPolicyOfWebhooksPage")
	if len(blocks) != 1 {
		t.Fatalf("%d policies", len(blocks))
	}
	p := parsePolicy(t, "webhooks.md", readText(t, shippedPolicy)+"\n"+blocks[0].text)
	for office, want := range map[string]bool{"cn-hangzhou+dir-1234567890": true, "": false} {
		ask := core.Ask{Action: core.ActionStop, Caller: core.Caller{Door: core.Webhook, Name: "github"}, Count: 1, Percent: -1,
			Desktop: &core.Desktop{RegionId: "cn-hangzhou", DesktopId: pagesDesktop, OfficeSiteId: office}}
		if got := p.Permitted(t.Context(), ask).Allowed; got != want {
			t.Errorf("github may stop a desktop of office %q: %v, want %v", office, got, want)
		}
	}
}

// TestSignOfWebhooksPage runs the page's command up to curl, and asks the
// product about what curl would send.
func TestSignOfWebhooksPage(t *testing.T) {
	blocks := claimed(t, "TestSignOfWebhooksPage")
	if len(blocks) != 1 {
		t.Fatalf("%d commands", len(blocks))
	}
	command, curl, ok := strings.Cut(blocks[0].text, "|\n  curl ")
	if !ok || !strings.HasPrefix(curl, "-sS -K - ") {
		t.Fatalf("the command does not end in curl: %s", blocks[0])
	}
	h, body := http.Header{}, ""
	for line := range strings.Lines(sh(t, command, "STOP_SECRET="+secretOf("OWN_TOOL_SECRET"))) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " = ")
		value, err := strconv.Unquote(value)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		switch name {
		case "header":
			header, text, _ := strings.Cut(value, ": ")
			h.Set(header, text)
		case "data-raw":
			body = value
		}
	}
	s, err := webhook.NewStandard([]webhook.Key{{Sender: "x", Secret: core.Secret(secretOf("OWN_TOOL_SECRET"))}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Verify(time.Now(), h, []byte(body))
	if err != nil || d.Delivery != "ticket-4711-1" {
		t.Errorf("%v: %q %s", err, d.Delivery, body)
	}
}
