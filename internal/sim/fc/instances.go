package fc

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// errBusy means that every instance works and no more may be started.
var errBusy = errors.New("all instances are busy")

// function is a deployed function with its instances.
type function struct {
	p         *Platform
	conf      Function
	front     *httpServer
	triggerID string
	logs      *logBuffer
	peak      *atomic.Int64
	slots     *semaphore.Weighted // one for each instance that may work; waits in order

	mu      sync.Mutex
	idle    []*instance // the newest at the end, which is used first
	all     map[*instance]bool
	busy    map[*instance]bool
	retired bool
}

func newFunction(p *Platform, conf Function) *function {
	return &function{
		p: p, conf: conf, triggerID: conf.Name + "-" + randomHex(5), logs: &logBuffer{limit: maxLogBytes}, peak: new(atomic.Int64),
		slots: semaphore.NewWeighted(int64(conf.MaxInstances)), all: map[*instance]bool{}, busy: map[*instance]bool{},
	}
}

// acquire finds an idle instance or starts one. With all of them busy it
// waits in order, or returns errBusy at once.
func (f *function) acquire(ctx context.Context, wait bool) (*instance, error) {
	if wait {
		if err := f.slots.Acquire(ctx, 1); err != nil {
			return nil, err
		}
	} else if !f.slots.TryAcquire(1) {
		return nil, errBusy
	}
	in, err := f.idleOrNew()
	if err != nil {
		f.slots.Release(1)
	}
	return in, err
}

func (f *function) idleOrNew() (*instance, error) {
	f.mu.Lock()
	for len(f.idle) > 0 {
		in := f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if in.idle.Stop() && in.alive() {
			f.busy[in] = true
			f.mu.Unlock()
			return in, nil
		}
	}
	f.mu.Unlock()
	if err := f.p.ctx.Err(); err != nil {
		return nil, err
	}
	in, err := startInstance(f)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	if in.alive() {
		f.all[in], f.busy[in] = true, true
	}
	f.mu.Unlock()
	if f.p.ctx.Err() != nil { // the platform closed meanwhile and did not see this one
		in.kill()
	}
	return in, nil
}

// release puts an instance back after an event, or lets go of a dead one.
func (f *function) release(in *instance) {
	f.mu.Lock()
	delete(f.busy, in)
	keep := in.alive() && !f.retired
	if keep {
		in.idle = time.AfterFunc(f.p.opt.IdleAfter, func() { f.reclaim(in) })
		f.idle = append(f.idle, in)
	}
	f.mu.Unlock()
	if !keep {
		in.kill()
	}
	f.slots.Release(1)
}

// reclaim ends an instance that has had nothing to do.
func (f *function) reclaim(in *instance) {
	f.mu.Lock()
	for i, other := range f.idle {
		if other == in {
			f.idle = append(f.idle[:i], f.idle[i+1:]...)
			break
		}
	}
	work := f.busy[in]
	f.mu.Unlock()
	if !work {
		in.kill()
	}
}

// gone forgets an instance whose process has ended.
func (f *function) gone(in *instance) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.all, in)
	for i, other := range f.idle {
		if other == in {
			in.idle.Stop()
			f.idle = append(f.idle[:i], f.idle[i+1:]...)
			return
		}
	}
}

// retire ends idle instances now and busy ones after their event.
func (f *function) retire() {
	f.mu.Lock()
	f.retired = true
	idle := f.idle
	f.idle = nil
	f.mu.Unlock()
	for _, in := range idle {
		in.idle.Stop()
		in.kill()
	}
}

func (f *function) killBusy() int { return f.killEach(f.busy) }
func (f *function) killAll() int  { return f.killEach(f.all) }

func (f *function) killEach(set map[*instance]bool) int {
	f.mu.Lock()
	var victims []*instance
	for in := range set {
		victims = append(victims, in)
	}
	f.mu.Unlock()
	for _, in := range victims {
		in.kill()
	}
	return len(victims)
}

func (f *function) instanceIDs() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	ids := []string{}
	for in := range f.all {
		ids = append(ids, in.id)
	}
	return ids
}

func (f *function) sampleMemory() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for in := range f.all {
		f.notePeak(in)
	}
}

func (f *function) notePeak(in *instance) {
	now := peakRSS(in.cmd.Process.Pid)
	for {
		peak := f.peak.Load()
		if now <= peak || f.peak.CompareAndSwap(peak, now) {
			return
		}
	}
}

// issue returns fresh credentials of the function's role.
func (f *function) issue() (credentials, error) {
	if f.conf.Role == "" {
		return credentials{}, nil
	}
	c, err := f.p.opt.Authority.Issue(f.conf.Role, f.p.opt.CredentialTTL)
	if err != nil {
		return credentials{}, err
	}
	return credentials{id: c.AccessKeyID, secret: c.AccessKeySecret, token: c.SecurityToken}, nil
}
