package core

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// simDesktop is a desktop as it really is, and what is about to happen to it.
type simDesktop struct {
	Desktop
	idle, up time.Duration
	unknown  bool // nobody knows either
	gone     bool
	soon     []change
	stopping bool // a stop has been accepted and does not show yet

	sights []sight
	calls  []*simCalled
}

// change is what happens to a desktop at an instant, whoever looks.
type change struct {
	at   time.Time
	what string
}

// sight is what one look of one run saw of a desktop.
type sight struct {
	run       RunID
	begun, at time.Time
	found     bool
	Desktop
}

// simCalled is one StopDesktops call, for one of its desktops.
type simCalled struct {
	run          RunID
	begun, ended time.Time
	planned      bool // the run's plan was recorded before
	accepted     bool // and the run knows it
	effect       bool // the desktop is, or will be, stopped by it
	lost         bool // the answer never came
}

// simCloud is the cloud, which remembers everything.
type simCloud struct {
	*simulation
	mu       sync.Mutex
	desktops map[string]*simDesktop // by region and id
	order    []string
}

func newSimCloud(s *simulation) *simCloud {
	c := &simCloud{simulation: s, desktops: map[string]*simDesktop{}}
	for i := range s.fleet {
		d := &s.fleet[i]
		r := s.draw("people of " + d.key())
		for range r.IntN(4) {
			if s.restless && chance(r, 0.3) {
				at := s.begun.Add(time.Duration(r.IntN(int(6 * time.Minute))))
				d.soon = append(d.soon, change{at, oneOf(r, "connect", "connect", "disconnect", "start", "start", "start", "shut down", "keep", "tag", "delete")})
			}
		}
		c.desktops[d.key()] = d
	}
	c.order = slices.Sorted(maps.Keys(c.desktops))
	return c
}

// at is the desktop as it is now; the lock is held.
func (c *simCloud) at(key string) *simDesktop {
	d := c.desktops[key]
	if d == nil {
		return nil
	}
	slices.SortStableFunc(d.soon, func(a, b change) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for len(d.soon) > 0 && !d.soon[0].at.After(time.Now()) {
		happening := d.soon[0]
		d.soon = d.soon[1:]
		c.happen(d, happening)
	}
	if d.gone {
		return nil
	}
	return d
}

// happen changes a desktop, where what is to happen makes sense in its state.
func (c *simCloud) happen(d *simDesktop, what change) {
	was := d.Status + " " + d.Connection
	later := func(after time.Duration, then string) {
		d.soon = slices.Insert(d.soon, 0, change{what.at.Add(after), then})
	}
	switch {
	case what.what == "begin to stop" && d.Status == StatusRunning:
		d.Status = StatusStopping
	case what.what == "be stopped" && d.Status == StatusStopping:
		d.Status, d.Connection, d.stopping = StatusStopped, ConnDisconnected, false
	case what.what == "connect" && d.Status == StatusRunning:
		d.Connection = ConnConnected
	case what.what == "disconnect" && d.Status == StatusRunning:
		d.Connection = ConnDisconnected
	case what.what == "start" && d.Status == StatusStopped:
		d.Status = "Starting"
		later(20*time.Second, "run")
	case what.what == "run" && d.Status == "Starting":
		d.Status = StatusRunning
	case what.what == "shut down" && d.Status == StatusRunning && !d.stopping:
		d.Status = StatusStopping
		later(5*time.Second, "be stopped")
	case what.what == "keep" && !d.TagsUnknown:
		d.Tags = maps.Clone(d.Tags)
		d.Tags[TagKeep] = "yes"
	case what.what == "tag" && !d.TagsUnknown:
		d.Tags = maps.Clone(d.Tags)
		d.Tags["env"] = "prod"
	case what.what == "delete" && d.Status == StatusStopped:
		d.gone = true
	default:
		return
	}
	c.tell("%s: %s at %.3fs (%s -> %s %s)", d.key(), what.what, what.at.Sub(c.begun).Seconds(), was, d.Status, d.Connection)
}

// see is one look of a run at a desktop; the lock is held.
func (c *simCloud) see(v *invocation, key string, begun time.Time) (Desktop, bool) {
	d := c.at(key)
	if d == nil {
		if real := c.desktops[key]; real != nil {
			real.sights = append(real.sights, sight{run: v.run, begun: begun, at: time.Now()})
		}
		return Desktop{}, false
	}
	seen := d.Desktop
	seen.SeenAt = time.Now()
	d.sights = append(d.sights, sight{v.run, begun, seen.SeenAt, true, seen})
	return seen, true
}

// stop takes a call and says whether the cloud refuses it.
func (c *simCloud) stop(v *invocation, call StopCall, notes map[string]*simCalled) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	refused := &CloudError{Class: CloudBadDesktop, Op: "StopDesktops", Code: "IncorrectDesktopStatus", RequestID: v.id}
	isBad := func(id string) bool {
		d := c.at(keyOf(call.RegionId, id))
		return d == nil || c.strict && d.Status != StatusRunning
	}
	bad := slices.ContainsFunc(call.DesktopId, isBad)
	if bad && !c.partly {
		return refused
	}
	for _, id := range call.DesktopId {
		if d := c.at(keyOf(call.RegionId, id)); !isBad(id) && d.Status == StatusRunning {
			notes[id].effect = c.obey(v, d)
		}
	}
	if bad {
		return refused
	}
	return nil
}

// obey lets a desktop stop, mostly: at once or after a while, and sometimes
// never to the end, or not at all.
func (c *simCloud) obey(v *invocation, d *simDesktop) bool {
	if d.stopping {
		return true
	}
	r := v.draw("obey", d.key())
	if chance(r, 0.02) {
		return false
	}
	d.stopping = true
	if chance(r, 0.4) {
		d.soon = append(d.soon, change{time.Now().Add(time.Duration(r.IntN(int(5 * time.Second)))), "begin to stop"})
	} else {
		d.Status = StatusStopping
	}
	if !chance(r, 0.02) {
		d.soon = append(d.soon, change{time.Now().Add(time.Duration(r.IntN(int(40 * time.Second)))).Add(5 * time.Second), "be stopped"})
	}
	return true
}

func (d *simDesktop) String() string { return fmt.Sprintf("%s %s/%s", d.key(), d.Status, d.Connection) }
