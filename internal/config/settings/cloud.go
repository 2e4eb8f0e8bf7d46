package settings

import (
	"strconv"
	"time"

	"stopdesktops/internal/core"
)

// Bounds of the traffic to the cloud.
const (
	// callsDefault is well below what sister services publish (about 20 a
	// second); the vendor publishes no quota of its own for ECD. callsMost is
	// more than any account is given.
	callsDefault = 10
	callsMost    = 1000

	// concurrencyDefault keeps a full second's calls under way at 400 ms each;
	// more than concurrencyMost would only wait for the limiter.
	concurrencyDefault = 4
	concurrencyMost    = 32

	// The vendor keeps sessions for 30 days, and a span under an hour would show
	// hardly anybody.
	sessionLeast = time.Hour
	sessionMost  = 30 * 24 * time.Hour
)

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

	CallsPerSecond int
	MaxConcurrency int
	ListTags       bool // tags are read by ListTagResources from the start
	SessionWindow  time.Duration
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
			Doc: "off lets client requests out without a look before. No keep tag, nobody connected and no Grace leaves a desktop alone then; policies and ceilings in percent hold, because what nobody knows counts against the stop."},
			setWord(&c.ClientLookup, map[string]bool{"on": true, "off": false})},
		{Variable{Name: "ECD_ENDPOINT", Want: wantEndpoint + "; one for all regions, or region=URL pairs separated by commas",
			Doc: "Where the cloud is, instead of the vendor's public endpoint of each region."}, setEndpoints(&c.Endpoints)},
		{Variable{Name: "ECD_ASSUME_ROLE_ARN", Want: "acs:ram::<account id>:role/<role name>",
			Doc: "Role of another account to act as."}, setShape(&c.AssumeRoleARN, roleShape)},
		{Variable{Name: "ECD_BATCH_SIZE", Default: strconv.Itoa(core.BatchDefault), Want: "a whole number from 1 to " + strconv.Itoa(core.BatchMaxAdmin),
			Doc: "Desktops in one StopDesktops call of the admin contract; the client contract takes at most " + strconv.Itoa(core.BatchMaxClient) + "."},
			setNumber(&c.BatchSize, core.BatchMaxAdmin)},
		{Variable{Name: "ECD_CALLS_PER_SECOND", Default: strconv.Itoa(callsDefault), Want: "a whole number from 1 to " + strconv.Itoa(callsMost),
			Doc: "Calls to the cloud in one second; fewer for a while after it says Throttling."}, setNumber(&c.CallsPerSecond, callsMost)},
		{Variable{Name: "ECD_MAX_CONCURRENCY", Default: strconv.Itoa(concurrencyDefault), Want: "a whole number from 1 to " + strconv.Itoa(concurrencyMost),
			Doc: "Calls to the cloud side by side."}, setNumber(&c.MaxConcurrency, concurrencyMost)},
		{Variable{Name: "ECD_TAG_SOURCE", Default: "auto", Want: "auto or list",
			Doc: "auto takes tags from DescribeDesktops and asks ListTagResources where that leaves them out; list always asks."},
			setWord(&c.ListTags, map[string]bool{"auto": false, "list": true})},
		{Variable{Name: "ECD_SESSION_WINDOW", Default: short(sessionMost), Want: spanFrom(sessionLeast, sessionMost, "720h"),
			Doc: "How far back sessions are read to find when a desktop was used last."}, setSpan(&c.SessionWindow, sessionLeast, sessionMost)},
	}...)
}
