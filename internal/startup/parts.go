package startup

import (
	"errors"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/policy"
	"stopdesktops/internal/statekey"
	"stopdesktops/internal/webhook"
)

// Parts are what the checks make on their way, so that nothing is read twice.
type Parts struct {
	// Self is the function that starts, by the platform's word (FC_FUNCTION_NAME),
	// and empty at a terminal.
	Self string

	Keys   *statekey.Keys
	Policy *policy.Policy
}

// Core are the checks of what every door needs: the state key and the policy.
func (p *Parts) Core() []config.Check {
	return []config.Check{
		{Of: "STATE_KEY", Run: p.stateKey},
		{Of: "policy.cedar", Run: func(c config.Config) (err error) {
			p.Policy, err = policy.Parse(c.Policy.Name, c.Policy.Text)
			return err
		}},
	}
}

// All are the checks of the function stopdesktops.
func (p *Parts) All(now func() time.Time) []config.Check {
	return append(p.Core(), []config.Check{
		{Of: "WEBHOOK_SECRETS", Run: func(c config.Config) error {
			if keys := WebhookKeys(c.Webhook).Signing; len(keys) > 0 {
				_, err := webhook.NewStandard(keys)
				return err
			}
			return nil
		}},
		{Of: "WEBHOOK_TOKENS", Run: func(c config.Config) error {
			if keys := WebhookKeys(c.Webhook).Bearer; len(keys) > 0 {
				_, err := webhook.NewBearer(keys)
				return err
			}
			return nil
		}},
		{Of: "senders.yaml", Run: func(c config.Config) error {
			bodies := unarmedBodies(c)
			if len(c.Senders) == 0 {
				return bodies
			}
			_, err := webhook.New(WebhookKeys(c.Webhook), now, SenderSettings(c.Senders)...)
			_, unanswered := TicketAnswers(c)
			return errors.Join(secretsInPlace(c.Senders, err), unanswered, bodies)
		}},
		{Of: "SLACK_HOOK_ORIGINS", Run: func(c config.Config) error {
			_, err := Poster(c.Posts)
			return err
		}},
		{Of: "SLACK_BOT_TOKEN", Run: func(c config.Config) error {
			_, err := BotPoster(c.Posts)
			return err
		}},
		{Of: "INVOKE_FUNCTION", Run: func(c config.Config) error {
			_, err := fc.NewInvoker(fc.InvokerOptions{Function: c.Invoke.Function, Endpoint: c.Invoke.Endpoint})
			return err
		}},
	}...)
}
