package ecd

import "maps"

// TallyKey is what calls are counted by. Version is the contract: VersionAdmin
// or VersionClient.
type TallyKey struct{ Version, Operation, Region string }

// Tally counts the calls of one kind since the server started, refused and
// failed ones included.
type Tally struct {
	Calls int
	IDs   int // desktops that they named, those named twice counted twice
}

// tally counts the call. Unlike the log it never forgets.
func (e *logEntry) tally() {
	e.log.mu.Lock()
	defer e.log.mu.Unlock()
	if e.log.tallies == nil {
		e.log.tallies = map[TallyKey]Tally{}
	}
	key := TallyKey{e.call.Version, e.call.Operation, e.call.Region}
	t := e.log.tallies[key]
	t.Calls++
	t.IDs += len(e.call.IDs)
	e.log.tallies[key] = t
}

// Tallies counts the calls of every operation that the server knows.
func (s *Server) Tallies() map[TallyKey]Tally {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	if s.calls.tallies == nil {
		return map[TallyKey]Tally{}
	}
	return maps.Clone(s.calls.tallies)
}
