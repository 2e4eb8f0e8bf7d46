package startup_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/startup"
)

const (
	stateKey = "q7Qm0Jf2pZ8yVdT4wXnR6sK1uEoLbHcA9gIiNtMzCvY="
	token    = "bench-token-0123456789abcdef"
)

// deployment is one without a mistake.
func deployment() map[string]string {
	return map[string]string{"ECD_REGIONS": "cn-hangzhou", "STATE_BUCKET": "state-bucket", "STATE_REGION": "cn-hangzhou", "STATE_KEY": stateKey,
		"INVOKE_FUNCTION": "stopdesktops", "WEBHOOK_TOKENS": token, "CONFIG_DIR": "config"}
}

func load(vars, files map[string]string) (startup.Parts, error) {
	var parts startup.Parts
	folder := fstest.MapFS{"policy.cedar": {Data: []byte("permit (principal, action, resource);\n")}}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	var environ []string
	for name, value := range vars {
		environ = append(environ, name+"="+value)
	}
	_, err := config.Load(config.Source{Environ: environ, Checks: parts.All(time.Now), Open: func(string) fs.FS { return folder }})
	return parts, err
}

func TestPartsAreMadeOnTheWay(t *testing.T) {
	parts, err := load(deployment(), nil)
	if err != nil || parts.Keys == nil || parts.Policy == nil {
		t.Errorf("parts %v, error %v", parts, err)
	}
}

// TestSecretsByTheirNames: what is wrong with a secret is told where senders.yaml names
// it, by its name and where its value is, and its value is not shown.
func TestSecretsByTheirNames(t *testing.T) {
	const text = `Senders:
- {Name: other, Scheme: bearer, Secrets: [OTHER_IN], May: [read]}
- Name: tickets
  Scheme: header
  Header: X-Token
  Secrets: [TICKETS_NEW, TICKETS_IN]
  May: [read]
  Request: {RegionId: '=cn-hangzhou', DesktopId: desktops}
  Callback: {URL: 'https://tickets.example.com/x', Auth: bearer, Secrets: [TICKETS_OUT], Ticket: id, Body: '{}'}
`
	vars := deployment()
	vars["OTHER_IN"], vars["CALLBACK_HOSTS"] = "hunter2", "tickets.example.com"
	vars["SENDER_SECRETS"] = `{"TICKETS_NEW": "0123456789abcdef0123456789abcdef", "TICKETS_IN": "hunter2-in", "TICKETS_OUT": "hunter"}`
	_, err := load(vars, map[string]string{"senders.yaml": text})
	const want = `config/senders.yaml:2:43: the variable OTHER_IN has 7 characters, want 24 to 512; make one with: openssl rand -hex 32
config/senders.yaml:6:26: the secret TICKETS_IN of SENDER_SECRETS has 10 characters, want 24 to 512; make one with: openssl rand -hex 32
config/senders.yaml:9:76: the secret TICKETS_OUT of SENDER_SECRETS has 6 characters, want 8 to 4096`
	if err == nil || err.Error() != want {
		t.Errorf("it says\n%v\nwant\n%s", err, want)
	}
}

// TestBodyWithoutItsSecret: a callback's template is looked at whether its secret is
// set or not, and whether the sender's own is.
func TestBodyWithoutItsSecret(t *testing.T) {
	const text = `Senders:
- Name: tickets
  Scheme: bearer
  Secrets: [TICKETS_IN]
  May: [read]
  Request: {RegionId: '=cn-hangzhou', DesktopId: desktops}
  Callback: {URL: 'https://tickets.example.com/x', Auth: bearer, Secrets: [TICKETS_OUT], Ticket: id, Body: '{"text": "{{.Verdict | text}}"}'}
`
	const in, out = "TICKETS_IN=ticket-token-0123456789abcdef", "TICKETS_OUT=answer-token-0123456789abcdef"
	for _, set := range [][]string{nil, {in}, {out}, {in, out, "CALLBACK_HOSTS=tickets.example.com"}} {
		for body, want := range map[string]string{text: "", strings.Replace(text, ".Verdict", ".Verdct", 1): "config/senders.yaml: the callback of sender tickets: body, for "} {
			var parts startup.Parts
			folder := fstest.MapFS{"policy.cedar": {Data: []byte("permit (principal, action, resource);\n")}, "senders.yaml": {Data: []byte(body)}}
			_, err := config.Load(config.Source{Environ: append([]string{"CONFIG_DIR=config"}, set...), Checks: parts.All(time.Now),
				Open: func(string) fs.FS { return folder }, Absent: func(string) {}})
			if want == "" && err != nil || want != "" && (err == nil || strings.Count(err.Error(), want) != 1) {
				t.Errorf("with %q set: %v, want %q", set, err, want)
			}
		}
	}
}

// TestMistakesThatOnlyOthersSee holds that each adapter looks at its part.
func TestMistakesThatOnlyOthersSee(t *testing.T) {
	const sender = "Senders:\n- {Name: tickets, Scheme: header, Header: X-Token, Secrets: [TICKETS_TOKEN], May: [read]"
	for _, c := range []struct {
		name  string
		vars  map[string]string
		files map[string]string
		want  string
	}{
		{"state key", map[string]string{"STATE_KEY": "short"}, nil, "STATE_KEY: entry 1 of 1 is not base64"},
		{"policy", nil, map[string]string{"policy.cedar": "permit (principal is Operater, action, resource);"}, "config/policy.cedar:1:22: there is no entity type Operater"},
		{"token", map[string]string{"WEBHOOK_TOKENS": "short"}, nil, "WEBHOOK_TOKENS: bearer token 1 of sender \"webhook\": has 5 characters"},
		{"signing secret", map[string]string{"WEBHOOK_SECRETS": "whsec_x"}, nil, "WEBHOOK_SECRETS: "},
		{"shared secret", map[string]string{"TICKETS_TOKEN": token}, map[string]string{"senders.yaml": sender + "}\n"}, "config/senders.yaml: "},
		{"callback", map[string]string{"TICKETS_TOKEN": "ticket-token-0123456789abcdef", "ANSWER": "answer-token-0123456789abcdef", "CALLBACK_HOSTS": "tickets.example.com"},
			map[string]string{"senders.yaml": sender + ", Callback: {URL: 'https://tickets.example.com/{{', Auth: bearer, Secrets: [ANSWER], Ticket: id, Body: '{}'}, Request: {RegionId: '=cn-hangzhou', DesktopId: desktops}}\n"}, "config/senders.yaml: the callback of sender tickets: "},
		{"origin", map[string]string{"SLACK_HOOK_ORIGINS": "http://hooks.example.com"}, nil, "SLACK_HOOK_ORIGINS: "},
		{"bot token", map[string]string{"SLACK_BOT_TOKEN": "xoxp-1"}, nil, "SLACK_BOT_TOKEN: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			vars := deployment()
			for name, value := range c.vars {
				vars[name] = value
			}
			_, err := load(vars, c.files)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %s", err, c.want)
			}
		})
	}
}
