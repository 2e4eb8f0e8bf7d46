package startup

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"stopdesktops/internal/config"
	"stopdesktops/internal/webhook"
)

// Strangers are the senders and timers of which the policy speaks and that the
// deployment does not have, in a sentence each. A forbid with a slip in its name
// never holds, and nothing else would say so. It is no mistake: a policy may be
// there before its sender is.
func (p *Parts) Strangers(c config.Config) (said []string) {
	if p.Policy == nil {
		return nil
	}
	senders, timers := []string{webhook.BuiltIn}, []string{}
	for _, s := range c.Senders {
		senders = append(senders, s.Name)
	}
	for _, t := range c.Timers {
		timers = append(timers, t.Name)
	}
	for _, n := range p.Policy.Names() {
		known, kind := timers, "timer"
		switch n.Type {
		case "Sender":
			known, kind = senders, "sender"
		case "Timer":
		default:
			continue
		}
		if !slices.Contains(known, n.ID) {
			said = append(said, fmt.Sprintf("%s:%d: %s %s does not exist, so this never holds for it; mend the name (there are: %s), or add it to the deployment",
				path.Join(c.Process.ConfigDir, "policy.cedar"), n.Line, kind, n.ID, listed(known)))
		}
	}
	return said
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none at all"
	}
	return strings.Join(names, ", ")
}
