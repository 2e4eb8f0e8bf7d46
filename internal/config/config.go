package config

import (
	"log/slog"
	"maps"
	"slices"
	"strconv"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/core"
)

// Config is everything that the function stopdesktops is told. Each part is a
// group of variables, so that another function can be told some of them.
type Config struct {
	Cloud    Cloud
	Ceilings Ceilings
	State    State
	Webhook  Webhook
	Invoke   Invoke
	Posts    SlackPosts
	Care     Care
	People   People
	Process  Process

	Policy    File       // policy.cedar, for the policy package to parse
	Groups    Groups     // of groups.yaml
	Senders   []Sender   // of senders.yaml, in its order
	Timers    []Timer    // of timers.yaml, in its order
	Schedules *Schedules // of timers.yaml, or nil

	prices *priceList // of prices.yaml, or nil

	// Warnings are not mistakes; they are logged at start.
	Warnings []string
}

// File is a configuration file as it was read.
type File struct {
	Name string // with the folder, as messages show it
	Text []byte
}

// Timer returns the timer of that name.
func (c Config) Timer(name string) (Timer, bool) {
	for _, t := range c.Timers {
		if t.Name == name {
			return t, true
		}
	}
	return Timer{}, false
}

// Sender returns the sender of that name.
func (c Config) Sender(name string) (Sender, bool) {
	for _, s := range c.Senders {
		if s.Name == name {
			return s, true
		}
	}
	return Sender{}, false
}

// Rules is what the deployment fixes for every request.
func (c Config) Rules() core.Rules {
	r := core.Rules{
		Regions:  c.Cloud.Regions,
		Pin:      c.Cloud.API,
		ClientId: c.Cloud.ClientId,
		Batch:    c.Cloud.BatchSize,
		Ceilings: map[core.Door]int{core.Webhook: c.Ceilings.Webhook, core.Timer: c.Ceilings.Timer, core.Slack: c.Ceilings.Slack},
		NoLookup: !c.Cloud.ClientLookup,
		Percents: map[core.Door]int{core.Webhook: c.Ceilings.WebhookPercent, core.Timer: c.Ceilings.TimerPercent, core.Slack: c.Ceilings.SlackPercent},

		Concurrency: c.Cloud.MaxConcurrency,
		Zone:        c.Care.Zone,
		MaxKeep:     c.Care.MaxKeep,
		Grace:       c.Care.Grace,
		MinUptime:   c.Care.MinUptime,
		Canary:      c.Care.Canary,
		MaxFailures: c.Care.MaxFailures,
		Wait:        c.Care.Wait,
		Schedules:   c.Schedules.Due,
		Prices:      c.Prices(),
		HelpContact: c.People.HelpContact,
	}
	if c.Ceilings.Terminal > 0 { // read at a terminal only
		r.Ceilings[core.Terminal], r.Percents[core.Terminal] = c.Ceilings.Terminal, c.Ceilings.TerminalPercent
	}
	return r
}

func (c *Config) variables() []variable {
	return slices.Concat(c.Cloud.variables(), c.Ceilings.variables(), c.State.variables(), c.Webhook.variables(), c.Invoke.variables(),
		c.Posts.variables(), c.Care.variables(), c.People.variables(), c.Process.variables())
}

// State is where the records of runs are kept.
type State struct {
	Bucket   string
	Region   string
	Endpoint string // empty: the vendor's public one
	Key      core.Secret
}

// bucket are the variables that say where the records are.
func (s *State) bucket() []variable {
	return []variable{
		{Variable{Name: "STATE_BUCKET", Required: true, Want: "the name of an OSS bucket: 3 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
			Doc: "Private OSS bucket that holds the records of runs. Its versioning must be off."}, setShape(&s.Bucket, bucketShape)},
		{Variable{Name: "STATE_REGION", Required: true, From: "FC_REGION", Want: "the region id of the bucket, such as cn-hangzhou",
			Doc: "Region of the bucket."}, setRegion(&s.Region)},
		{Variable{Name: "STATE_ENDPOINT", Want: wantEndpoint,
			Doc: "Where OSS is, instead of its public endpoint; https://oss-<region>-internal.aliyuncs.com costs no traffic from the same region."}, setEndpoint(&s.Endpoint)},
	}
}

func (s *State) variables() []variable {
	return append(s.bucket(), []variable{
		{Variable{Name: "STATE_KEY", Required: true, Secret: true, Want: "one or several keys separated by commas; make one with: openssl rand -base64 32",
			Doc: "Key from which run ids, seals and signatures are derived. The first one makes, all are recognised."}, setSecret(&s.Key)},
	}...)
}

// Webhook is who may knock at the HTTP door.
type Webhook struct {
	Secrets []core.Secret // signing secrets of Standard Webhooks
	Tokens  []core.Secret // static bearer tokens
	// CallbackHosts are the only hosts that answers to tickets go to, in lower
	// case, each with its port where it has one.
	CallbackHosts []string
}

