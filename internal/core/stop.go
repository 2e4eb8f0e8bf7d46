package core

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// lookRecent is the oldest look on which a batch is called without looking
// again: for a small run the plan was made a moment ago. A desktop is never
// called a second time on a look that is older than five seconds, because a
// second call always follows a look of its own.
const lookRecent = time.Second

// stopping carries out the stops of one plan and keeps one outcome for each.
type stopping struct {
	*planner
	hard  context.Context // the invocation's: for the last look
	work  context.Context // ends earlier: no new call begins after it
	plan  Plan
	whole []string  // every id the plan stops, sorted: the set a given ClientToken stands for
	until time.Time // no new batch begins after it; zero is no end
	// handsOn says that what this invocation cannot finish another one does.
	handsOn    bool
	proveUntil time.Time // of the proof, once it has begun

	barred     *ended   // set when no wave may begin at all
	canaryWave []string // the first wave, until its proof has held

	regionOf map[string]string // of every id the plan stops

	mu       sync.Mutex         // guards what follows: batches go side by side
	outcomes map[string]Outcome // by id
	called   map[string]bool    // ids that a call has named, whatever came of it
	doubted  map[string]bool    // ids that a call may have stopped, though nobody saw it
	over     *CloudError        // set when no further call can work
	ended    *ended             // set when no further wave may begin
	blind    bool               // a wave began although the brake could not be read
}

// ended is why a run begins no further wave.
type ended struct {
	ending Ending
	why    string
	code   Code // of the desktops that were not tried; NotTried where empty
}

func newStopping(r *Runner, hard, work context.Context, rec RequestRecord, plan Plan) *stopping {
	p := r.planner(hard, &rec)
	p.planned, p.running = true, plan.runningIn()
	// Never fewer than there are, whoever wrote the record.
	p.counted(max(plan.Count, len(plan.stops())))
	p.percent = max(plan.Percent, percentage(plan.stopsIn(), p.running))
	s := &stopping{planner: p, hard: hard, work: work, plan: plan, regionOf: map[string]string{}, outcomes: map[string]Outcome{}, called: map[string]bool{}, doubted: map[string]bool{}}
	for _, e := range plan.stops() {
		s.whole = append(s.whole, e.DesktopId)
		s.regionOf[e.DesktopId] = e.RegionId
	}
	slices.Sort(s.whole)
	// A request with end users' tokens cannot be handed on: they are recorded
	// nowhere.
	s.handsOn = r.Queue != nil && !rec.AtOnce
	if deadline, ok := work.Deadline(); ok {
		left := deadline.Sub(r.Now())
		s.until = deadline.Add(-min(callReserve, left/4))
	}
	return s
}

// callReserve is kept free before the working time ends, so that the calls of
// the last batch are answered rather than cut off.
const callReserve = 10 * time.Second

// late says that no new batch may begin.
func (s *stopping) late() bool {
	return s.work.Err() != nil || !s.until.IsZero() && !s.Now().Before(s.until)
}

// batch stops desktops of one region with one call, or with more where it is
// refused or its answer lost. seenAt is when they were looked at; why is why some
// of them may have been called before.
func (s *stopping) batch(ids []string, seenAt time.Time, why string) {
	switch over := s.isOver(); {
	case over != nil:
		s.leave(ids, "an earlier call of this run failed for good: "+over.Error())
	case s.work.Err() != nil:
		s.timeOver(ids)
	case s.looks() && s.Now().Sub(seenAt) > lookRecent:
		// Somebody may have connected since, also while earlier batches took
		// their time.
		if running, ok := s.settle(ids, why); ok {
			s.sayAgain(s.tried(running), why)
			s.call(running, 1)
		}
	default:
		s.call(ids, 1)
	}
}

func (s *stopping) isOver() *CloudError {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// cut divides ids into parts of one region and at most so many each, sorted, so
// that the same desktops make the same calls again.
func (s *stopping) cut(ids []string, most int) [][]string {
	regions := map[string][]string{}
	for _, id := range ids {
		regions[s.regionOf[id]] = append(regions[s.regionOf[id]], id)
	}
	var all [][]string
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		slices.Sort(regions[region])
		all = slices.AppendSeq(all, slices.Chunk(regions[region], most))
	}
	return all
}

// call makes one StopDesktops call for ids and deals with its answer; nth
// counts the calls these desktops have had in this attempt.
func (s *stopping) call(ids []string, nth int) {
	if len(ids) == 0 {
		return
	}
	if s.work.Err() != nil {
		s.timeOver(ids)
		return
	}
	if s.rec.Request.DryRun {
		s.set(ids, WouldStop, "", "") // whoever came here by whatever way
		return
	}
	before := s.tried(ids)
	s.note(s.called, ids)
	requestID, err := s.Desktops.Stop(s.work, s.stopCall(ids))
	if err == nil {
		s.set(ids, Accepted, "", requestID)
		return
	}
	failed := cloudError(err)
	s.Log.LogAttrs(s.hard, slog.LevelWarn, "stop call failed", slog.String("run", string(s.plan.Run)),
		slog.Int("desktops", len(ids)), slog.String("class", string(failed.Class)), slog.String("code", failed.Code),
		slog.Bool("may_have_worked", failed.MayHave), slog.String("cloud_request_id", failed.RequestID))
	switch {
	case failed.MayHave:
		s.lost(ids, nth, failed)
	case failed.Class == CloudThrottled && nth < maxThrottled && !s.late() && s.looks():
		s.unnote(s.called, without(ids, before)) // it did nothing
		s.throttled(ids, nth, failed)
	case failed.Class == CloudThrottled || failed.Class == CloudDown:
		s.turnedAway(ids, before, CloudUnavailable, failed)
	case failed.Class == CloudForbidden || failed.Class == CloudCredentials:
		// Every further call would be refused for the same reason.
		s.mu.Lock()
		s.over = failed
		s.mu.Unlock()
		s.turnedAway(ids, before, CloudRefused, failed)
	case len(ids) == 1:
		s.turnedAway(ids, before, CloudRefused, failed)
	default:
		s.split(ids, failed)
	}
}

// looks says whether this run may look at desktops.
func (s *stopping) looks() bool { return s.plan.Contract == Admin || !s.Rules.NoLookup }

// set writes the outcome of ids. A desktop has one: whoever sets a second is
// at fault, and the first stays, because it was true when it was written.
// That nothing happened is not said of a desktop that a call may have stopped.
func (s *stopping) set(ids []string, code Code, detail, requestID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if _, twice := s.outcomes[id]; twice {
			s.Log.Error("second outcome for one desktop", "run", s.plan.Run, "desktop", id, "code", code)
			continue
		}
		o := Outcome{RegionId: s.regionOf[id], DesktopId: id, Code: code, Detail: detail}
		if s.doubted[id] && (code == NotTried || code == CloudRefused || code == CloudUnavailable) {
			o.Code, o.Detail = Unknown, "an earlier call may have stopped it; and then "+detail
		}
		if requestID != "" {
			o.RequestIds = []string{requestID}
		}
		s.outcomes[id] = o
	}
}
