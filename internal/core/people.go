package core

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
)

// Person is what is known of a caller beside his id.
type Person struct {
	// Groups are operators, oncall, owners and helpdesk, and user groups of Slack
	// as <workspace>/<group>.
	Groups  []string
	EndUser string // the end user of the cloud whom he is; "" owns nothing
	// unknown says that nobody could find out. Then nothing is permitted, because
	// a policy may forbid what only members of a group are excepted from.
	unknown bool
}

// People knows who a caller is. An error means that nobody could find out, and
// then nothing is permitted.
type People interface {
	Who(ctx context.Context, c Caller) (Person, error)
}

// who is the person behind a caller.
func (r *Runner) who(ctx context.Context, c Caller) Person {
	if r.People == nil {
		return Person{}
	}
	p, err := r.People.Who(ctx, c)
	if err != nil {
		r.Log.LogAttrs(ctx, slog.LevelWarn, "nobody could find out who this is, so nothing is permitted", slog.String("caller", c.String()), slog.String("error", MessageOf(err)))
		return Person{unknown: true}
	}
	return p
}

// asked puts a question to the policy, unless nobody knows who asks it.
func (r *Runner) asked(ctx context.Context, p Person, ask Ask) Verdict {
	if p.unknown {
		return Verdict{}
	}
	return r.Permit.Permitted(ctx, ask)
}

// askAs is a question of this person to the policy, about a request as a whole.
func (r *Runner) askAs(p Person, rec *RequestRecord, a Action) Ask {
	return Ask{Caller: rec.Caller, Action: a, Reason: rec.Request.Reason, Percent: -1, DryRun: rec.Request.DryRun,
		Groups: p.Groups, EndUser: p.EndUser, Ticket: rec.Request.Ticket, At: r.Now().In(r.Rules.zone())}
}

// permitted asks the policy about a request or a run as a whole.
func (r *Runner) permitted(ctx context.Context, rec *RequestRecord, a Action) bool {
	who := r.who(ctx, rec.Caller)
	ask := r.askAs(who, rec, a)
	ask.Count = r.countSaid(rec)
	v := r.asked(ctx, who, ask)
	r.audit(ctx, audited{Decision: auditOf[a], Caller: rec.Caller, Run: rec.Run, Action: a, Allowed: v.Allowed, Policies: v.Policies,
		Count: ask.Count, DryRun: ask.DryRun, Reason: ask.Reason, Ticket: ask.Ticket})
	if !v.Allowed {
		r.Log.LogAttrs(ctx, slog.LevelWarn, "not permitted", slog.String("caller", rec.Caller.String()), slog.String("action", string(a)), slog.Any("policies", v.Policies))
	}
	return v.Allowed
}

// countSaid is how many desktops a request may reach, as far as its words say: a
// selection may reach as many as its door lets through, and a policy about the
// count must not pass it for fewer.
func (r *Runner) countSaid(rec *RequestRecord) int {
	if rec.Request.Selects() {
		return r.Rules.Ceiling(rec.Caller.Door)
	}
	return len(unique(rec.Request.DesktopId))
}

// mayNot is the refusal that names the missing action and whom to ask.
func (r *Runner) mayNot(c Caller, a Action) *Error {
	return Errorf(Forbidden, "The policy does not permit this request: %s needs action %s. Nothing was done; ask %s.", c, a, cmp.Or(r.Rules.HelpContact, "whoever keeps the policy"))
}

// auditOf is what a permission for an action is a decision about.
var auditOf = map[Action]decision{ActionSubmit: decidedRequest, ActionStopAll: decidedRequest, ActionUnasked: decidedRequest, ActionRead: decidedRead,
	ActionFreeze: decidedBrake, ActionHalt: decidedBrake}

// resolve puts the end users into a request that is about its caller's desktops
// or other people's. Nobody who is not mapped owns anything, so a request about
// him is refused and never widened.
func (r *Runner) resolve(ctx context.Context, rec RequestRecord) (RequestRecord, error) {
	callers := make([]Caller, 0, len(rec.People)+1)
	if rec.Mine {
		callers = append(callers, rec.Caller)
	}
	for _, name := range rec.People {
		callers = append(callers, Caller{Door: rec.Caller.Door, Name: name})
	}
	if len(callers) == 0 {
		return rec, nil
	}
	var s Selection
	if rec.Request.Select != nil {
		s = *rec.Request.Select
	}
	owners := []string{}
	for _, c := range callers {
		who := r.who(ctx, c)
		if who.unknown {
			return rec, Errorf(Busy, "Nobody could find out who %s is.", c)
		}
		if who.EndUser == "" {
			return rec, Errorf(Forbidden, "Nobody knows which desktops belong to %s: this deployment does not say which end user that is. Nothing was stopped; name the desktops, or give user:<end user id>. Whoever keeps the deployment can set SLACK_IDENTITY.", c)
		}
		owners = append(owners, who.EndUser)
	}
	if len(s.EndUserId) > 0 {
		owners = slices.DeleteFunc(owners, func(o string) bool { return !slices.Contains(s.EndUserId, o) })
		if len(owners) == 0 {
			return rec, Errorf(Invalid, "The people and the end users that are named have nobody in common, so nothing was stopped.")
		}
	}
	s.EndUserId = unique(owners)
	rec.Request.Select = &s
	return rec, nil
}