func (w *Webhook) variables() []variable {
	return []variable{
		{Variable{Name: "WEBHOOK_SECRETS", Secret: true, Want: "signing secrets of the form whsec_<base64>, separated by commas",
			Doc: "Secrets with which webhooks are signed (Standard Webhooks); several live at once while one is replaced. This, WEBHOOK_TOKENS or senders.yaml is required."}, setSecrets(&w.Secrets)},
		{Variable{Name: "WEBHOOK_TOKENS", Secret: true, Want: "bearer tokens separated by commas; make one with: openssl rand -hex 32",
			Doc: "Static bearer tokens of senders that cannot sign, and of whoever reads runs. This, WEBHOOK_SECRETS or senders.yaml is required."}, setSecrets(&w.Tokens)},
		{Variable{Name: "CALLBACK_HOSTS", Want: "host names such as tickets.example.com, in small letters, separated by commas; with a port where it is not 443",
			Doc: "The only hosts that answers to tickets are sent to."}, setHosts(&w.CallbackHosts)},
	}
}

// Invoke is how a run is handed on to a later invocation.
type Invoke struct {
	Endpoint string // empty: the account's own
	Function string
}

func (i *Invoke) variables() []variable {
	return []variable{
		{Variable{Name: "INVOKE_ENDPOINT", Want: wantEndpoint,
			Doc: "Where Function Compute's API is, instead of the account's public endpoint."}, setEndpoint(&i.Endpoint)},
		{Variable{Name: "INVOKE_FUNCTION", Required: true, From: "FC_FUNCTION_NAME", Want: "the name of a function: up to 64 letters, digits, dashes and underscores, not beginning with a digit or dash",
			Doc: "Function that carries runs out."}, setShape(&i.Function, functionShape)},
	}
}

// Process is about the program itself.
type Process struct {
	ConfigDir string
	LogLevel  slog.Level
}

func (p *Process) variables() []variable {
	return []variable{
		{Variable{Name: "CONFIG_DIR", Want: "a folder that holds policy.cedar",
			Doc: "Folder of the configuration files; without it the folder config beside the program."}, setText(&p.ConfigDir)},
		p.logging(),
	}
}

func (p *Process) logging() variable {
	return variable{Variable{Name: "LOG_LEVEL", Default: "info", Want: "one of debug, info, warn, error",
		Doc: "The least level that is logged."}, setWord(&p.LogLevel, levels)}
}

// contradictions finds what each variable alone could not show.
func (c *Config) contradictions(absent map[string]bool) Problems {
	var problems Problems
	add := func(where, found, want string) { problems = append(problems, Problem{where, found, want}) }
	if c.Cloud.API == core.Admin && c.Cloud.ClientId != "" {
		add("ECD_CLIENT_ID", "a client id beside ECD_API=admin", "one of the two: the admin contract has no ClientId")
	}
	if c.Cloud.API == core.Client && c.Cloud.BatchSize > core.BatchMaxClient {
		add("ECD_BATCH_SIZE", strconv.Itoa(c.Cloud.BatchSize)+" beside ECD_API=client", "at most "+strconv.Itoa(core.BatchMaxClient)+", the most that the client contract takes")
	}
	for _, region := range slices.Sorted(maps.Keys(c.Cloud.Endpoints.Region)) {
		if len(c.Cloud.Regions) > 0 && !slices.Contains(c.Cloud.Regions, region) {
			add("ECD_ENDPOINT", "region "+quote(region), "only regions of ECD_REGIONS")
		}
	}
	if needsEmail := c.People.Identity == IdentityEmail || c.People.Identity == IdentityLocal; needsEmail && c.Posts.BotToken == "" && !absent["SLACK_BOT_TOKEN"] {
		add("SLACK_IDENTITY", string(c.People.Identity)+" without a SLACK_BOT_TOKEN", "a bot token with users:read.email as well, because Slack is asked for addresses with it")
	}
	return problems
}

// warnings are lines for the log at start.
func (c *Config) warnings(today calendar.Date) []string {
	var lines []string
	add := func(name, address string) {
		if line := loopbackWarning(name, address); line != "" {
			lines = append(lines, line)
		}
	}
	add("ECD_ENDPOINT", c.Cloud.Endpoints.All)
	for _, region := range slices.Sorted(maps.Keys(c.Cloud.Endpoints.Region)) {
		add("ECD_ENDPOINT of "+region, c.Cloud.Endpoints.Region[region])
	}
	add("STATE_ENDPOINT", c.State.Endpoint)
	add("INVOKE_ENDPOINT", c.Invoke.Endpoint)
	return append(lines, c.timeWarnings(today)...)
}
