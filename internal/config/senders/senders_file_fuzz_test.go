package senders

import (
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/ticket"
)

// FuzzSenders checks that any file is either refused with places and without a
// secret, or holds only senders that may be trusted with what they may ask.
func FuzzSenders(f *testing.F) {
	for _, seed := range []string{
		"", "Senders: []", sender(goodLines), sender(githubLines + requestBlock), sender(goodLines + "  Channel: C024BE91L\n  CostCentre: IT\n"),
		"Senders:\n- {Name: b, Scheme: basic, Secrets: [B_SECRET], May: [stop, halt], Delivery: Idempotency-Key}\n",
		"Senders:\n- {Name: c, Scheme: header, Header: X-Key, Secrets: [A_SECRET, SAME_SECRET], May: [read], Delivery: 'a.#(b==\"c\").d', Request: {All: =true}}\n",
		"Senders: [{Request: {Select: {Tag: a}, Except: {Select: {}}}}]", "Senders: [{Callback: {URL: [], Auth: {}}}]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, problems := sendersOf(text)
		if strings.Contains(problems.Error(), "hunter2-of") && !strings.Contains(text, "hunter2-of") {
			t.Errorf("a secret is shown: %s", problems)
		}
		for _, p := range problems {
			if !strings.HasPrefix(p.Where, "f:") || p.Want == "" {
				t.Errorf("problem %+v", p)
			}
		}
		names := map[string]bool{}
		for _, s := range found {
			scheme, known := schemes[s.Scheme]
			if !known || names[s.Name] || s.Name == "" || len(s.Secrets) == 0 || len(s.May) == 0 || scheme.header != (s.Header != "") {
				t.Errorf("accepted %+v", s)
			}
			names[s.Name] = true
			timed := scheme.proves == provesAll || scheme.proves == provesTime || s.Freshness != ""
			if slices.Contains(s.May, "stop") && !timed && (scheme.proves != provesSecret || s.Delivery == "") {
				t.Errorf("may stop, and an old delivery would do: %+v", s)
			}
			if s.Request != nil {
				if _, problems := ticket.Compile(s.Request); len(problems) > 0 {
					t.Errorf("accepted a mapping with %v", problems)
				}
			}
			if s.Callback != nil && !strings.HasPrefix(s.Callback.URL, "https://tickets.example.com") && !strings.HasPrefix(s.Callback.URL, "http") {
				t.Errorf("accepted callback %s", s.Callback.URL)
			}
		}
	})
}
