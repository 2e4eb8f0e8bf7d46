package webhook_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

func clock() time.Time { return now }

func newAuthenticator(t *testing.T, keys webhook.Keys) *webhook.Authenticator {
	t.Helper()
	a, err := webhook.New(keys, clock)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var (
	signing = []webhook.Key{{Sender: "alice", Secret: standardKit.secrets[0]}}
	tokens  = []webhook.Key{{Sender: "bob", Secret: bearerKit.secrets[0]}}
)

func both(a, b http.Header) http.Header {
	h := a.Clone()
	for name, values := range b {
		h[name] = values
	}
	return h
}

func TestAuthenticate(t *testing.T) {
	signed := standardKit.sign(standardKit.secrets[0], delivery, now, body)
	badlySigned := standardKit.sign(standardKit.secrets[1], delivery, now, body)
	token := bearerKit.sign(bearerKit.secrets[0], "key-1", now, body)
	badToken := bearerKit.sign(bearerKit.secrets[1], "key-1", now, body)
	basic := http.Header{"Authorization": {"Basic YWxpY2U6eA=="}}
	for name, tt := range map[string]struct {
		h       http.Header
		keys    webhook.Keys
		post    string // sender of POST /stop, "" refused
		another string // sender of another route, "" refused
	}{
		"signature":                        {signed, webhook.Keys{Signing: signing, Bearer: tokens}, "alice", ""},
		"token":                            {token, webhook.Keys{Signing: signing, Bearer: tokens}, "bob", "bob"},
		"nothing":                          {http.Header{}, webhook.Keys{Signing: signing, Bearer: tokens}, "", ""},
		"both":                             {both(signed, token), webhook.Keys{Signing: signing, Bearer: tokens}, "", ""},
		"signature and a bad token":        {both(signed, badToken), webhook.Keys{Signing: signing, Bearer: tokens}, "", ""},
		"token and a bad signature":        {both(badlySigned, token), webhook.Keys{Signing: signing, Bearer: tokens}, "", ""},
		"token and one signature header":   {both(token, http.Header{"Webhook-Id": {"x"}}), webhook.Keys{Signing: signing, Bearer: tokens}, "", ""},
		"signature and somebody's basic":   {both(signed, basic), webhook.Keys{Signing: signing, Bearer: tokens}, "alice", ""},
		"basic":                            {basic, webhook.Keys{Signing: signing, Bearer: tokens}, "", ""},
		"signature where tokens are live":  {signed, webhook.Keys{Bearer: tokens}, "", ""},
		"token where signatures are live":  {token, webhook.Keys{Signing: signing}, "", ""},
		"signature, no tokens":             {signed, webhook.Keys{Signing: signing}, "alice", ""},
		"signature with an empty id added": {both(signed, http.Header{"Webhook-Id": {""}}), webhook.Keys{Signing: signing}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthenticator(t, tt.keys)
			got, err := a.Authenticate(tt.h, body)
			check(t, "POST /stop", got, err, tt.post)
			got, err = a.Bearer(tt.h)
			check(t, "another route", got, err, tt.another)
			if err == nil && got.Delivery != "" {
				t.Errorf("another route names the delivery %q", got.Delivery)
			}
		})
	}
}

func check(t *testing.T, route string, got webhook.Delivery, err error, want string) {
	t.Helper()
	switch {
	case want == "" && core.CodeOf(err) != core.Unauthenticated:
		t.Errorf("%s: %+v, %v; want Unauthenticated", route, got, err)
	case want == "" && core.MessageOf(err) != "Nobody knows who sent this.":
		t.Errorf("%s: a stranger reads %q", route, core.MessageOf(err))
	case want == "" && errors.Unwrap(err) == nil:
		t.Errorf("%s: the log gets no reason", route)
	case want != "" && (err != nil || got.Name != want):
		t.Errorf("%s: %+v, %v; want %s", route, got, err, want)
	}
}

func TestNewReportsEveryFault(t *testing.T) {
	if _, err := webhook.New(webhook.Keys{}, clock); err == nil || !strings.Contains(err.Error(), "nobody could get in") {
		t.Errorf("no key at all: %v", err)
	}
	_, err := webhook.New(webhook.Keys{
		Signing: []webhook.Key{{Sender: "alice", Secret: "whsec_short"}, {Sender: "", Secret: vectorSecret}},
		Bearer:  []webhook.Key{{Sender: "bob", Secret: "short"}},
	}, clock)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{`signing secret 1 of sender "alice"`, `signing secret 2 of sender ""`, `bearer token 1 of sender "bob"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
}
