package main

import (
	"fmt"
	"strings"

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
    CGO_ENABLED=0 go run ./cmd/playground sign -secret %[1]s |
    curl -sS -K - %[2]s/stop

See how a run ends:

  RUN=webhook-...  # the RunId of the answer above
  curl -sS -H 'Authorization: Bearer %[3]s' "%[2]s/runs/$RUN"

Desktops by what they are, in two regions; DryRun says what would happen:

  echo '{"Select":{"RegionId":["all"],"Tag":[{"Key":"env","Value":"prod"}]},"DryRun":true}' |
    CGO_ENABLED=0 go run ./cmd/playground sign -secret %[1]s |
    curl -sS -K - %[2]s/stop

What decides about a desktop%[8]s, and why:

  curl -sS -H 'Authorization: Bearer %[3]s' \
    '%[2]s/why?RegionId=%[4]s&DesktopId=%[5]s%[9]s'

Stop nothing at all for an hour, and go on:

  curl -sS -H 'Authorization: Bearer %[3]s' -d '{"For":"1h","Reason":"release night"}' %[2]s/freeze
  curl -sS -H 'Authorization: Bearer %[3]s' -X DELETE %[2]s/freeze

The same as an operator at a terminal: in a second shell, in this folder,

  . %[6]s
  go run ./cmd/stopdesktops why --region %[4]s %[5]s
  go run ./cmd/stopdesktops stop --region cn-hangzhou ecd-demo0004 --dry-run
%[7]s  go run ./cmd/stopdesktops freeze 1h release night
  go run ./cmd/stopdesktops unfreeze

Without --dry-run it shows the plan and asks. docs/terminal.md has the rest.

`, p.cloud.WebhookSecret, at, token, left.Region, left.ID, shellPath(terminal), p.runsLine(), p.words(), p.wordsOf())
	p.inviteSenders(at)
	fmt.Fprint(p.out, `With  -H 'Prefer: wait=10'  the first curl gets the report at once. A 401 has no
body: its secret or token is wrong. `+"`go run ./cmd/playground -logs`"+` shows
what the functions log.
`)
	fmt.Fprintf(p.out, `Who may do what is said in %s%s.
A change of that folder counts from the next start: press Ctrl-C and start anew.
Press Ctrl-C to end.
`, p.folder.shown, p.otherFolder())
	return nil
}

// otherFolder says how to run the folder that a deployment has.
func (p *playground) otherFolder() string {
	if p.folder.own {
		return ""
	}
	return " here, and in config/ for a\ndeployment; `make run CONFIG=my-config` runs a folder of your own"
}

// inviteSenders prints how to send what the folder's senders would. Their answers
// to tickets do leave this machine, so they are announced.
func (p *playground) inviteSenders(at string) {
	folder := shellPath(p.folder.shown)
	for i, s := range p.folder.config.Senders {
		if i == 0 {
			fmt.Fprint(p.out, "What a sender of senders.yaml will send: in that second shell, with a body of\nits system, about desktops from the list above, in ticket.json,\n\n")
		}
		body, from := "", " < ticket.json"
		if len(s.Request) == 0 {
			body, from = "  echo '{\"RegionId\":\"cn-hangzhou\",\"DesktopId\":[\"ecd-demo0004\"],\"DryRun\":true}' |\n  ", ""
		}
		fmt.Fprintf(p.out, "%s  CGO_ENABLED=0 go run ./cmd/playground sign -config %s -sender %s%s |\n    curl -sS -K - %s/senders/%s\n", body, folder, s.Name, from, at, s.Name)
		if s.Callback != nil {
			fmt.Fprintf(p.out, "  # Its run answers the ticket for real, at %s\n", s.Callback.URL)
		}
		fmt.Fprintln(p.out)
	}
}

// runsLine is the command that shows the run that somebody in Slack began, where
// there is one.
func (p *playground) runsLine() string {
	if p.slackRun == "" {
		return ""
	}
	return "  go run ./cmd/stopdesktops runs " + p.slackRun + "\n"
}

// askedTimer is the timer by whose words a desktop is asked about: that of the
// night, or else the first that selects; none where there is none.
func (p *playground) askedTimer() string {
	if t, ok := p.tick(runOf("nightly-dev")); ok && t.timer.Request.Select != nil {
		return t.timer.Name
	}
	for _, t := range p.ticks {
		if t.timer.Request.Select != nil {
			return t.timer.Name
		}
	}
	return ""
}

func (p *playground) words() string {
	if p.askedTimer() == "" {
		return ""
	}
	return ", by the words of a timer"
}

func (p *playground) wordsOf() string {
	if name := p.askedTimer(); name != "" {
		return "&Timer=" + strings.TrimSpace(name)
	}
	return ""
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
