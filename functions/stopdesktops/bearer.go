package main

import (
	"net/http"

	"stopdesktops/internal/core"
)

// bearer says who asks at a route that takes a token only, and whether he may
// ask for this at all: the built-in sender by its bearer token, a sender of
// senders.yaml by the secret that travels, where its scheme has one. What the
// policy says comes after it.
func (d *deployment) bearer(r *http.Request, action core.Action) (core.Caller, error) {
	proven, err := d.auth.Bearer(r.Header)
	if err == nil {
		return core.Caller{Door: core.Webhook, Name: proven.Name}, nil
	}
	for _, s := range d.config.Senders {
		sender, known := d.auth.Named(s.Name)
		if !known {
			continue
		}
		if _, wrong := sender.Token(r.Header); wrong != nil {
			continue
		}
		caller := core.Caller{Door: core.Webhook, Name: s.Name}
		if !sender.May(string(action)) {
			return caller, core.Errorf(core.Forbidden, "Sender %s may not %s: its May in senders.yaml does not hold it. Nothing was done.", s.Name, action)
		}
		return caller, nil
	}
	return core.Caller{}, err
}
