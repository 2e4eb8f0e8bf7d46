package core

import (
	"context"
	"log/slog"
)

// Person is what is known of a caller beside his id.
type Person struct {
	Groups  []string // operators, oncall, owners, helpdesk
	EndUser string   // the end user of the cloud whom he is; "" owns nothing
}

// People knows who a caller is. An error means that nobody knows, and then he is
// in no group and owns nothing.
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
		r.Log.LogAttrs(ctx, slog.LevelWarn, "nobody knows who this is, so no group counts", slog.String("caller", c.String()), slog.String("error", MessageOf(err)))
		return Person{}
	}
	return p
}

// askAs is a question of this person to the policy, about a request as a whole.
func (r *Runner) askAs(p Person, rec *RequestRecord, a Action) Ask {
	return Ask{Caller: rec.Caller, Action: a, Reason: rec.Request.Reason, Percent: -1, DryRun: rec.Request.DryRun,
		Groups: p.Groups, EndUser: p.EndUser, Ticket: rec.Request.Ticket, At: r.Now().In(r.Rules.zone())}
}

// permitted asks the policy about a request or a run as a whole.
func (r *Runner) permitted(ctx context.Context, rec *RequestRecord, a Action) bool {
	ask := r.askAs(r.who(ctx, rec.Caller), rec, a)
	ask.Count = r.countSaid(rec)
	v := r.Permit.Permitted(ctx, ask)
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
	return Errorf(Forbidden, "The policy does not permit this request: %s needs action %s. Nothing was done; ask %s.", c, a, orWord(r.Rules.HelpContact, "whoever keeps the policy"))
}
