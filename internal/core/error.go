package core

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrorCode says what kind of failure a request met. Each door maps it once:
// HTTP to a status, Slack to words, a timer to a log line.
type ErrorCode string

// The closed list of error codes.
const (
	Invalid         ErrorCode = "invalid"          // the request is malformed; Fields says where
	Unauthenticated ErrorCode = "unauthenticated"  // nobody knows who is asking
	Forbidden       ErrorCode = "forbidden"        // known, and not allowed
	Missing         ErrorCode = "not_found"        // no such run, timer or route
	Mismatch        ErrorCode = "mismatch"         // the delivery was seen before with another request
	TooLarge        ErrorCode = "too_large"        // over a size limit
	AboveCeiling    ErrorCode = "above_ceiling"    // more desktops than the door's ceiling
	Frozen          ErrorCode = "frozen"           // somebody froze everything; a new request works once that is over
	TooLate         ErrorCode = "too_late"         // a timer tick that came after its time, a halt of a run that has ended
	Busy            ErrorCode = "temporarily_busy" // a service that is needed did not answer; the same request may work later
	Internal        ErrorCode = "internal"         // a fault of ours; the log has the cause
)

// Error is the one error type that crosses rooms.
type Error struct {
	Code    ErrorCode
	Message string       // for the person; holds no secret
	Fields  []FieldError // every bad field, in the order of the request
	Retry   time.Duration
	Cause   error // for the log only
}

// FieldError names one bad field: where, what was found and what is allowed.
type FieldError struct {
	Field   string `json:"field"`
	Problem string `json:"problem"`
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s %s", f.Field, f.Problem)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error with a message for the person.
func Errorf(code ErrorCode, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the first Error in err's chain, or Internal.
func CodeOf(err error) ErrorCode {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// MessageOf returns what a person may read of err. Anything that is not an
// Error says nothing but that something went wrong: its text is for the log.
func MessageOf(err error) string {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Message
	}
	return "Something went wrong on our side. The log has the details; try again later."
}
