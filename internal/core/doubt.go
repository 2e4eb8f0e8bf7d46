package core

import (
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// calledBefore is why the desktops of a run that was begun before are looked at
// again.
const calledBefore = "an earlier attempt may have called it"

// note adds ids to one of the run's sets.
func (s *stopping) note(set map[string]bool, ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		set[id] = true
	}
}

// unnote takes ids out of one of the run's sets.
func (s *stopping) unnote(set map[string]bool, ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		delete(set, id)
	}
}

// tried returns those of ids that a call has named, or may have.
func (s *stopping) tried(ids []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !s.called[id] && !s.doubted[id] })
}

// without returns ids but for those of others.
func without(ids, others []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(others, id) })
}

// lookAgain looks at desktops that an earlier attempt may have called, writes
// down what became of them and returns those that still run.
func (s *stopping) lookAgain(ids []string) (running []string) {
	if !s.looks() || s.late() && s.handsOn {
		return ids
	}
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(max(1, s.Rules.Concurrency))
	for _, batch := range s.cut(ids, lookMost) {
		g.Go(func() error {
			still, _ := s.settle(batch, calledBefore)
			mu.Lock()
			defer mu.Unlock()
			running = append(running, still...)
			return nil
		})
	}
	_ = g.Wait() // what cannot be seen is written down, and fails nobody else
	slices.Sort(running)
	return running
}

// turnedAway writes the outcome of desktops whose call did nothing. Those that an
// earlier call has named are looked at first: it may be because of that one that
// this one was refused.
func (s *stopping) turnedAway(ids, before []string, code Code, failed *CloudError) {
	if len(before) > 0 && s.looks() {
		running, _ := s.settle(before, "a second call did nothing: "+failed.Error())
		ids = without(ids, without(before, running))
	}
	s.set(ids, code, failed.Error(), failed.RequestID)
}

// timeOver deals with desktops whose turn comes when the time of the invocation
// is over. Where another one goes on they have no outcome yet, and it begins with
// them.
func (s *stopping) timeOver(ids []string) {
	if !s.handsOn {
		s.leave(ids, "the time of this invocation was over")
	}
}

// leave gives desktops that are not called any more their outcome. Those that an
// earlier call may have stopped are looked at, which tells what became of them.
func (s *stopping) leave(ids []string, why string) {
	var untouched, doubted []string
	s.mu.Lock()
	for _, id := range ids {
		if s.doubted[id] && s.looks() {
			doubted = append(doubted, id)
		} else {
			untouched = append(untouched, id)
		}
	}
	s.mu.Unlock()
	for _, batch := range s.cut(doubted, lookMost) {
		running, _ := s.settle(batch, calledBefore)
		untouched = append(untouched, running...)
	}
	s.set(untouched, NotTried, why, "")
}
