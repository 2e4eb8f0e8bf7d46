package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
	// maxFleetBytes holds 20,000 desktops with the longest names and details,
	// about 800 bytes each.
	maxFleetBytes = 16 << 20
)

// maxDesktops is how many desktops a record may list: the highest ceiling of
// any door.
const maxDesktops = core.CeilingTimer

// kind is a kind of record with a body of type T.
type kind[T any] struct {
	name     string
	limit    int  // bytes before compression
	numbered bool // several in one run, counted from 1
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
func (p place[T]) valid() bool { return p.run.Valid() && (!p.kind.numbered || p.n >= 1) }

func (p place[T]) key() string {
	if p.kind.numbered {
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
	return checkTimes(r.At)
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
	return errors.Join(checkTimes(r.Started, r.Finished), checkLength(len(r.Outcomes)))
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

// list is a JSON array of at most maxDesktops objects. The bound holds while
// reading: a record of 16 MiB full of empty objects would otherwise become a
// gigabyte of desktops.
type list[T any] []T

// UnmarshalJSON reads the array and stops at the bound.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	dec := newDecoder(data)
	open, err := dec.Token()
	if err != nil || open == nil { // null
		return err
	}
	if open != json.Delim('[') {
		return errors.New("want an array")
	}
	*l = list[T]{}
	for dec.More() {
		if len(*l) == maxDesktops {
			return fmt.Errorf("it lists more than %d desktops", maxDesktops)
		}
		var v T
		if err := dec.Decode(&v); err != nil {
			return err
		}
		*l = append(*l, v)
	}
	_, err = dec.Token()
	return err
}
