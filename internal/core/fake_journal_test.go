package core

import (
	"context"
	"fmt"
	"sync"
)

// fakeJournal keeps records in memory. While down is set every call fails.
type fakeJournal struct {
	mu       sync.Mutex
	requests map[RunID]RequestRecord
	plans    map[RunID]Plan
	reports  map[RunID]Report
	attempts map[string]Attempt
	confirms map[RunID]Confirm
	marks    map[string]bool
	parts    map[string]Part
	halts    map[RunID]Halt
	freeze   *Freeze
	blind    error // of Brakes
	asked    int   // calls of Brakes about a run
	down     error
}

func newFakeJournal() *fakeJournal {
	return &fakeJournal{requests: map[RunID]RequestRecord{}, plans: map[RunID]Plan{}, reports: map[RunID]Report{}, attempts: map[string]Attempt{},
		confirms: map[RunID]Confirm{}, marks: map[string]bool{}, parts: map[string]Part{}, halts: map[RunID]Halt{}}
}

func putOnce[K comparable, V any](j *fakeJournal, m map[K]V, k K, v V) (V, bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.down != nil {
		return v, false, j.down
	}
	if was, ok := m[k]; ok {
		return was, false, nil
	}
	m[k] = v
	return v, true, nil
}

func getOne[K comparable, V any](j *fakeJournal, m map[K]V, k K) (V, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	v, ok := m[k]
	if j.down != nil {
		return v, j.down
	}
	if !ok {
		return v, Errorf(Missing, "no record %v", k)
	}
	return v, nil
}

func (j *fakeJournal) Claim(_ context.Context, r RequestRecord) (RequestRecord, bool, error) {
	return putOnce(j, j.requests, r.Run, r)
}
func (j *fakeJournal) Request(_ context.Context, run RunID) (RequestRecord, error) {
	return getOne(j, j.requests, run)
}
func (j *fakeJournal) Plan(_ context.Context, run RunID) (Plan, error) {
	return getOne(j, j.plans, run)
}
func (j *fakeJournal) Report(_ context.Context, run RunID) (Report, error) {
	return getOne(j, j.reports, run)
}
func (j *fakeJournal) PutPlan(_ context.Context, p Plan) (Plan, error) {
	was, _, err := putOnce(j, j.plans, p.Run, p)
	return was, err
}
func (j *fakeJournal) PutReport(_ context.Context, r Report) (Report, error) {
	was, _, err := putOnce(j, j.reports, r.Run, r)
	return was, err
}
func attemptKey(run RunID, n int) string { return fmt.Sprintf("%s/%d", run, n) }
func (j *fakeJournal) PutAttempt(_ context.Context, run RunID, a Attempt) (Attempt, bool, error) {
	return putOnce(j, j.attempts, attemptKey(run, a.N), a)
}
func (j *fakeJournal) Attempt(_ context.Context, run RunID, n int) (Attempt, error) {
	return getOne(j, j.attempts, attemptKey(run, n))
}

func (j *fakeJournal) PutConfirm(_ context.Context, c Confirm) (Confirm, bool, error) {
	return putOnce(j, j.confirms, c.Run, c)
}
func (j *fakeJournal) Confirm(_ context.Context, run RunID) (Confirm, error) {
	return getOne(j, j.confirms, run)
}
func (j *fakeJournal) Mark(_ context.Context, run RunID, m Mark) (bool, error) {
	_, won, err := putOnce(j, j.marks, string(run)+"/"+string(m), true)
	return won, err
}
func (j *fakeJournal) Marked(_ context.Context, run RunID, m Mark) (bool, error) {
	there, err := getOne(j, j.marks, string(run)+"/"+string(m))
	if CodeOf(err) == Missing && err != nil {
		return false, nil
	}
	return there, err
}

func (j *fakeJournal) PutPart(_ context.Context, p Part) (Part, error) {
	was, _, err := putOnce(j, j.parts, attemptKey(p.Run, p.Attempt), p)
	return was, err
}
func (j *fakeJournal) Part(_ context.Context, run RunID, n int) (Part, error) {
	return getOne(j, j.parts, attemptKey(run, n))
}
func (j *fakeJournal) Brakes(_ context.Context, run RunID) (Brakes, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	b := Brakes{Freeze: j.freeze}
	if h, ok := j.halts[run]; ok {
		b.Halt = &h
	}
	if run != "" {
		j.asked++
	}
	if j.blind != nil {
		return Brakes{}, j.blind
	}
	return b, j.down
}
func (j *fakeJournal) PutHalt(_ context.Context, h Halt) (Halt, error) {
	was, _, err := putOnce(j, j.halts, h.Run, h)
	return was, err
}
func (j *fakeJournal) PutFreeze(_ context.Context, f Freeze) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.freeze = &f
	return j.down
}
func (j *fakeJournal) RemoveFreeze(context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.freeze = nil
	return j.down
}

// deafJournal cannot read requests.
type deafJournal struct{ *fakeJournal }

func (deafJournal) Request(context.Context, RunID) (RequestRecord, error) {
	return RequestRecord{}, Errorf(Busy, "the bucket did not answer")
}
