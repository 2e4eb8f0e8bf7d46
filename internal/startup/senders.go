package startup

import (
	"errors"
	"fmt"

	"stopdesktops/internal/callback"
	"stopdesktops/internal/config"
	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/webhook"
)

// WebhookKeys gives the deployment's secrets to its one built-in sender.
func WebhookKeys(w settings.Webhook) webhook.Keys {
	keys := webhook.Keys{}
	for _, s := range w.Secrets {
		keys.Signing = append(keys.Signing, webhook.Key{Sender: webhook.BuiltIn, Secret: s})
	}
	for _, s := range w.Tokens {
		keys.Bearer = append(keys.Bearer, webhook.Key{Sender: webhook.BuiltIn, Secret: s})
	}
	return keys
}

// SenderSettings puts the senders of senders.yaml in the words of the package
// that authenticates them.
func SenderSettings(all []senders.Sender) []webhook.Settings {
	var settings []webhook.Settings
	for _, s := range all {
		w := webhook.Settings{Name: s.Name, Scheme: s.Scheme, Header: s.Header, Secrets: s.Secrets, May: s.May,
			Delivery: s.Delivery, Freshness: s.Freshness, Request: s.Request}
		if s.Callback != nil {
			w.Ticket = s.Callback.Ticket
		}
		settings = append(settings, w)
	}
	return settings
}

// TicketAnswers makes what answers each sender's tickets, by sender.
func TicketAnswers(c config.Config) (map[string]*callback.Callback, error) {
	all := map[string]*callback.Callback{}
	var faults []error
	for _, s := range c.Senders {
		if s.Callback == nil {
			continue
		}
		a, err := callback.New(callback.Options{URL: s.Callback.URL, Hosts: c.Webhook.CallbackHosts, Method: s.Callback.Method, Auth: s.Callback.Auth, Header: s.Callback.Header,
			Secrets: s.Callback.Secrets, Body: s.Callback.Body})
		if err != nil {
			faults = append(faults, callbackFaults(s, err)...)
			continue
		}
		all[s.Name] = a
	}
	return all, errors.Join(faults...)
}

// unarmedBodies looks at the templates of senders whose secrets are not here: what is
// wrong with one hangs on no secret.
func unarmedBodies(c config.Config) error {
	var faults []error
	for _, s := range c.Unarmed {
		if s.Callback != nil {
			faults = append(faults, callbackFaults(s, callback.CheckBody(s.Callback.Body))...)
		}
	}
	return errors.Join(faults...)
}

// callbackFaults are what is wrong with a sender's callback; each says whose it is.
func callbackFaults(s senders.Sender, err error) (faults []error) {
	if err == nil {
		return nil
	}
	for _, one := range each(err) {
		if there := answerSecret(s, one); there != nil {
			faults = append(faults, there)
			continue
		}
		faults = append(faults, fmt.Errorf("the callback of sender %s: %w", s.Name, one))
	}
	return faults
}

// each are the errors that were joined into one, however often.
func each(err error) []error {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, each(one)...)
	}
	return all
}
