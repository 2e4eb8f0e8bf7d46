package main

import (
	"context"
	"fmt"
	"os/user"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

// question is what a command that is printed asks of the folder's policy.
type question struct {
	caller core.Caller
	action core.Action
	reason string
	dryRun bool
	about  *resident // nil where it is about the request as a whole
}

// webhookCaller is who the curls come from: whoever holds the secret and the token.
var webhookCaller = core.Caller{Door: core.Webhook, Name: webhook.BuiltIn}

// operatorCaller is who gives the commands at a terminal, by the name that the
// program itself takes.
func operatorCaller() core.Caller {
	name := "you"
	if u, err := user.Current(); err == nil {
		name = u.Username[strings.LastIndexByte(u.Username, '\\')+1:] // Windows puts the domain before it
	}
	return core.Caller{Door: core.Terminal, Name: name}
}

// principals are the callers as a policy has them.
var principals = map[core.Door]string{core.Webhook: "Sender", core.Terminal: "Operator"}

// refusal is what stands above a command that the folder's policy refuses: why, and
// what would permit it, as lines that a shell passes over. It is empty where every
// question is answered with yes. It is the policy that is asked and not the function,
// because a freeze that is tried is a freeze.
func (p *playground) refusal(ctx context.Context, questions ...question) string {
	for _, q := range questions {
		ask := core.Ask{Caller: q.caller, Action: q.action, Reason: q.reason, DryRun: q.dryRun, Count: 1, Percent: 1, // one desktop of some hundreds
			Groups: p.folder.config.Groups.Of(q.caller.Door, q.caller.Name), At: time.Now().In(p.folder.config.Care.Zone)}
		if q.about != nil {
			ask.Desktop = p.looked(*q.about)
		}
		verdict := p.folder.policy.Permitted(ctx, ask)
		if verdict.Allowed {
			continue
		}
		who := fmt.Sprintf("%s::%q", principals[q.caller.Door], q.caller.Name)
		if len(verdict.Policies) > 0 {
			return fmt.Sprintf("  # It will be refused: %s of %s/policy.cedar forbids %s the action %s.\n", strings.Join(verdict.Policies, ", "), p.folder.shown, who, q.action)
		}
		return fmt.Sprintf("  # It will be refused: %s/policy.cedar does not permit %s the action %s. To permit it, add\n  #   permit (principal == %s, action == Action::\"%s\", resource);\n",
			p.folder.shown, who, q.action, who, q.action)
	}
	return ""
}

// looked is a desktop as a look shows it to a policy now.
func (p *playground) looked(r resident) *core.Desktop {
	d, _ := p.cloud.ECD.Desktop(r.Region, r.ID)
	seen := core.Desktop{RegionId: d.Region, DesktopId: d.ID, DesktopName: d.Name, Status: d.Status, Connection: d.Connection, EndUserIds: d.EndUserIDs,
		ChargeType: d.ChargeType, OfficeSiteId: d.OfficeSiteID, DesktopGroupId: d.PoolID, Tags: d.Tags, DesktopType: d.Type}
	for _, g := range d.ResourceGroups {
		seen.ResourceGroupIds = append(seen.ResourceGroupIds, g.ID)
	}
	return &seen
}
