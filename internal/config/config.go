package config

import (
	"log/slog"
	"maps"
	"slices"
	"strconv"

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
	Process  Process

	Policy File    // policy.cedar, for the policy package to parse
	Timers []Timer // of timers.yaml, in its order

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

// Rules is what the deployment fixes for every request.
func (c Config) Rules() core.Rules {
	return core.Rules{
		Regions:  c.Cloud.Regions,
		Pin:      c.Cloud.API,
		ClientId: c.Cloud.ClientId,
		Batch:    c.Cloud.BatchSize,
		Ceilings: map[core.Door]int{core.Webhook: c.Ceilings.Webhook, core.Timer: c.Ceilings.Timer, core.Slack: c.Ceilings.Slack},
		NoLookup: !c.Cloud.ClientLookup,
	}
}

func (c *Config) variables() []variable {
	return slices.Concat(c.Cloud.variables(), c.Ceilings.variables(), c.State.variables(), c.Webhook.variables(), c.Invoke.variables(),
		c.Posts.variables(), c.Process.variables())
}

// Cloud is how the cloud computers are reached.
type Cloud struct {
	Regions       []string
	API           core.Contract // empty: each request's fields decide
	ClientId      string
	Anonymous     bool // client contract unsigned
	ClientLookup  bool // client requests are preceded by a look
	Endpoints     Endpoints
	AssumeRoleARN string
	BatchSize     int
}

// rules are the variables by which requests are validated.
func (c *Cloud) rules() []variable {
	return []variable{
		{Variable{Name: "ECD_REGIONS", Required: true, Want: "region ids such as cn-hangzhou, separated by commas",
			Doc: "The only regions that a request may name."}, setRegions(&c.Regions)},
		{Variable{Name: "ECD_API", Want: "client or admin, or nothing",
			Doc: "Pins one contract of StopDesktops; without it a request with a ClientId is a client request and any other an admin request."},
			setWord(&c.API, map[string]core.Contract{"client": core.Client, "admin": core.Admin})},
		{Variable{Name: "ECD_CLIENT_ID", Want: "1 to 128 printable ASCII characters without spaces",
			Doc: "ClientId of requests that bring none. It makes every such request a client request."}, setShape(&c.ClientId, clientShape)},
	}
}

func (c *Cloud) variables() []variable {
	return append(c.rules(), []variable{
		{Variable{Name: "ECD_CLIENT_AUTH", Default: "role", Want: "role or anonymous",
			Doc: "Whether calls of the client contract are signed with the role's credentials or sent unsigned."},
			setWord(&c.Anonymous, map[string]bool{"role": false, "anonymous": true})},
		{Variable{Name: "ECD_CLIENT_LOOKUP", Default: "on", Want: "on or off",
			Doc: "off lets client requests out without a look before; then nobody knows whether a desktop is in use."},
			setWord(&c.ClientLookup, map[string]bool{"on": true, "off": false})},
		{Variable{Name: "ECD_ENDPOINT", Want: wantEndpoint + "; one for all regions, or region=URL pairs separated by commas",
			Doc: "Where the cloud is, instead of the vendor's public endpoint of each region."}, setEndpoints(&c.Endpoints)},
		{Variable{Name: "ECD_ASSUME_ROLE_ARN", Want: "acs:ram::<account id>:role/<role name>",
			Doc: "Role of another account to act as."}, setShape(&c.AssumeRoleARN, roleShape)},
		{Variable{Name: "ECD_BATCH_SIZE", Default: strconv.Itoa(core.BatchDefault), Want: "a whole number from 1 to " + strconv.Itoa(core.BatchMaxAdmin),
			Doc: "Desktops in one StopDesktops call of the admin contract; the client contract takes at most " + strconv.Itoa(core.BatchMaxClient) + "."},
			setNumber(&c.BatchSize, core.BatchMaxAdmin)},
	}...)
}

// Ceilings are the most desktops that one run may reach through each door.
type Ceilings struct{ Webhook, Timer, Slack int }

func ceiling(name, who string, dst *int, compiled int) variable {
	most := strconv.Itoa(compiled)
	return variable{Variable{Name: name, Default: most, Want: "a whole number from 1 to the compiled ceiling, " + most,
		Doc: "The most desktops that one run " + who + " may reach. It can only be lowered."}, setNumber(dst, compiled)}
}

func (c *Ceilings) slack() variable {
	return ceiling("CEILING_SLACK", "from Slack", &c.Slack, core.CeilingSlack)
}

func (c *Ceilings) variables() []variable {
	return []variable{
		ceiling("CEILING_WEBHOOK", "by webhook", &c.Webhook, core.CeilingWebhook),
		ceiling("CEILING_TIMER", "by timer", &c.Timer, core.CeilingTimer),
		c.slack(),
	}
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
}

func (w *Webhook) variables() []variable {
	return []variable{
		{Variable{Name: "WEBHOOK_SECRETS", Secret: true, Want: "signing secrets of the form whsec_<base64>, separated by commas",
			Doc: "Secrets with which webhooks are signed (Standard Webhooks); several live at once while one is replaced. This or WEBHOOK_TOKENS is required."}, setSecrets(&w.Secrets)},
		{Variable{Name: "WEBHOOK_TOKENS", Secret: true, Want: "bearer tokens separated by commas; make one with: openssl rand -hex 32",
			Doc: "Static bearer tokens of senders that cannot sign, and of whoever reads runs. This or WEBHOOK_SECRETS is required."}, setSecrets(&w.Tokens)},
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
func (c *Config) contradictions() Problems {
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
	return problems
}

// warnings are lines for the log at start.
func (c *Config) warnings() []string {
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
	return lines
}
