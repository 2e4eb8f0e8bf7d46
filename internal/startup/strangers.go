package startup

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/webhook"
)

// Strangers are the senders, timers and regions of which the policy speaks and that
// the deployment does not have, in a sentence each. A forbid with a slip in its name
// never holds, and nothing else would say so. It is no mistake: a policy may be
// there before its sender is.
func (p *Parts) Strangers(c config.Config) (said []string) {
	if p.Policy == nil {
		return nil
	}
	file := path.Join(c.Process.ConfigDir, "policy.cedar")
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
				file, n.Line, kind, n.ID, listed(known)))
		}
	}
	return append(said, p.strangeRegions(file, c.Cloud.Regions)...)
}

// strangeRegions are those that resource.region never is. Where the deployment's own
// are not known, nobody can say.
func (p *Parts) strangeRegions(file string, regions []string) (said []string) {
	for _, r := range p.Policy.Regions() {
		if len(regions) > 0 && !slices.Contains(regions, r.Text) {
			said = append(said, fmt.Sprintf("%s:%d: resource.region is never %s here, so this comparison is the same for every desktop; mend the region (ECD_REGIONS has: %s), or add it to ECD_REGIONS",
				file, r.Line, mistake.Quote(r.Text), listed(regions)))
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
