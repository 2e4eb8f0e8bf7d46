// Package fc is a local double of Alibaba Cloud Function Compute 3.0 for
// functions of the go1 runtime. It starts the compiled binaries a deployment
// would upload and gives them what the platform gives: the runtime API which
// the vendor's Go SDK v0.3.1 polls, HTTP triggers, timers, an asynchronous
// queue with retries and destinations, role credentials, instances that are
// frozen between events, and the InvokeFunction API (version 2023-03-30).
//
// It runs on Unix systems. The memory readings and the exact freeze need
// Linux.
package fc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"stopdesktops/internal/sim/ram"
)

// What the platform does when Options say nothing.
const (
	// DefaultCredentialTTL is how long the FC documentation says that a
	// function's role credentials live.
	DefaultCredentialTTL = 36 * time.Hour
	// DefaultIdleAfter is the shorter end of the 2 to 5 minutes after which
	// idle instances are observed to be reclaimed.
	DefaultIdleAfter = 2 * time.Minute
	// DefaultRetryDelay is short, because people wait for a local run; the
	// cloud's delay is longer and not promised.
	DefaultRetryDelay = 50 * time.Millisecond
	// DefaultStartTimeout bounds the wait for a new process to ask for its
	// first event. A binary built with the race detector on a busy machine
	// needs a few seconds.
	DefaultStartTimeout = 30 * time.Second
	// DefaultTimeoutGrace is how long after its deadline an instance lives.
	DefaultTimeoutGrace = 100 * time.Millisecond
)

// Options say where the platform is and how it behaves where the vendor
// leaves a choice open.
type Options struct {
	Authority *ram.Authority // issues role credentials and answers who may invoke; required
	AccountID string         // the account's numeric id; required
	Region    string         // for example ap-southeast-1; required

	Log    io.Writer        // receives the functions' stdout and stderr; nil drops them
	Logger *slog.Logger     // the platform's own remarks; nil drops them
	Now    func() time.Time // clock of tasks, events and signatures; nil means time.Now

	CredentialTTL time.Duration                 // life of issued credentials; 0 means DefaultCredentialTTL
	IdleAfter     time.Duration                 // idle instances end after this; 0 means DefaultIdleAfter
	RetryDelay    func(retry int) time.Duration // pause before asynchronous retry 1, 2, ...; nil means DefaultRetryDelay
	StartTimeout  time.Duration                 // 0 means DefaultStartTimeout
	TimeoutGrace  time.Duration                 // 0 means DefaultTimeoutGrace
	HostEnv       []string                      // KEY=VALUE of the machine, such as GORACE, beside the function's own; not counted
	OnInvoke      func(Invocation)              // called just before an event is handed out

	NoFreeze            bool // leave processes running between events
	NewRequestIDOnRetry bool // a retry gets a new request id; the vendor does not say
	PassReservedHeaders bool // x-fc-* request headers reach HTTP events; the vendor does not say
	AlwaysBase64        bool // every HTTP event body is base64, not only binary ones
	InferResponse       bool // an HTTP answer without statusCode is 200 with the whole value; undocumented, else it is refused
}

// Invocation describes one event as it is handed to an instance.
type Invocation struct {
	Function    string
	RequestID   string
	InstanceID  string
	Source      Source
	RetryCount  int
	Event       []byte
	AccessKeyID string // of the credentials that came with it; empty without a role
}

// Platform is a running local Function Compute. It is safe for concurrent use.
type Platform struct {
	opt     Options
	ctx     context.Context
	cancel  context.CancelFunc
	starter *starter
	api     *httpServer
	queue   *queue
	faults  faults
	running sync.WaitGroup

	mu        sync.Mutex
	functions map[string]*function
	closed    bool
}

