package ecd

import (
	"fmt"
	"slices"
	"time"
)

// fleet finds desktops by region and id, and lists a region in the order of
// adding.
type fleet struct {
	all     []*machine
	regions map[string]*regionFleet
}

type regionFleet struct {
	byID    map[string]*machine
	ordered []*machine // by seq
}

func (f *fleet) find(region, id string) *machine {
	r := f.regions[region]
	if r == nil {
		return nil
	}
	return r.byID[id]
}

// list returns the machines of a region in the order of adding.
func (f *fleet) list(region string) []*machine {
	r := f.regions[region]
	if r == nil {
		return nil
	}
	return r.ordered
}

// Add puts desktops into the fleet. It refuses, before adding any, one without
// an id, one in a region the server does not know, and an id that is there
// already.
func (s *Server) Add(desktops ...Desktop) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	type place struct{ region, id string }
	fresh := map[place]bool{}
	for _, d := range desktops {
		p := place{d.Region, d.ID}
		switch {
		case d.ID == "":
			return fmt.Errorf("add desktop %q: it has no id", d.Name)
		case !slices.Contains(s.opts.Regions, d.Region):
			return fmt.Errorf("add desktop %s: region %q is not known here", d.ID, d.Region)
		case fresh[p] || s.fleet.find(d.Region, d.ID) != nil:
			return fmt.Errorf("add desktop %s: region %s has one with this id", d.ID, d.Region)
		}
		fresh[p] = true
	}
	now := s.opts.Now()
	for _, d := range desktops {
		s.fleet.add(withDefaults(d.clone(), s.opts, now))
	}
	return nil
}

func withDefaults(d Desktop, o Options, now time.Time) Desktop {
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fill(&d.Name, d.ID)
	fill(&d.Status, Running)
	fill(&d.Connection, Disconnected)
	fill(&d.ChargeType, "PostPaid")
	fill(&d.Type, "ecd.basic.large")
	fill(&d.OSType, "Windows")
	d.timePassingStatus(o, now)
	return d
}

// timePassingStatus gives Starting and Stopping their end, unless the test set
// one or wants them to stay.
func (d *Desktop) timePassingStatus(o Options, now time.Time) {
	switch {
	case !d.StatusUntil.IsZero():
	case d.Status == Starting && o.StartDuration > 0:
		d.StatusUntil = now.Add(o.StartDuration)
	case d.Status == Stopping && o.StopDuration > 0:
		d.StatusUntil = now.Add(o.StopDuration)
	}
}

func (d *Desktop) up() bool { return d.Status == Starting || d.Status == Running }

func (f *fleet) add(d Desktop) {
	m := &machine{seq: len(f.all) + 1}
	m.set(d, time.Time{})
	f.all = append(f.all, m)
	if f.regions == nil {
		f.regions = map[string]*regionFleet{}
	}
	r := f.regions[d.Region]
	if r == nil {
		r = &regionFleet{byID: map[string]*machine{}}
		f.regions[d.Region] = r
	}
	r.byID[d.ID] = m
	r.ordered = append(r.ordered, m)
}

// Desktop returns a desktop as it is now.
func (s *Server) Desktop(region, id string) (Desktop, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.fleet.find(region, id)
	if m == nil {
		return Desktop{}, false
	}
	return m.desktop(s.opts.Now()).clone(), true
}

// Desktops returns the whole fleet as it is now, in the order of adding.
func (s *Server) Desktops() []Desktop {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	all := make([]Desktop, 0, len(s.fleet.all))
	for _, m := range s.fleet.all {
		all = append(all, m.desktop(now).clone())
	}
	return all
}

// Update edits a desktop, as somebody at the console would. It reports whether
// there is one. Region and ID cannot be edited.
func (s *Server) Update(region, id string, edit func(*Desktop)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.fleet.find(region, id)
	if m == nil {
		return false
	}
	now := s.opts.Now()
	d := m.desktop(now).clone()
	status, until, started := d.Status, d.StatusUntil, d.LastStarted
	edit(&d)
	d.Region, d.ID = region, id
	if d.LastStarted.Equal(started) && d.up() && status != Starting && status != Running {
		d.LastStarted = now
	}
	if d.Status != status && d.StatusUntil.Equal(until) {
		// The end of the old status is not the end of the new one.
		d.StatusUntil = time.Time{}
	}
	d.timePassingStatus(s.opts, now)
	m.set(d, now)
	return true
}
