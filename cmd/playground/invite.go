package main

import (
	"fmt"

	"stopdesktops/internal/core"
)

// invite prints what to type to stop other desktops, to ask why, and to pull the
// brake, over HTTP and at a terminal.
func (p *playground) invite() error {
	terminal, err := p.operator()
	if err != nil {
		return err
	}
	p.title("Your turn")
	at, token, left := p.cloud.FC.HTTPURL("stopdesktops"), p.cloud.WebhookToken, p.first(core.PrePaid)
	fmt.Fprintf(p.out, `The function is up. Stop another desktop:

  echo '{"RegionId":"cn-hangzhou","DesktopId":["ecd-demo0004"],"Reason":"my first stop"}' |
    go run ./cmd/playground sign -secret %[1]s |
    curl -sS -K - %[2]s/stop

See how a run ends:

  RUN=webhook-...  # the RunId of the answer above
  curl -sS -H 'Authorization: Bearer %[3]s' "%[2]s/runs/$RUN"

Desktops by what they are, in two regions; DryRun says what would happen:

  echo '{"Select":{"RegionId":["all"],"Tag":[{"Key":"env","Value":"prod"}]},"DryRun":true}' |
    go run ./cmd/playground sign -secret %[1]s |
    curl -sS -K - %[2]s/stop

What decides about a desktop, by the words of a timer, and why:

  curl -sS -H 'Authorization: Bearer %[3]s' \
    '%[2]s/why?RegionId=%[4]s&DesktopId=%[5]s&Timer=nightly-dev'

Stop nothing at all for an hour, and go on:

  curl -sS -H 'Authorization: Bearer %[3]s' -d '{"For":"1h","Reason":"release night"}' %[2]s/freeze
  curl -sS -H 'Authorization: Bearer %[3]s' -X DELETE %[2]s/freeze

The same as an operator at a terminal: in a second shell, in this folder,

  . %[6]s
  go run ./cmd/stopdesktops why --region %[4]s %[5]s
  go run ./cmd/stopdesktops stop --region cn-hangzhou ecd-demo0004 --dry-run
  go run ./cmd/stopdesktops runs %[7]s
  go run ./cmd/stopdesktops freeze 1h release night
  go run ./cmd/stopdesktops unfreeze

Without --dry-run it shows the plan and asks. docs/terminal.md has the rest.

With  -H 'Prefer: wait=10'  the first curl gets the report at once. A 401 has no
body: its secret or token is wrong. `+"`go run ./cmd/playground -logs`"+` shows
what the functions log. Who may do what is said in cmd/playground/config here,
and in config/ for a deployment.
Press Ctrl-C to end.
`, p.cloud.WebhookSecret, at, token, left.Region, left.ID, shellPath(terminal), p.slackRun)
	return nil
}

// first is the first desktop of the night that must end in an outcome.
func (p *playground) first(c core.Code) resident {
	for _, r := range p.asleep {
		if r.code == c {
			return r
		}
	}
	return resident{}
}
