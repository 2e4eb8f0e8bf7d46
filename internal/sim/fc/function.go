package fc

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Limits of a function's configuration, from the FC documentation.
const (
	maxEnvBytes       = 4 << 10
	defaultTimeout    = 3 * time.Second
	maxTimeout        = 86400 * time.Second
	defaultMemoryMB   = 512
	minMemoryMB       = 128
	maxMemoryMB       = 32768
	memoryStepMB      = 64
	defaultInstances  = 100 // the account quota; older accounts have 300
	maxAsyncRetries   = 8
	defaultRetries    = 3
	defaultEventAge   = 86400 * time.Second
	maxEventAge       = 604800 * time.Second // the smaller of the limits the vendor's sources name
	maxTriggerNameLen = 128
)

// Function is what a deployment says about one function of the go1 runtime.
type Function struct {
	Name         string
	Binary       string            // path of the compiled executable
	Handler      string            // its file name inside the code package; empty means Binary's
	Role         string            // RAM role by name or ARN; empty means no credentials
	Env          map[string]string // at most 4 KB in total
	Timeout      time.Duration     // whole seconds; 0 means 3 s
	MemoryMB     int               // 0 means 512; told to the function, not enforced
	MaxInstances int               // 0 means the account's quota of 100
	HTTP         *HTTPTrigger
	Timers       []TimerTrigger
	Async        AsyncConfig
}

// AuthType says who may call an HTTP trigger.
type AuthType string

// The kinds the double knows. jwt exists at the vendor and is refused here.
const (
	AuthAnonymous AuthType = "anonymous"
	AuthFunction  AuthType = "function" // callers sign with ACS3-HMAC-SHA256
)

// HTTPTrigger gives a function a URL.
type HTTPTrigger struct {
	Name     string   // empty means "http"
	AuthType AuthType // empty means AuthFunction, as the API does
	Methods  []string
}

// TimerTrigger runs a function on a schedule.
type TimerTrigger struct {
	Name    string
	Cron    string // six fields in UTC, with CRON_TZ=<zone> before them, or "@every 4m"
	Payload string
	Enable  bool
}

// AsyncConfig is a function's asyncInvokeConfig.
type AsyncConfig struct {
	MaxRetries *int          // nil means 3; function errors only
	MaxAge     time.Duration // 0 means 24 h
	OnFailure  string        // a function's name or ARN
	OnSuccess  string        // a function's name or ARN
	TaskMode   bool          // callers may name their tasks
}

func (a AsyncConfig) retries() int {
	if a.MaxRetries == nil {
		return defaultRetries
	}
	return *a.MaxRetries
}

