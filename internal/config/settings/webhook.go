package settings

import "stopdesktops/internal/core"

// Webhook is who may knock at the HTTP door.
type Webhook struct {
	Secrets []core.Secret // signing secrets of Standard Webhooks
	Tokens  []core.Secret // static bearer tokens
	// SenderSecrets are secrets of senders.yaml by the names that it has for them.
	// A deployment file passes a fixed list of variables on, and this is the one
	// for names that only the company knows.
	SenderSecrets map[string]core.Secret
	// CallbackHosts are the only hosts that answers to tickets go to, in lower
	// case, each with its port where it has one.
	CallbackHosts []string
}

func (w *Webhook) variables() []variable {
	return []variable{
		{Variable{Name: "WEBHOOK_SECRETS", Secret: true, Want: "signing secrets of the form whsec_<base64>, separated by commas; make one with: echo whsec_$(openssl rand -base64 32)",
			Doc: "Secrets with which webhooks are signed (Standard Webhooks); several live at once while one is replaced. This, WEBHOOK_TOKENS or senders.yaml is required."}, setSecrets(&w.Secrets)},
		{Variable{Name: "WEBHOOK_TOKENS", Secret: true, Want: "bearer tokens separated by commas; make one with: openssl rand -hex 32",
			Doc: "Static bearer tokens of senders that cannot sign, and of whoever reads runs. This, WEBHOOK_SECRETS or senders.yaml is required."}, setSecrets(&w.Tokens)},
		{Variable{Name: "SENDER_SECRETS", Secret: true, Want: `a JSON object of names and secrets such as {"TICKETS_IN": "...", "TICKETS_OUT": "..."}, each name once, in capitals`,
			Doc: "The secrets that senders.yaml names. One that is a variable of its own may be missing here."}, setNamedSecrets(&w.SenderSecrets)},
		{Variable{Name: "CALLBACK_HOSTS", Want: "host names such as tickets.example.com, in small letters, separated by commas; with a port where it is not 443",
			Doc: "The only hosts that answers to tickets are sent to."}, setHosts(&w.CallbackHosts)},
	}
}
