package policy

import (
	"context"
	"log/slog"

	"github.com/cedar-policy/cedar-go"

	"stopdesktops/internal/core"
)

// Entity types, as in schema.cedarschema.
const (
	typeSender       cedar.EntityType = "Sender"
	typeTimer        cedar.EntityType = "Timer"
	typeSlackUser    cedar.EntityType = "SlackUser"
	typeOperator     cedar.EntityType = "Operator"
	typeGroup        cedar.EntityType = "Group"
	typeSlackGroup   cedar.EntityType = "SlackGroup"
	typeSlackChannel cedar.EntityType = "SlackChannel"
	typeDesktop      cedar.EntityType = "Desktop"
	typeFleet        cedar.EntityType = "Fleet"
	typeAction       cedar.EntityType = "Action"
)

// fleet is the resource of a question about a request, a run, or everything.
var fleet = cedar.NewEntityUID(typeFleet, "all")

// Permitted answers one question. What is not permitted is denied, and so is a
// question that no policy could be meant for, and one over which a policy
// failed: a forbid that could not be evaluated must not be passed over. Where
// tags, percentage, time or all that a look tells of the desktop are unknown, a
// permit that reads them permits nothing and a forbid that reads them holds.
func (p *Policy) Permitted(ctx context.Context, ask core.Ask) core.Verdict {
	q, wrong := p.question(ask)
	if wrong != "" {
		p.log().LogAttrs(ctx, slog.LevelError, "policy denies a question that it cannot answer",
			slog.String("caller", ask.Caller.String()), slog.String("action", string(ask.Action)), slog.String("problem", wrong))
		return core.Verdict{}
	}
	decision, diagnostic := cedar.Authorize(&q.rules, &q.known, q.request)
	if len(diagnostic.Errors) > 0 {
		return p.failed(ctx, ask, diagnostic.Errors)
	}
	verdict := core.Verdict{Allowed: decision == cedar.Allow}
	if len(diagnostic.Reasons) > 0 {
		verdict.Policies = make([]string, len(diagnostic.Reasons))
		for i, r := range diagnostic.Reasons {
			verdict.Policies[i] = string(r.PolicyID)
		}
	}
	if q.rules.missed != 0 && !verdict.Allowed {
		p.log().LogAttrs(ctx, slog.LevelInfo, "policy denies without knowing everything",
			slog.String("caller", ask.Caller.String()), slog.String("action", string(ask.Action)), slog.String("unknown", q.rules.missed.String()))
	}
	return verdict
}

// failed denies, and says which policies could not be evaluated.
func (p *Policy) failed(ctx context.Context, ask core.Ask, failures []cedar.DiagnosticError) core.Verdict {
	var verdict core.Verdict
	for _, f := range failures {
		verdict.Policies = append(verdict.Policies, string(f.PolicyID))
		p.log().LogAttrs(ctx, slog.LevelError, "policy failed, so the question is denied",
			slog.String("caller", ask.Caller.String()), slog.String("action", string(ask.Action)),
			slog.String("policy", string(f.PolicyID)), slog.String("file", f.Position.Filename),
			slog.Int("line", f.Position.Line), slog.String("problem", f.Message))
	}
	return verdict
}

func (p *Policy) log() *slog.Logger {
	if p.Log != nil {
		return p.Log
	}
	return slog.Default()
}

// question is one question in Cedar's terms. It is one piece of memory, because
// Cedar takes its parts by pointer.
type question struct {
	rules   applicable
	known   entities
	request cedar.Request
}

// question puts a question in Cedar's terms, or says why it has none.
func (p *Policy) question(ask core.Ask) (*question, string) {
	caller, wrong := p.lastCaller.entity(ask)
	if wrong != "" {
		return nil, wrong
	}
	resource := fleet
	about, known := aboutDesktop(ask.Action)
	switch {
	case !known:
		return nil, "there is no such action"
	case about && ask.Desktop == nil:
		return nil, "the action is about a desktop, and none was given"
	case !about && ask.Desktop != nil:
		return nil, "the action is about the request as a whole, and a desktop was given"
	case about:
		resource = cedar.NewEntityUID(typeDesktop, cedar.String(ask.Desktop.RegionId+"/"+ask.Desktop.DesktopId))
	}
	return &question{
		rules: applicable{rules: p.rules, action: bit(actionList, ask.Action), principal: bit(principalList, caller.UID.Type), unknown: unknown(ask)},
		known: entities{principal: caller, needs: &p.needs, desktop: ask.Desktop, uid: resource},
		request: cedar.Request{
			Principal: caller.UID,
			Action:    cedar.NewEntityUID(typeAction, cedar.String(ask.Action)),
			Resource:  resource,
			Context:   p.lastContext.record(ask),
		},
	}, ""
}

// aboutDesktop says whether an action is asked for each desktop.
func aboutDesktop(a core.Action) (about, known bool) {
	b := bit(actionList, a)
	return b != 0 && b < 1<<desktopActions, b != 0
}
