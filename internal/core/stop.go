package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// lookRecent is the oldest look on which a batch is called without looking
// again: for a small run the plan was made a moment ago. A desktop is never
// called a second time on a look that is older than five seconds, because a
// second call always follows a look of its own.
const lookRecent = time.Second

// maxCalls is how often one desktop may be called in one attempt when answers
// are lost. Three lost answers in a row are an outage, not bad luck.
const maxCalls = 3

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
	p.planned, p.count, p.percent, p.running = true, plan.Count, plan.Percent, plan.Running
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

// throttled deals with a call that the cloud would not take for now: after a
// pause the desktops are looked at anew and called again.
func (s *stopping) throttled(ids []string, nth int, failed *CloudError) {
	pause := max(failed.RetryAfter, time.Duration(nth)*throttlePause)
	_ = sleep(s.work, min(pause, throttleMost)) // its end is looked for by call
	why := "the cloud throttled the call"
	if running, ok := s.settle(ids, why); ok {
		s.sayAgain(running, why)
		s.call(running, nth+1)
	}
}

// How a call that is throttled is made again. The adapter has paused and tried
// by itself before it says so.
const (
	maxThrottled  = 8
	throttlePause = 2 * time.Second
	throttleMost  = 30 * time.Second
)

// lost deals with a call whose answer never came: a look tells which desktops
// it reached, and those that still run are called again.
func (s *stopping) lost(ids []string, nth int, failed *CloudError) {
	s.note(s.doubted, ids)
	running, ok := s.settle(ids, "the answer to the call was lost: "+failed.Error())
	switch {
	case !ok || len(running) == 0:
		return
	case nth >= maxCalls:
		s.set(running, Unknown, "no call was answered, and it still runs: "+failed.Error(), failed.RequestID)
	default:
		s.sayAgain(running, "the answer to the call was lost: "+failed.Error())
		s.call(running, nth+1)
	}
}

// split deals with a call that was refused whole, perhaps for one bad id: the
// halves are tried apart until the bad one stands alone. The vendor does not
// say whether the others were stopped, so a look comes first.
func (s *stopping) split(ids []string, failed *CloudError) {
	why, seenAt := "the call was refused whole: "+failed.Error(), s.Now()
	if s.looks() {
		running, ok := s.settle(ids, why)
		if !ok {
			return
		}
		s.sayAgain(running, why)
		ids = running
	}
	if len(ids) < 2 {
		s.call(ids, 1)
		return
	}
	s.call(ids[:len(ids)/2], 1)
	s.batch(ids[len(ids)/2:], seenAt, why) // the first half may have taken long
}

// settle looks at desktops that may have been called, for the reason why, and
// writes down what the look proves. It returns those that still run and may be
// stopped, which may be called because the look is fresh; false means that nobody
// could look.
func (s *stopping) settle(ids []string, why string) (running []string, ok bool) {
	if len(ids) == 0 {
		return nil, true
	}
	if !s.looks() {
		s.set(ids, Unknown, why, "")
		return nil, false
	}
	ctx, cancel := s.lastLook()
	defer cancel()
	seen, err := s.look(ctx, s.regionOf[ids[0]], ids)
	if err != nil {
		tried := s.tried(ids)
		s.set(tried, Unknown, why+"; and the look after it failed: "+cloudError(err).Error(), "")
		s.set(without(ids, tried), CloudUnavailable, "the look before its call failed: "+cloudError(err).Error(), "")
		return nil, false
	}
	for _, id := range ids {
		d, found := seen[id]
		if !found {
			d = Desktop{RegionId: s.regionOf[id], DesktopId: id}
		}
		// What a call has stopped is told as stopped, whatever has changed since
		// that would leave it alone now.
		called := found && len(s.tried([]string{id})) > 0
		switch e := s.judge(s.hard, &d, found); {
		case e.Stop:
			running = append(running, id)
		case called && d.Status == StatusStopped:
			s.set([]string{id}, Stopped, "seen Stopped after "+why, "")
		case called && d.Status == StatusStopping:
			s.set([]string{id}, Accepted, "seen Stopping after "+why, "")
		default:
			s.set([]string{id}, e.Code, e.Detail, "")
		}
	}
	return running, true
}

// sayAgain logs why desktops are called a second time.
func (s *stopping) sayAgain(ids []string, why string) {
	if len(ids) > 0 {
		s.Log.LogAttrs(s.hard, slog.LevelWarn, "calling again", slog.String("run", string(s.plan.Run)),
			slog.Any("desktops", ids), slog.String("why", why+"; a look just now says they still run"))
	}
}

// lastLook returns a context for a look that may outlast the working time, and
// that leaves half of what remains for the report.
func (s *stopping) lastLook() (context.Context, context.CancelFunc) {
	deadline, ok := s.hard.Deadline()
	if !ok {
		return context.WithCancel(s.hard)
	}
	return context.WithTimeout(s.hard, deadline.Sub(s.Now())/2)
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

// stopCall fills one call from the request.
func (s *stopping) stopCall(ids []string) StopCall {
	q := s.rec.Request
	c := StopCall{Contract: s.plan.Contract, RegionId: s.regionOf[ids[0]], DesktopId: ids, OsUpdate: q.OsUpdate}
	if c.Contract == Admin {
		c.StoppedMode = q.StoppedMode
		return c
	}
	c.ClientId = orWord(q.ClientId, s.Rules.ClientId)
	c.ClientOS, c.ClientVersion, c.Uuid = q.ClientOS, q.ClientVersion, q.Uuid
	c.LoginToken, c.SessionId, c.SessionToken = q.LoginToken, q.SessionId, q.SessionToken
	c.ClientToken = s.clientToken(ids)
	return c
}

// clientToken returns the token that makes a call idempotent. A given one goes
// out as it is when the run has one call; the cloud would refuse it on a second
// call with other ids, so any other call has one of its own, which is the same
// again whenever the same run calls the same desktops.
func (s *stopping) clientToken(ids []string) string {
	given := s.rec.Request.ClientToken
	if given != "" && slices.Equal(ids, s.whole) {
		return given
	}
	sum := sha256.Sum256([]byte(strings.Join(append([]string{string(s.plan.Run), given}, ids...), "\n")))
	return hex.EncodeToString(sum[:])
}

// cloudError returns the CloudError in err's chain, or an unclear one that
// hides err's text, which may hold anything.
func cloudError(err error) *CloudError {
	if c := (*CloudError)(nil); errors.As(err, &c) {
		return c
	}
	return &CloudError{Class: CloudUnclear, MayHave: true, Text: "an unexpected error"}
}
