package core

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"
)

// Part is what an attempt leaves to the next when its invocation has to end
// first: all outcomes so far, those of earlier parts included. Writing it ends
// the attempt's lease. Desktops of the plan that it does not name have not been
// called.
type Part struct {
	Run     RunID     `json:"RunId"`
	Attempt int       `json:"Attempt"`
	Nth     int       `json:"Nth"` // how many parts the run has so far
	At      time.Time `json:"At"`
	// ProveUntil is until when the run looks whether accepted desktops are
	// Stopped, where it has begun to.
	ProveUntil time.Time `json:"ProveUntil,omitzero"`
	Outcomes   []Outcome `json:"Outcomes"`
	// Doubted are desktops without an outcome that a dead attempt may have called.
	Doubted []string `json:"Doubted,omitempty"`
	// Canary is the first wave, where its proof has not ended.
	Canary []string `json:"Canary,omitempty"`
}

// errHandedOn says that the invocation has done what it could and another one
// goes on. It is no failure.
var errHandedOn = errors.New("another invocation goes on with the run")

// HandedOn says whether err means that the run goes on in another invocation.
func HandedOn(err error) bool { return errors.Is(err, errHandedOn) }

// handOn writes what was reached and queues the job that goes on. It always
// returns an error: errHandedOn where that worked.
func (r *Runner) handOn(ctx context.Context, s *stopping, mine Attempt, nth int) error {
	p := Part{Run: s.rec.Run, Attempt: mine.N, Nth: nth, At: r.Now(), ProveUntil: s.proveUntil, Canary: s.canaryWave}
	for _, id := range slices.Sorted(maps.Keys(s.outcomes)) {
		p.Outcomes = append(p.Outcomes, s.outcomes[id])
	}
	for _, id := range s.untouched() {
		if s.doubted[id] {
			p.Doubted = append(p.Doubted, id)
		}
	}
	if _, err := r.Journal.PutPart(ctx, p); err != nil {
		return err
	}
	if err := r.Queue.Enqueue(ctx, p.Run, StepStop); err != nil {
		return err
	}
	r.Log.LogAttrs(ctx, slog.LevelInfo, "handed on", slog.String("run", string(p.Run)), slog.Int("part", nth),
		slog.Int("outcomes", len(p.Outcomes)), slog.Int("of", len(s.whole)))
	return &Error{Code: Busy, Message: "The run goes on in another invocation.", Cause: errHandedOn}
}

// resume takes over the outcomes of an earlier invocation.
func (s *stopping) resume(p Part) {
	for _, o := range p.Outcomes {
		s.outcomes[o.DesktopId] = o
	}
	s.proveUntil, s.canaryWave = p.ProveUntil, p.Canary
	s.note(s.doubted, p.Doubted)
}

// untouched are the desktops of the plan that have no outcome yet.
func (s *stopping) untouched() []string {
	var ids []string
	for _, id := range s.whole {
		if _, known := s.outcomes[id]; !known {
			ids = append(ids, id)
		}
	}
	return ids
}