var (
	functionName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,63}$`)
	triggerName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)
	envKey       = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	httpMethods  = []string{"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}
)

// checked fills defaults and refuses what the platform would refuse, with
// every fault at once.
func (c Function) checked(p *Platform) (Function, error) {
	var faults []error
	bad := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if !functionName.MatchString(c.Name) {
		bad("a name is 1 to 64 letters, digits, _ or -, and starts with a letter or _")
	}
	if abs, err := filepath.Abs(c.Binary); err != nil {
		bad("binary %q: %w", c.Binary, err)
	} else {
		c.Binary = abs
		if info, err := os.Stat(abs); err != nil {
			bad("binary: %w", err)
		} else if !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
			bad("binary %s is not an executable file (mode %s)", abs, info.Mode())
		}
	}
	if c.Handler == "" {
		c.Handler = filepath.Base(c.Binary)
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Timeout < time.Second || c.Timeout > maxTimeout || c.Timeout%time.Second != 0 {
		bad("timeout %s is not a whole number of seconds from 1 to %d", c.Timeout, maxTimeout/time.Second)
	}
	if c.MemoryMB == 0 {
		c.MemoryMB = defaultMemoryMB
	}
	if c.MemoryMB < minMemoryMB || c.MemoryMB > maxMemoryMB || c.MemoryMB%memoryStepMB != 0 {
		bad("memory %d MB is not from %d to %d in steps of %d", c.MemoryMB, minMemoryMB, maxMemoryMB, memoryStepMB)
	}
	if c.MaxInstances == 0 {
		c.MaxInstances = defaultInstances
	}
	if c.MaxInstances < 0 {
		bad("max instances %d is negative", c.MaxInstances)
	}
	c.Role = afterLast(c.Role, "role/")
	if c.Role != "" {
		// A trial issue, because only the authority knows which roles exist.
		if _, err := p.opt.Authority.Issue(c.Role, 0); err != nil {
			bad("role: %w", err)
		}
	}
	c.Async.OnFailure = afterLast(c.Async.OnFailure, "functions/")
	c.Async.OnSuccess = afterLast(c.Async.OnSuccess, "functions/")
	if n := c.Async.retries(); n < 0 || n > maxAsyncRetries {
		bad("async retries %d are not from 0 to %d", n, maxAsyncRetries)
	}
	if c.Async.MaxAge == 0 {
		c.Async.MaxAge = defaultEventAge
	}
	if c.Async.MaxAge < time.Second || c.Async.MaxAge > maxEventAge {
		bad("async event age %s is not from 1 s to %s", c.Async.MaxAge, maxEventAge)
	}
	faults = append(faults, checkEnv(c.Env), c.checkTriggers())
	return c, errors.Join(faults...)
}

func checkEnv(env map[string]string) error {
	var faults []error
	total := 0
	for key, value := range env {
		total += len(key) + len(value)
		if !envKey.MatchString(key) {
			faults = append(faults, fmt.Errorf("environment variable %q: a key is letters, digits and _, and starts with a letter", key))
		}
		if strings.HasPrefix(key, "FC_") {
			faults = append(faults, fmt.Errorf("environment variable %s: the prefix FC_ is reserved", key))
		}
	}
	if total > maxEnvBytes {
		faults = append(faults, fmt.Errorf("environment variables take %d bytes, the platform allows %d in total", total, maxEnvBytes))
	}
	return errors.Join(faults...)
}

func (c *Function) checkTriggers() error {
	var faults []error
	names := map[string]bool{}
	name := func(n string) {
		if len(n) > maxTriggerNameLen || !triggerName.MatchString(n) {
			faults = append(faults, fmt.Errorf("trigger name %q: letters, digits, _ and -, not starting with a digit or -", n))
		}
		if names[n] {
			faults = append(faults, fmt.Errorf("two triggers are called %q", n))
		}
		names[n] = true
	}
	if c.HTTP != nil {
		h := *c.HTTP
		if h.Name == "" {
			h.Name = "http"
		}
		if h.AuthType == "" {
			h.AuthType = AuthFunction
		}
		if h.AuthType != AuthAnonymous && h.AuthType != AuthFunction {
			faults = append(faults, fmt.Errorf("HTTP trigger: authType %q is not anonymous or function", h.AuthType))
		}
		if len(h.Methods) == 0 {
			faults = append(faults, errors.New("HTTP trigger: methods are missing"))
		}
		for _, m := range h.Methods {
			if !slices.Contains(httpMethods, m) {
				faults = append(faults, fmt.Errorf("HTTP trigger: method %q is not one of %s", m, strings.Join(httpMethods, " ")))
			}
		}
		name(h.Name)
		c.HTTP = &h
	}
	for _, t := range c.Timers {
		name(t.Name)
		if _, err := parseCron(t.Cron); err != nil {
			faults = append(faults, fmt.Errorf("timer %q: %w", t.Name, err))
		}
		if len(t.Payload) > maxAsyncPayload {
			faults = append(faults, fmt.Errorf("timer %q: payload has %d bytes, the platform allows %d", t.Name, len(t.Payload), maxAsyncPayload))
		}
	}
	return errors.Join(faults...)
}

// afterLast cuts an ARN down to the name at its end.
func afterLast(s, sep string) string {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[i+len(sep):]
	}
	return s
}
