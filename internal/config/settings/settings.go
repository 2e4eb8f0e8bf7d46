package settings

import (
	"maps"
	"slices"
	"strconv"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
)

// Settings is everything that the function stopdesktops is told by variables.
// Each part is a group of them, so that another program can be told some.
type Settings struct {
	Cloud    Cloud
	Ceilings Ceilings
	State    State
	Webhook  Webhook
	Invoke   Invoke
	Posts    SlackPosts
	Care     Care
	People   People
	Process  Process
}

func (s *Settings) variables() []variable {
	return slices.Concat(s.Cloud.variables(), s.Ceilings.variables(), s.State.variables(), s.Webhook.variables(), s.Invoke.variables(),
		s.Posts.variables(), s.Care.variables(), s.People.variables(), s.Process.variables())
}

// terminalVariables are what an operator's terminal is told: what the function
// stopdesktops reads of the cloud, the records and the rules, and nothing of the
// other doors.
func (s *Settings) terminalVariables() []variable {
	all := append(s.Cloud.variables(), s.Ceilings.terminal()...)
	all = append(all, s.State.variables()...)
	all = append(all, s.Care.variables()...)
	return append(append(all, s.People.help()), s.Process.variables()...)
}

// Rules is what the variables fix for every request.
func (s Settings) Rules() core.Rules {
	r := core.Rules{
		Regions:  s.Cloud.Regions,
		Pin:      s.Cloud.API,
		ClientId: s.Cloud.ClientId,
		Batch:    s.Cloud.BatchSize,
		Ceilings: map[core.Door]int{core.Webhook: s.Ceilings.Webhook, core.Timer: s.Ceilings.Timer, core.Slack: s.Ceilings.Slack},
		NoLookup: !s.Cloud.ClientLookup,
		Percents: map[core.Door]int{core.Webhook: s.Ceilings.WebhookPercent, core.Timer: s.Ceilings.TimerPercent, core.Slack: s.Ceilings.SlackPercent},

		Concurrency: s.Cloud.MaxConcurrency,
		Zone:        s.Care.Zone,
		MaxKeep:     s.Care.MaxKeep,
		Grace:       s.Care.Grace,
		MinUptime:   s.Care.MinUptime,
		Canary:      s.Care.Canary,
		MaxFailures: s.Care.MaxFailures,
		Wait:        s.Care.Wait,
		HelpContact: s.People.HelpContact,
	}
	if s.Ceilings.Terminal > 0 { // read at a terminal only
		r.Ceilings[core.Terminal], r.Percents[core.Terminal] = s.Ceilings.Terminal, s.Ceilings.TerminalPercent
	}
	return r
}

// contradictions finds what each variable alone could not show.
func (s *Settings) contradictions(absent map[string]bool) mistake.Problems {
	var problems mistake.Problems
	if s.Cloud.API == core.Admin && s.Cloud.ClientId != "" {
		problems.Add("ECD_CLIENT_ID", "a client id beside ECD_API=admin", "one of the two: the admin contract has no ClientId")
	}
	if s.Cloud.API == core.Client && s.Cloud.BatchSize > core.BatchMaxClient {
		problems.Add("ECD_BATCH_SIZE", strconv.Itoa(s.Cloud.BatchSize)+" beside ECD_API=client", "at most "+strconv.Itoa(core.BatchMaxClient)+", the most that the client contract takes")
	}
	for _, region := range slices.Sorted(maps.Keys(s.Cloud.Endpoints.Region)) {
		if len(s.Cloud.Regions) > 0 && !slices.Contains(s.Cloud.Regions, region) {
			problems.Add("ECD_ENDPOINT", "region "+mistake.Quote(region), "only regions of ECD_REGIONS")
		}
	}
	if needsEmail := s.People.Identity == IdentityEmail || s.People.Identity == IdentityLocal; needsEmail && s.Posts.BotToken == "" && !absent["SLACK_BOT_TOKEN"] {
		problems.Add("SLACK_IDENTITY", string(s.People.Identity)+" without a SLACK_BOT_TOKEN", "a bot token with users:read.email as well, because Slack is asked for addresses with it")
	}
	return problems
}

// LoopbackWarnings are lines for the log at start, one for each endpoint that is
// on this machine.
func (s Settings) LoopbackWarnings() []string {
	var lines []string
	add := func(name, address string) {
		if line := loopbackWarning(name, address); line != "" {
			lines = append(lines, line)
		}
	}
	add("ECD_ENDPOINT", s.Cloud.Endpoints.All)
	for _, region := range slices.Sorted(maps.Keys(s.Cloud.Endpoints.Region)) {
		add("ECD_ENDPOINT of "+region, s.Cloud.Endpoints.Region[region])
	}
	add("STATE_ENDPOINT", s.State.Endpoint)
	add("INVOKE_ENDPOINT", s.Invoke.Endpoint)
	return lines
}
