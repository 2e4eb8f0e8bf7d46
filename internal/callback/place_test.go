package callback

import (
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// TestTicketsInURLs fills the holes with what people may have written.
func TestTicketsInURLs(t *testing.T) {
	for _, c := range []struct{ url, ticket, want string }{
		{"/i/{{.Ticket}}/comment", "OPS-42", "/i/OPS-42/comment"},
		{"/i/{{.Ticket}}", "INC0010001", "/i/INC0010001"},
		{"/i/{{.Ticket}}", "team#7", "/i/team%237"},
		{"/i/{{.Ticket}}", "a..b", "/i/a..b"},
		{"/i/{{.Ticket}}", "..", ""},
		{"/i/{{.Ticket}}", ".", ""},
		{"/i/{{.Ticket}}", "", ""},
		{"/i?x={{.Ticket}}", "", ""},
		{"/i/{{.Ticket}}", "a/b", ""},
		{"/i/{{.Ticket}}", "../admin", ""},
		{"/i/{{.Ticket}}", `..\admin`, ""},
		{"/i/{{.Ticket}}", "%2e%2e", ""},
		{"/i/{{.Ticket}}", "a?b", ""},
		{"/i/{{.Ticket}}", "a b", ""},
		{"/i/{{.Ticket}}", "a\r\nX: 1", ""},
		{"/i/{{.Ticket}}", "@evil.example.com", ""},
		{"/i/{{.Ticket}}", "é", ""},
		{"/i/{{.Ticket}}", strings.Repeat("x", maxTicket+1), ""},
		{"/i?x={{.Ticket}}&y=1", "a&y=2#x ?/../é\r\n", "/i?x=a%26y%3D2%23x+%3F%2F..%2F%C3%A9%0D%0A&y=1"},
		{"/i?x=1", "../whatever it is", "/i?x=1"},
		{"/i", "", "/i"},
		{"", "OPS-42", ""},
	} {
		p, err := parsePlace("https://tickets.example.com"+c.url, []string{"tickets.example.com"})
		if err != nil {
			t.Fatal(c.url, err)
		}
		u, err := p.of(c.ticket)
		switch {
		case err != nil && (c.want != "" || c.url == ""):
			t.Errorf("%s for %q: %v", c.url, c.ticket, err)
		case err != nil && len(c.ticket) > 3 && strings.Contains(err.Error(), c.ticket):
			t.Errorf("the error quotes the ticket: %v", err)
		case err == nil && u.String() != "https://tickets.example.com"+c.want:
			t.Errorf("%s for %q is %s, want %s", c.url, c.ticket, u, c.want)
		}
	}
	o := options("https://tickets.example.com/{{.Ticket}}")
	if got := made(t, o).Deliver(t.Context(), report(), "../"+querySecret); got.State != Refused || got.Tries != 0 {
		t.Errorf("Deliver = %+v", got)
	}
}

func FuzzPlace(f *testing.F) {
	for _, s := range []string{"OPS-42", "..", "a/../b", "%2e", "a b", "@x", "é", "?x#y", "\r\n", ""} {
		f.Add("/i/{{.Ticket}}/comment?x={{.Ticket}}", s)
		f.Add("/i?x={{.Ticket}}", s)
		f.Add(s, "OPS-42")
	}
	f.Fuzz(func(t *testing.T, rest, ticket string) {
		p, err := parsePlace("https://tickets.example.com"+rest, []string{"tickets.example.com"})
		if err != nil {
			return
		}
		plain, err := p.of("T")
		if err != nil {
			t.Fatalf("an ordinary ticket does not fit into %q: %v", rest, err)
		}
		u, err := p.of(ticket)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.Host != "tickets.example.com" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
			t.Fatalf("%q for ticket %q leads to %s", rest, ticket, u)
		}
		if a, b := strings.Count(u.Path, "/"), strings.Count(plain.Path, "/"); a != b {
			t.Fatalf("%q for ticket %q has %d steps, want %d: %s", rest, ticket, a, b, u)
		}
		if a, b := len(u.Query()), len(plain.Query()); a != b {
			t.Fatalf("%q for ticket %q has %d parameters, want %d: %s", rest, ticket, a, b, u)
		}
		for _, step := range strings.Split(u.EscapedPath(), "/") {
			if (step == "." || step == "..") && !strings.Contains(plain.Path, step) {
				t.Fatalf("%q for ticket %q climbs: %s", rest, ticket, u)
			}
		}
	})
}

// TestSecretsAreHiddenInCallbacks prints a callback in every way.
func TestSecretsAreHiddenInCallbacks(t *testing.T) {
	o := options("https://tickets.example.com/hook")
	o.Auth, o.Secrets = AuthBasic, []core.Secret{basicSecret}
	hidden(t, strings.Join([]string{sprint(made(t, o)), sprint(o)}, "\n"))
}