// New starts a platform without functions. Close ends it.
func New(opt Options) (*Platform, error) {
	switch {
	case opt.Authority == nil:
		return nil, errors.New("start Function Compute: Options.Authority is missing")
	case opt.AccountID == "" || opt.Region == "":
		return nil, errors.New("start Function Compute: Options.AccountID and Options.Region are required")
	}
	fillDefaults(&opt)
	p := &Platform{opt: opt, functions: map[string]*function{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.queue = newQueue(p)
	api, err := serveLoopback(p.apiHandler())
	if err != nil {
		p.cancel()
		return nil, fmt.Errorf("start Function Compute API: %w", err)
	}
	p.api = api
	p.starter = newStarter()
	return p, nil
}

func fillDefaults(opt *Options) {
	if opt.Log == nil {
		opt.Log = io.Discard
	}
	opt.Log = &lockedWriter{w: opt.Log}
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.RetryDelay == nil {
		opt.RetryDelay = func(int) time.Duration { return DefaultRetryDelay }
	}
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{
		{&opt.CredentialTTL, DefaultCredentialTTL},
		{&opt.IdleAfter, DefaultIdleAfter},
		{&opt.StartTimeout, DefaultStartTimeout},
		{&opt.TimeoutGrace, DefaultTimeoutGrace},
	} {
		if *d.value == 0 {
			*d.value = d.standard
		}
	}
}

// Deploy creates a function or replaces one. A replaced function's idle
// instances end at once, busy ones after their event. Its URL stays.
func (p *Platform) Deploy(conf Function) error {
	conf, err := conf.checked(p)
	if err != nil {
		return fmt.Errorf("deploy function %q: %w", conf.Name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return fmt.Errorf("deploy function %q: the platform is closed", conf.Name)
	}
	f := newFunction(p, conf)
	old := p.functions[conf.Name]
	if conf.HTTP != nil {
		if old != nil && old.front != nil {
			f.front, f.triggerID = old.front, old.triggerID
		} else if f.front, err = serveLoopback(p.httpFront(conf.Name)); err != nil {
			return fmt.Errorf("deploy function %q: open its HTTP trigger: %w", conf.Name, err)
		}
	} else if old != nil && old.front != nil {
		old.front.close()
	}
	if old != nil {
		old.retire()
		f.logs, f.peak = old.logs, old.peak
	}
	p.functions[conf.Name] = f
	return nil
}

// HTTPURL is the base URL of a function's HTTP trigger, without a slash at
// its end, or "" when it has none.
func (p *Platform) HTTPURL(name string) string {
	if f := p.function(name); f != nil && f.front != nil {
		return f.front.url()
	}
	return ""
}

// APIURL is the base URL of the management API.
func (p *Platform) APIURL() string { return p.api.url() }

// Logs returns the newest output of a function, stdout and stderr together.
func (p *Platform) Logs(name string) string {
	if f := p.function(name); f != nil {
		return f.logs.String()
	}
	return ""
}

// Instances lists the ids of a function's living instances.
func (p *Platform) Instances(name string) []string {
	if f := p.function(name); f != nil {
		return f.instanceIDs()
	}
	return nil
}

// Kill ends all busy instances of a function with SIGKILL, as a crash or a
// host failure does, and returns how many. Each invocation in flight ends as
// "Process exited unexpectedly". The processes are gone when Kill returns.
func (p *Platform) Kill(name string) int {
	if f := p.function(name); f != nil {
		return f.killBusy()
	}
	return 0
}

// PeakRSS is the largest resident memory, in bytes, that any instance of the
// function was seen with: VmHWM of /proc/<pid>/status, read after each event
// and before each end. It is 0 where there is no such file.
func (p *Platform) PeakRSS(name string) int64 {
	if f := p.function(name); f != nil {
		f.sampleMemory()
		return f.peak.Load()
	}
	return 0
}

// Close ends every instance and server and waits for them.
func (p *Platform) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	all := make([]*function, 0, len(p.functions))
	for _, f := range p.functions {
		all = append(all, f)
	}
	p.mu.Unlock()
	p.cancel()
	// Children end before any server they talk to: the SDK retries a lost
	// runtime API without a pause.
	for _, f := range all {
		f.killAll()
	}
	for _, f := range all {
		if f.front != nil {
			f.front.close()
		}
	}
	p.api.close()
	p.running.Wait()
	p.starter.stop()
	return nil
}

func (p *Platform) function(name string) *function {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.functions[name]
}

func (p *Platform) functionARN(name string) string {
	return "acs:fc:" + p.opt.Region + ":" + p.opt.AccountID + ":functions/" + name
}
