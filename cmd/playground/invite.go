package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// invite prints what to type to stop other desktops, to ask why, and to pull the
// brake, over HTTP and at a terminal. What a folder of one's own does not permit is
// printed all the same, with what would permit it.
func (p *playground) invite(ctx context.Context) error {
	terminal, err := p.operator()
	if err != nil {
		return err
	}
	p.title("Your turn")
	p.inviteCurls(ctx)
	p.inviteTerminal(ctx, terminal)
	p.inviteSenders(ctx)
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

// offered is the desktop that the printed commands are about.
var offered = fleet[3]

// inviteCurls prints what a ticketing system would send, and whoever has the token.
func (p *playground) inviteCurls(ctx context.Context) {
	at, token, left := p.cloud.FC.HTTPURL("stopdesktops"), p.cloud.WebhookToken, p.first(core.PrePaid)
	const reason = "my first stop"
	ask := question{caller: webhookCaller, action: core.ActionSubmit}
	stop, dry, brake := ask, ask, question{caller: webhookCaller, action: core.ActionFreeze}
	stop.reason, dry.dryRun = reason, true
	frozen := brake
	frozen.reason = brakeReason
	fmt.Fprintf(p.out, `The function is up. Stop another desktop:

%[1]s  echo '{"RegionId":"cn-hangzhou","DesktopId":["ecd-demo0004"],"Reason":"%[2]s"}' |
    CGO_ENABLED=0 go run ./cmd/playground sign -secret %[3]s |
    curl -sS -K - %[4]s/stop

See how a run ends:

%[5]s  RUN=webhook-...  # the RunId of the answer above
  curl -sS -H 'Authorization: Bearer %[6]s' "%[4]s/runs/$RUN"

Desktops by what they are, in two regions; DryRun says what would happen:

%[7]s  echo '{"Select":{"RegionId":["all"],"Tag":[{"Key":"env","Value":"prod"}]},"DryRun":true}' |
    CGO_ENABLED=0 go run ./cmd/playground sign -secret %[3]s |
    curl -sS -K - %[4]s/stop

`, p.refusal(ctx, stop, question{caller: webhookCaller, action: core.ActionStop, reason: reason, about: &offered}), reason, p.cloud.WebhookSecret, at,
		p.refusal(ctx, question{caller: webhookCaller, action: core.ActionRead}), token, p.refusal(ctx, dry))
	fmt.Fprintf(p.out, `What decides about a desktop%[1]s, and why:

%[2]s  curl -sS -H 'Authorization: Bearer %[3]s' \
    '%[4]s/why?RegionId=%[5]s&DesktopId=%[6]s%[7]s'

Stop nothing at all for an hour, and go on:

%[8]s  curl -sS -H 'Authorization: Bearer %[3]s' -d '{"For":"1h","Reason":"%[9]s"}' %[4]s/freeze
  curl -sS -H 'Authorization: Bearer %[3]s' -X DELETE %[4]s/freeze

`, p.words(), p.refusal(ctx, question{caller: webhookCaller, action: core.ActionWhy, about: &left}), token, at, left.Region, left.ID, p.wordsOf(),
		p.refusal(ctx, frozen, brake), brakeReason)
}

// brakeReason is why everything is frozen by the printed commands.
const brakeReason = "release night"

// inviteTerminal prints what an operator would type.
func (p *playground) inviteTerminal(ctx context.Context, variables string) {
	you, left := operatorCaller(), p.first(core.PrePaid)
	const command = "  go run ./cmd/stopdesktops "
	fmt.Fprintf(p.out, "The same as an operator at a terminal: in a second shell, in this folder,\n\n  . %s\n", shellPath(variables))
	line := func(words string, questions ...question) {
		fmt.Fprintf(p.out, "%s%s%s\n", p.refusal(ctx, questions...), command, words)
	}
	line(fmt.Sprintf("why --region %s %s", left.Region, left.ID), question{caller: you, action: core.ActionWhy, about: &left})
	line("stop --region cn-hangzhou ecd-demo0004 --dry-run", question{caller: you, action: core.ActionSubmit, dryRun: true},
		question{caller: you, action: core.ActionPreview, dryRun: true, about: &offered})
	if p.slackRun != "" { // that somebody in Slack began
		line("runs "+p.slackRun, question{caller: you, action: core.ActionRead})
	}
	line("freeze 1h "+brakeReason, question{caller: you, action: core.ActionFreeze, reason: brakeReason})
	line("unfreeze", question{caller: you, action: core.ActionFreeze})
	fmt.Fprint(p.out, "\nWithout --dry-run it shows the plan and asks. docs/terminal.md has the rest.\n\n")
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
func (p *playground) inviteSenders(ctx context.Context) {
	at, folder := p.cloud.FC.HTTPURL("stopdesktops"), shellPath(p.folder.shown)
	for i, s := range p.folder.config.Senders {
		if i == 0 {
			fmt.Fprint(p.out, "What a sender of senders.yaml will send: in that second shell, with a body of\nits system, about desktops from the list above, in ticket.json,\n\n")
		}
		if !slices.Contains(s.May, string(core.ActionStop)) && !slices.Contains(s.May, string(core.ActionPreview)) {
			fmt.Fprintf(p.out, "  # Sender %s may not stop desktops, by its May in senders.yaml.\n\n", s.Name)
			continue
		}
		ask := question{caller: core.Caller{Door: core.Webhook, Name: s.Name}, action: core.ActionSubmit}
		body, from := "", " < ticket.json"
		if len(s.Request) == 0 {
			body, from = "  echo '{\"RegionId\":\"cn-hangzhou\",\"DesktopId\":[\"ecd-demo0004\"],\"DryRun\":true}' |\n  ", ""
			ask.dryRun = true
		} else {
			ask.reason = "of the ticket" // a policy may want one, and only the ticket has it
		}
		fmt.Fprintf(p.out, "%s%s  CGO_ENABLED=0 go run ./cmd/playground sign -config %s -sender %s%s |\n    curl -sS -K - %s/senders/%s\n", p.refusal(ctx, ask), body, folder, s.Name, from, at, s.Name)
		if s.Callback != nil {
			fmt.Fprintf(p.out, "  # Its run answers the ticket for real, at %s\n", s.Callback.URL)
		}
		fmt.Fprintln(p.out)
	}
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
