package journal

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stopdesktops/internal/core"
)

// Largest records, in bytes before compression. They bound what reading a
// record can cost, and nothing larger is written.
const (
	// maxRequestBytes holds the longest request: 20,000 desktop ids at a
	// terminal, of about 25 bytes each.
	maxRequestBytes = 1 << 20
	// maxAttemptBytes is many times a lease.
	maxAttemptBytes = 4 << 10
	// maxBrakeBytes holds a reason of 500 characters, each escaped in up to six
	// bytes, and who pulled the brake.
	maxBrakeBytes = 8 << 10
	// maxFleetBytes holds 20,000 desktops of 1,600 bytes each. The longest that
	// are expected take about 1,200: field names 150, region, id and code 70, a
	// name of 64 characters in three bytes each 190, a cost centre 100, the
	// cloud's words on a failure 300, and ten of the cloud's request ids, or as
	// many assigned people, 390. A usual one takes 200.
	maxFleetBytes = 32 << 20
)

// maxDesktops is how many desktops a record may list: the highest ceiling of
// any door.
const maxDesktops = core.CeilingTimer

// kind is a kind of record with a body of type T.
type kind[T any] struct {
	name     string
	limit    int  // bytes before compression
	numbered bool // several in one run, counted from 1
	ofAll    bool // one for the whole bucket, of no run
	sealed   bool // may have a sealed part
	// check says why a body does not belong under the run and number.
	check func(body T, run core.RunID, n int) error
}

// The kinds of records.
var (
	requests = kind[core.RequestRecord]{name: "request", limit: maxRequestBytes, sealed: true, check: checkRequest}
	plans    = kind[planBody]{name: "plan", limit: maxFleetBytes, check: checkPlan}
	reports  = kind[reportBody]{name: "report", limit: maxFleetBytes, check: checkReport}
	confirms = kind[core.Confirm]{name: "confirm", limit: maxAttemptBytes, sealed: true, check: checkConfirm}
	attempts = kind[core.Attempt]{name: "attempt", limit: maxAttemptBytes, numbered: true, check: checkAttempt}
	parts    = kind[partBody]{name: "part", limit: maxFleetBytes, numbered: true, check: checkPart}
	halts    = kind[core.Halt]{name: "halt", limit: maxBrakeBytes, check: checkHalt}
	freezes  = kind[core.Freeze]{name: "freeze", limit: maxBrakeBytes, ofAll: true, check: checkFreeze}
)

// place is where one record is.
type place[T any] struct {
	kind kind[T]
	run  core.RunID
	n    int
}

func (k kind[T]) of(run core.RunID, n int) place[T] { return place[T]{k, run, n} }

// valid says whether the place can exist. Nothing else ever becomes part of a
// key.
func (p place[T]) valid() bool {
	if p.kind.ofAll {
		return p.run == ""
	}
	return p.run.Valid() && (!p.kind.numbered || p.n >= 1)
}

func (p place[T]) key() string {
	switch {
	case p.kind.ofAll:
		return p.kind.name
	case p.kind.numbered:
		return fmt.Sprintf("runs/%s/%s-%d", p.run, p.kind.name, p.n)
	}
	return fmt.Sprintf("runs/%s/%s", p.run, p.kind.name)
}

func checkRequest(r core.RequestRecord, run core.RunID, _ int) error {
	switch {
	case r.Run != run:
		return fmt.Errorf("it says that it belongs to run %.60q", r.Run)
	case r.Caller.Door != run.Door():
		return fmt.Errorf("its caller came through door %.60q", r.Caller.Door)
	case r.Request.CarriesTokens():
		return errors.New("it holds an end user's tokens, which are never recorded")
	}
	return checkTimes(r.At, r.Until, r.Due, r.Since)
}

func checkPlan(p planBody, run core.RunID, _ int) error {
	if p.Run != run {
		return fmt.Errorf("it says that it belongs to run %.60q", p.Run)
	}
	return errors.Join(checkTimes(p.At), checkLength(len(p.Entries)))
}

func checkReport(r reportBody, run core.RunID, _ int) error {
	switch {
	case r.Run != run:
		return fmt.Errorf("it says that it belongs to run %.60q", r.Run)
	case r.Caller.Door != run.Door():
		return fmt.Errorf("its caller came through door %.60q", r.Caller.Door)
	}
	if r.Estimate != nil {
		if err := checkTimes(r.Estimate.Until); err != nil {
			return err
		}
	}
	return errors.Join(checkTimes(r.Started, r.Finished), checkLength(len(r.Outcomes)))
}

