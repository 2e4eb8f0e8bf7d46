package policy

import (
	"context"
	"log/slog"
	"sync/atomic"

	"github.com/cedar-policy/cedar-go"

	"stopdesktops/internal/core"
)

// Entity types, as in schema.cedarschema.
const (
	typeSender    cedar.EntityType = "Sender"
	typeTimer     cedar.EntityType = "Timer"
	typeSlackUser cedar.EntityType = "SlackUser"
	typeOperator  cedar.EntityType = "Operator"
	typeDesktop   cedar.EntityType = "Desktop"
	typeFleet     cedar.EntityType = "Fleet"
	typeAction    cedar.EntityType = "Action"
)

// fleet is the resource of a question about a request or a run as a whole.
var fleet = cedar.NewEntityUID(typeFleet, fleetID)

// fleetID is the one id of Fleet.
const fleetID = "all"

// Permitted answers one question. What is not permitted is denied, and so is a
// question that no policy could be meant for, and one over which a policy
// failed: a forbid that could not be evaluated must not be passed over.
func (p *Policy) Permitted(ctx context.Context, ask core.Ask) core.Verdict {
	request, wrong := p.request(ask)
	if wrong != "" {
		p.log().LogAttrs(ctx, slog.LevelError, "policy denies a question that it cannot answer",
			slog.String("caller", ask.Caller.String()), slog.String("action", string(ask.Action)), slog.String("problem", wrong))
		return core.Verdict{}
	}
	decision, diagnostic := cedar.Authorize(p.rules, &entities{desktop: ask.Desktop, uid: request.Resource}, request)
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

// request puts a question in Cedar's terms, or says why it has none.
func (p *Policy) request(ask core.Ask) (cedar.Request, string) {
	caller, ok := principalType(ask.Caller.Door)
	if !ok || ask.Caller.Name == "" {
		return cedar.Request{}, "nobody knows who is asking"
	}
	resource := fleet
	about, known := aboutDesktop(ask.Action)
	switch {
	case !known:
		return cedar.Request{}, "there is no such action"
	case about && ask.Desktop == nil:
		return cedar.Request{}, "the action is about a desktop, and none was given"
	case !about && ask.Desktop != nil:
		return cedar.Request{}, "the action is about the request as a whole, and a desktop was given"
	case about:
		resource = cedar.NewEntityUID(typeDesktop, cedar.String(ask.Desktop.RegionId+"/"+ask.Desktop.DesktopId))
	}
	return cedar.Request{
		Principal: cedar.NewEntityUID(caller, cedar.String(ask.Caller.Name)),
		Action:    cedar.NewEntityUID(typeAction, cedar.String(ask.Action)),
		Resource:  resource,
		Context:   p.last.record(ask),
	}, ""
}

func principalType(d core.Door) (cedar.EntityType, bool) {
	switch d {
	case core.Webhook:
		return typeSender, true
	case core.Timer:
		return typeTimer, true
	case core.Slack:
		return typeSlackUser, true
	case core.Terminal:
		return typeOperator, true
	}
	return "", false
}

// aboutDesktop says whether an action is asked for each desktop.
func aboutDesktop(a core.Action) (about, known bool) {
	switch a {
	case core.ActionPreview, core.ActionStop, core.ActionForce:
		return true, true
	case core.ActionSubmit, core.ActionRead, core.ActionUnasked:
		return false, true
	}
	return false, false
}

// entities gives Cedar the attributes of the desktop. They are made when a
// policy first reads one, because most policies read none.
type entities struct {
	desktop *core.Desktop
	uid     cedar.EntityUID
	entity  cedar.Entity
	made    bool
}

// Get implements cedar.EntityGetter.
func (e *entities) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	if e.desktop == nil || uid != e.uid {
		return cedar.Entity{}, false
	}
	if !e.made {
		e.entity, e.made = desktopEntity(e.uid, e.desktop), true
	}
	return e.entity, true
}

func desktopEntity(uid cedar.EntityUID, d *core.Desktop) cedar.Entity {
	return cedar.Entity{UID: uid, Attributes: cedar.NewRecord(cedar.RecordMap{
		"region":    cedar.String(d.RegionId),
		"id":        cedar.String(d.DesktopId),
		"name":      cedar.String(d.DesktopName),
		"status":    cedar.String(d.Status),
		"connected": cedar.Boolean(d.Connection != core.ConnDisconnected),
	})}
}

// lastContext keeps the context of the last question: a run asks about each of
// its desktops with the same one, and making it costs more than most policies.
type lastContext struct{ kept atomic.Pointer[keptContext] }

type keptContext struct {
	count  int
	reason string
	dryRun bool
	record cedar.Record
}

func (l *lastContext) record(ask core.Ask) cedar.Record {
	k := l.kept.Load()
	if k != nil && k.count == ask.Count && k.dryRun == ask.DryRun && k.reason == ask.Reason {
		return k.record
	}
	k = &keptContext{ask.Count, ask.Reason, ask.DryRun, cedar.NewRecord(cedar.RecordMap{
		"count":  cedar.Long(ask.Count),
		"reason": cedar.String(ask.Reason),
		"dryRun": cedar.Boolean(ask.DryRun),
	})}
	l.kept.Store(k)
	return k.record
}
