// Package ecd is a local double of Elastic Desktop Service (WUYING
// Workspace): an http.Handler that speaks the vendor's RPC protocol for both
// API versions, 2020-09-30 (admin) and 2020-10-02 (client).
//
// It is strict where the vendor is silent. It verifies signatures, refuses
// replayed nonces, unknown parameters and malformed values, and forgets
// nothing that it was asked. What the vendor does not document (whether one
// bad id fails a whole call, for instance) is a switch in Options.
package ecd

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"stopdesktops/internal/sim/acs"
	"stopdesktops/internal/sim/ram"
)

const (
	// VersionAdmin acts for the account and is signed.
	VersionAdmin = "2020-09-30"
	// VersionClient acts for an end user and may be called unsigned.
	VersionClient = "2020-10-02"

	// DefaultMaxStopClient is the documented limit of StopDesktops 2020-10-02.
	DefaultMaxStopClient = 20
	// DefaultMaxStopAdmin is the documented limit of StopDesktops 2020-09-30
	// since November 2025; before, it was 20.
	DefaultMaxStopAdmin = 100

	// DefaultLoginRefusal is the code for an end user who is not logged on. The
	// vendor documents none, so Options can replace it.
	DefaultLoginRefusal = "InvalidLoginToken"

	// DefaultClientTokenLife is how long a ClientToken is remembered. ECD does
	// not publish its figure; 10 minutes is the shortest that other products of
	// the vendor publish.
	DefaultClientTokenLife = 10 * time.Minute
)

// Regions where the service is available, from the vendor's API metadata of
// December 2025 and its CLI metadata of April 2026.
var Regions = []string{
	"cn-qingdao", "cn-beijing", "cn-zhangjiakou", "cn-wulanchabu", "cn-hangzhou", "cn-shanghai",
	"cn-nanjing", "cn-shenzhen", "cn-guangzhou", "cn-chengdu", "cn-hongkong", "cn-hangzhou-finance",
	"cn-shanghai-finance-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-5", "ap-southeast-6",
	"ap-southeast-7", "us-west-1", "eu-west-1", "eu-central-1", "me-central-1", "me-east-1",
}

// BadIDPolicy is what StopDesktops does about a desktop it cannot find. The
// vendor does not document it.
type BadIDPolicy int

const (
	BadIDFailsCall            BadIDPolicy = iota // 400, nothing stops
	BadIDIgnored                                 // the others stop, 200
	BadIDFailsCallAfterOthers                    // the others stop, the answer is still 400
)

// NotRunningPolicy is what StopDesktops does about a desktop that is not
// Running. The vendor documents the precondition, not the answer.
type NotRunningPolicy int

const (
	NotRunningFailsCall NotRunningPolicy = iota // 400 IncorrectDesktopStatus, nothing stops
	NotRunningIgnored                           // the others stop, 200
)

// Options configures a Server. The zero value of a field means its default.
type Options struct {
	Now       func() time.Time // the clock, default time.Now
	Authority *ram.Authority   // knows keys and roles; without one every signed call is refused
	Regions   []string         // default Regions

	StopDuration  time.Duration // Running to Stopped, default 0: at once
	StartDuration time.Duration // how long a desktop added as Starting takes; 0: for ever

	MaxStopClient int // ids in one StopDesktops 2020-10-02
	MaxStopAdmin  int // ids in one StopDesktops 2020-09-30

	BadID      BadIDPolicy
	NotRunning NotRunningPolicy

	LoginTokens   []EndUserToken // live LoginTokens
	SessionTokens []EndUserToken // live SessionTokens
	LoginRefusal  string         // code for a client call with neither, default DefaultLoginRefusal
	// SignatureSuffices lets a signed client call without an end user's token
	// act on any desktop, provided that its role may do ecd:StopDesktops.
	SignatureSuffices bool

	ClientTokenLife time.Duration

	// MaxResults is the largest MaxResults that DescribeDesktops accepts. Default
	// 1000, the gateway's; the documentation says 100, which is also the most
	// that one page holds.
	MaxResults int
	// PageScans is how many desktops one page of DescribeDesktops looks at, so
	// that pages come short or empty before the end. Default: as many as it takes
	// to fill the page.
	PageScans int

	// GroupsOnRequest makes DescribeDesktops show resource groups only if the call
	// says FillResourceGroup=true. The vendor does not say what it does without
	// that parameter.
	GroupsOnRequest bool

	SessionWindow SessionWindow // what StartTime and EndTime of DescribeDesktopSessions match
	Site          Site          // which central endpoint knows which desktops
	// RecordsNeedScope makes DescribeGlobalDesktopRecords tell UpTime and
	// SessionIdleTime only if the call says Scope=ADVANCED. The vendor says of
	// connection durations alone that they need it.
	RecordsNeedScope bool
	// StatusChangeUnit is the unit of StatusChangeTime, which the vendor does not
	// name: time.Millisecond (default) or time.Second.
	StatusChangeUnit time.Duration

	Flaws Flaw // of every desktop, besides its own

	// Limits throttles by operation name; "" is one limit over all operations.
	// Default: no limit.
	Limits map[string]Limit
	// Latency delays every answer. The call's effect comes before it.
	Latency time.Duration
	// Sleep waits for Latency and for the delay of Slow, and reports whether the
	// caller is still there. Default: by the machine's clock, not by Now.
	Sleep func(ctx context.Context, d time.Duration) bool

	// EchoStringToSign puts the string to sign into the message of
	// SignatureDoesNotMatch, as the real gateway does. With V1 that string holds
	// security and login tokens: a trap for callers that log messages.
	EchoStringToSign bool
}

func (o *Options) setDefaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Authority == nil {
		o.Authority = ram.New(o.Now)
	}
	if o.Regions == nil {
		o.Regions = Regions
	}
	if o.MaxStopClient == 0 {
		o.MaxStopClient = DefaultMaxStopClient
	}
	if o.MaxStopAdmin == 0 {
		o.MaxStopAdmin = DefaultMaxStopAdmin
	}
	if o.LoginRefusal == "" {
		o.LoginRefusal = DefaultLoginRefusal
	}
	if o.ClientTokenLife == 0 {
		o.ClientTokenLife = DefaultClientTokenLife
	}
	if o.MaxResults == 0 {
		o.MaxResults = gatewayMaxResults
	}
	if o.StatusChangeUnit == 0 {
		o.StatusChangeUnit = time.Millisecond
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
}

// Server is the double. It is safe for concurrent use.
type Server struct {
	nonces acs.NonceCache
	calls  callLog
	faults faultList
	gates  gateList
	limits limiterSet

	// mu guards the rest. An operation runs wholly under it, so operations are
	// atomic to each other.
	mu     sync.Mutex
	opts   Options
	fleet  fleet
	tokens tokenMemory
}

// New returns a server without desktops.
func New(o Options) *Server {
	o.setDefaults()
	return &Server{opts: o}
}

// Change edits the options of a running server, between two operations.
func (s *Server) Change(edit func(*Options)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// Calls under way read the old lists and maps, so the edit gets its own.
	o := s.opts
	o.Regions = slices.Clone(o.Regions)
	o.LoginTokens, o.SessionTokens = slices.Clone(o.LoginTokens), slices.Clone(o.SessionTokens)
	o.Limits = maps.Clone(o.Limits)
	edit(&o)
	o.setDefaults()
	s.opts = o
}

func (s *Server) options() Options {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts
}
