package main

import (
	"context"
	"crypto/rand"
	"encoding/json"

	"stopdesktops/internal/core"
	slackcommand "stopdesktops/internal/slackbot/command"
)

const keepHelp = `
  stopdesktops keep ecd-7w78ozhjcwa3u until 23:00
  stopdesktops keep ecd-7w78ozhjcwa3u 2h late build

A tag of the desktop says so, and lapses by itself. Times of day are in the zone
of the deployment unless one follows, as in until 23:00 Europe/Berlin.
`

func keepCommand() *command {
	return tagCommand(slackcommand.VerbKeep, core.AskKeep, "<desktop id>... <until when> [<reason>]", "Keep desktops awake for a while.", keepHelp)
}

func unkeepCommand() *command {
	return tagCommand(slackcommand.VerbUnkeep, core.AskUnkeep, "<desktop id>... [<reason>]", "No longer keep desktops awake.", "")
}

// tagCommand is a command that changes tags of desktops.
func tagCommand(verb slackcommand.Verb, kind core.Wish, args, what, more string) *command {
	var c common
	var output outputFlag
	var region string
	f := newFlags(string(verb))
	c.register(f)
	output.register(f)
	f.StringVar(&region, "region", "", "the `region`; without it every region of the deployment")
	return &command{name: string(verb), args: args, what: what, more: more, flags: f,
		do: func(ctx context.Context, t *terminal, args []string) error {
			d, err := t.open(c)
			if err != nil {
				return err
			}
			defer d.close()
			if region != "" {
				args = append([]string{"region=" + region}, args...)
			}
			p, err := t.slackWords(d, verb, args)
			if err != nil {
				return err
			}
			done, err := d.wish(ctx, core.RequestRecord{Kind: kind, Until: p.Until, Request: core.Request{RegionId: p.Region, DesktopId: p.IDs, Reason: p.Reason}})
			if err != nil {
				return err
			}
			if err := output.kept(t, done); err != nil {
				return err
			}
			return keptVerdict(done.Desktops)
		}}
}

// wish records and carries out something else than a stop.
func (d *deployment) wish(ctx context.Context, rec core.RequestRecord) (core.Done, error) {
	rec.Run, rec.At, rec.Caller = d.Keys.RunIDs(core.Terminal, d.caller.Name, rand.Text())[0], d.Now(), d.caller
	said, err := json.Marshal(rec.Request)
	if err != nil {
		return core.Done{}, err
	}
	rec.Fingerprint = d.Keys.Fingerprint(said)
	if _, _, err := d.Journal.Claim(ctx, rec); err != nil {
		return core.Done{}, err
	}
	return d.Do(ctx, rec.Run)
}

func (o *outputFlag) kept(t *terminal, done core.Done) error {
	if o.json {
		return writeJSON(t.out, struct {
			Desktops []core.Outcome `json:"Desktops"`
		}{done.Desktops})
	}
	rows := table{heading: []string{"DESKTOP", "OUTCOME", "REGION", "NAME", "DETAIL"}}
	for _, one := range done.Desktops {
		detail := said(one.Detail, t.zone)
		if detail == "" && one.Code != core.Unkept {
			detail = localized(one.Code.Meaning())
		}
		rows.add(one.DesktopId, string(one.Code), one.RegionId, one.DesktopName, detail)
	}
	return rows.print(t.out)
}

// keptVerdict is the exit code of a change of tags, in which kept is what was
// wanted.
func keptVerdict(outcomes []core.Outcome) error {
	code := exitOK
	for _, o := range outcomes {
		switch {
		case o.Code == core.Kept || o.Code == core.Unkept:
		case o.Code.Kind() == core.KindFailed:
			return &failure{code: exitDesktops}
		case o.Code == core.NotPermitted:
			code = exitRefused
		case code == exitOK:
			code = exitLeft
		}
	}
	if code == exitOK {
		return nil
	}
	return &failure{code: code}
}