func checkPart(p partBody, run core.RunID, n int) error {
	switch {
	case p.Run != run:
		return fmt.Errorf("it says that it belongs to run %.60q", p.Run)
	case p.Attempt != n:
		return fmt.Errorf("it says that it is of attempt %d", p.Attempt)
	}
	return errors.Join(checkTimes(p.At, p.ProveUntil), checkLength(len(p.Outcomes)), checkLength(len(p.Doubted)))
}

// checkHalt lets any door halt a run: somebody in Slack may end a timer's.
func checkHalt(h core.Halt, run core.RunID, _ int) error {
	if h.Run != run {
		return fmt.Errorf("it says that it belongs to run %.60q", h.Run)
	}
	return errors.Join(checkDoor(h.By), checkTimes(h.At))
}

func checkFreeze(f core.Freeze, _ core.RunID, _ int) error {
	if !f.Until.After(f.At) {
		return fmt.Errorf("it ends at %s and begins at %s", f.Until.Format(time.RFC3339), f.At.Format(time.RFC3339))
	}
	return errors.Join(checkDoor(f.By), checkTimes(f.At, f.Until))
}

// checkDoor wants a caller who came through a door, so that a brake always says
// who pulled it.
func checkDoor(by core.Caller) error {
	switch by.Door {
	case core.Slack, core.Webhook, core.Timer, core.Terminal:
		return nil
	}
	return fmt.Errorf("whoever pulled it came through door %.60q", by.Door)
}

func checkConfirm(c core.Confirm, run core.RunID, _ int) error {
	switch {
	case c.Run != run:
		return fmt.Errorf("it says that it belongs to run %.60q", c.Run)
	case c.By.Door != run.Door():
		return fmt.Errorf("its answer came through door %.60q", c.By.Door)
	}
	return checkTimes(c.At)
}

func checkAttempt(a core.Attempt, _ core.RunID, n int) error {
	if a.N != n {
		return fmt.Errorf("it says that it is attempt %d", a.N)
	}
	return checkTimes(a.At, a.Until)
}

// checkTimes wants every time in UTC, as it is written: the same moment in
// another zone would be an equal record that looks different.
func checkTimes(times ...time.Time) error {
	for _, t := range times {
		if t.Location() != time.UTC {
			return fmt.Errorf("its time %s is not in UTC", t.Format(time.RFC3339))
		}
	}
	return nil
}

func checkLength(n int) error {
	if n > maxDesktops {
		return fmt.Errorf("it lists %d desktops; at most %d are allowed", n, maxDesktops)
	}
	return nil
}

// planBody is a plan whose entries are read with a bound.
type planBody struct {
	core.Plan
	Entries list[core.Entry] `json:"Entries"` // stands before Plan's own
}

func (b planBody) plan() core.Plan {
	p := b.Plan
	p.Entries = b.Entries
	return p
}

// reportBody is a report whose outcomes are read with a bound.
type reportBody struct {
	core.Report
	Outcomes list[core.Outcome] `json:"Outcomes"` // stands before Report's own
}

func (b reportBody) report() core.Report {
	r := b.Report
	r.Outcomes = b.Outcomes
	return r
}

// partBody is a part whose lists are read with a bound.
type partBody struct {
	core.Part
	Outcomes list[core.Outcome] `json:"Outcomes"`          // stands before Part's own
	Doubted  list[string]       `json:"Doubted,omitempty"` // stands before Part's own
}

func partBodyOf(p core.Part) partBody {
	return partBody{Part: p, Outcomes: p.Outcomes, Doubted: p.Doubted}
}

func (b partBody) part() core.Part {
	p := b.Part
	p.Outcomes, p.Doubted = b.Outcomes, b.Doubted
	return p
}

// list is a JSON array with at most one element for each desktop. The bound holds while
// reading: a record of maxFleetBytes full of empty objects would otherwise
// become gigabytes of desktops.
type list[T any] []T

// UnmarshalJSONFrom reads the array and stops at the bound.
func (l *list[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*l = nil
	switch open, err := dec.ReadToken(); {
	case err != nil || open.Kind() == 'n': // null
		return err
	case open.Kind() != '[':
		return errors.New("want an array")
	}
	*l = list[T]{}
	for dec.PeekKind() != ']' {
		if len(*l) == maxDesktops {
			return fmt.Errorf("it lists more than %d desktops", maxDesktops)
		}
		var v T
		if err := json.UnmarshalDecode(dec, &v); err != nil {
			return err
		}
		*l = append(*l, v)
	}
	_, err := dec.ReadToken()
	return err
}
