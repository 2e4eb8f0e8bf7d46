package fc

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// unhandledError is the X-Fc-Error-Type of everything that goes wrong inside
// a function: errors it returned, panics, exits and timeouts.
const unhandledError = "UnhandledInvocationError"

// instance is one process of a function with a runtime API of its own. It
// works on one event at a time.
type instance struct {
	id     string
	f      *function
	cmd    *exec.Cmd
	api    *httpServer
	out    *output
	tail   *logBuffer
	queue  chan *delivery // unbuffered: whoever sends has found a waiting request
	exited chan struct{}  // closed when the process is gone and its output collected
	ended  chan struct{}  // closed when its function has forgotten it too
	idle   *time.Timer    // guarded by f.mu

	mu      sync.Mutex
	current *delivery // the event being worked on
	frozen  bool
}

// delivery is one event on its way through an instance.
type delivery struct {
	Invocation
	credentials credentials
	answer      chan result // holds one
}

type credentials struct{ id, secret, token string }

// result is how an invocation ended.
type result struct {
	payload []byte // the function's answer, or the error as JSON
	failed  bool   // the function returned an error, panicked, exited or timed out
	tail    string // the end of what it printed
}

func functionError(errorType, format string, args ...any) result {
	payload, _ := json.Marshal(map[string]string{"errorMessage": fmt.Sprintf(format, args...), "errorType": errorType})
	return result{payload: payload, failed: true}
}

// startInstance starts the function's binary with the environment of the
// platform.
func startInstance(f *function) (*instance, error) {
	cred, err := f.issue()
	if err != nil {
		return nil, err
	}
	tail := &logBuffer{limit: tailBytes}
	out, err := newOutput(teeWriter{f.logs, tail, f.p.opt.Log})
	if err != nil {
		return nil, err
	}
	in := &instance{id: "c-" + randomHex(4) + "-" + randomHex(6), f: f, out: out, tail: tail, queue: make(chan *delivery), exited: make(chan struct{}), ended: make(chan struct{})}
	if in.api, err = serveLoopback(in.runtimeAPI()); err != nil {
		out.w.Close()
		out.r.Close()
		return nil, fmt.Errorf("open runtime API: %w", err)
	}
	in.cmd = exec.Command(f.conf.Binary)
	in.cmd.Dir = filepath.Dir(f.conf.Binary)
	in.cmd.Env = in.environment(cred)
	in.cmd.Stdout, in.cmd.Stderr = out.w, out.w
	in.cmd.SysProcAttr = childAttributes()
	if err := f.p.starter.start(in.cmd); err != nil {
		in.api.close()
		out.w.Close()
		out.r.Close()
		return nil, fmt.Errorf("start %s: %w", f.conf.Binary, err)
	}
	go out.collect()
	go in.await()
	return in, nil
}

// environment is what the FC documentation says an instance is given. The
// role's credentials are set once here and get stale in a long-lived instance.
func (in *instance) environment(cred credentials) []string {
	c, opt := in.f.conf, in.f.p.opt
	env := append([]string{
		"PATH=/usr/local/bin:/usr/bin:/bin",
		"HOME=/tmp",
		"TZ=UTC",
		"FC_RUNTIME_API=" + in.api.addr(),
		"FC_FUNC_CODE_PATH=" + filepath.Dir(c.Binary),
		"FC_ACCOUNT_ID=" + opt.AccountID,
		"FC_REGION=" + opt.Region,
		"FC_FUNCTION_NAME=" + c.Name,
		"FC_FUNCTION_HANDLER=" + c.Handler,
		"FC_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(c.MemoryMB),
		"FC_INSTANCE_ID=" + in.id,
		"FC_VER_ID=" + latest,
		"FC_FUNCTION_VERSION=" + latest,
	}, opt.HostEnv...)
	if cred.id != "" {
		env = append(env, "ALIBABA_CLOUD_ACCESS_KEY_ID="+cred.id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET="+cred.secret, "ALIBABA_CLOUD_SECURITY_TOKEN="+cred.token)
	}
	for k, v := range c.Env {
		env = append(env, k+"="+v)
	}
	return env
}

// await reaps the process, collects the rest of its output and only then
// closes its runtime API.
func (in *instance) await() {
	in.cmd.Wait()
	signalGroup(in.cmd.Process, syscall.SIGKILL) // descendants, which would hold the pipe open
	in.out.w.Close()
	<-in.out.done
	close(in.exited)
	in.api.close()
	in.f.gone(in)
	close(in.ended)
}

// kill ends the process and waits until it is gone and forgotten. The caller
// does not hold f.mu.
func (in *instance) kill() {
	if in.alive() {
		in.f.notePeak(in)
		signalGroup(in.cmd.Process, syscall.SIGKILL)
	}
	<-in.ended
}

func (in *instance) alive() bool {
	select {
	case <-in.exited:
		return false
	default:
		return true
	}
}

// run hands one event to the process and waits for its answer, its end, or
// the function's timeout. A process that has to be started up first gets
// StartTimeout to ask for the event.
func (in *instance) run(d *delivery) result {
	opt := in.f.p.opt
	in.tail.reset()
	in.begin(d)
	defer in.end()
	start := time.NewTimer(opt.StartTimeout)
	defer start.Stop()
	select {
	case in.queue <- d:
	case <-in.exited:
		return functionError("FunctionNotStarted", "Process exited unexpectedly before asking for an event (%s)", in.cmd.ProcessState)
	case <-start.C:
		in.kill()
		return functionError("FunctionNotStarted", "Process did not ask for an event within %s", opt.StartTimeout)
	}
	timeout := time.NewTimer(in.f.conf.Timeout + opt.TimeoutGrace)
	defer timeout.Stop()
	select {
	case r := <-d.answer:
		return in.settle(r)
	case <-in.exited:
	case <-timeout.C:
		in.kill()
		return functionError("FunctionTimeout", "Function timed out after %d seconds", in.f.conf.Timeout/time.Second)
	}
	select {
	case r := <-d.answer: // it answered and then exited
		r.tail = in.tail.String()
		return r
	default:
	}
	r := functionError("ProcessExited", "Process exited unexpectedly before completing request (%s)", in.cmd.ProcessState)
	r.tail = in.tail.String()
	return r
}

func (in *instance) begin(d *delivery) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.current = d
	if in.frozen {
		in.frozen = false
		signalGroup(in.cmd.Process, syscall.SIGCONT)
	}
}

func (in *instance) end() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.current = nil
}

// settle suspends the process after its answer, so that work it left running
// stands still, and completes its output.
func (in *instance) settle(r result) result {
	if !in.f.p.opt.NoFreeze {
		in.mu.Lock()
		in.frozen = true
		in.mu.Unlock()
		freeze(in.cmd.Process)
	}
	in.out.sync()
	in.f.notePeak(in)
	r.tail = in.tail.String()
	return r
}

type teeWriter []interface{ Write([]byte) (int, error) }

// Write goes on after a failed writer: a closed test log must not stop a
// function.
func (t teeWriter) Write(b []byte) (int, error) {
	if len(b) > 0 {
		for _, w := range t {
			w.Write(b)
		}
	}
	return len(b), nil
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}
