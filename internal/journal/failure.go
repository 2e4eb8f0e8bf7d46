package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// operation is an API operation, with the words and the right that go with it.
type operation struct{ name, verb, right string }

var (
	opPut    = operation{"PutObject", "write", "oss:PutObject"}
	opGet    = operation{"GetObject", "read", "oss:GetObject"}
	opDelete = operation{"DeleteObject", "remove", "oss:DeleteObject"}
)

// busyRetry is when a request is worth repeating after the store did not
// answer: longer than its own pauses, short enough for somebody who waits.
const busyRetry = 5 * time.Second

// credentialsError means that the request could not be signed.
type credentialsError struct{ err error }

func (e *credentialsError) Error() string { return "get credentials: " + e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

// storeError is a failed call as the log may show it. The SDK's own error is
// not kept: its text has the URL and whatever the other side sent, and the
// service sends back the string to sign when a signature does not match.
type storeError struct {
	op        operation
	key       string
	status    int    // 0 when there was no answer
	code      string // the service's
	ec        string // the service's finer code
	requestID string // the service's
	text      string // safe
	trouble   Trouble
	ctx       error // how the context ended, if it did
}

func (e *storeError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s:", e.op.name, e.key)
	if e.status != 0 {
		fmt.Fprintf(&b, " status %d, code %s, EC %s, request id %s", e.status, e.code, e.ec, e.requestID)
	}
	if e.text != "" {
		b.WriteString(" " + e.text)
	}
	return b.String()
}

func (e *storeError) Unwrap() error { return e.ctx }

// failure turns an error of the SDK into what core knows, stripped of
// everything secret.
func (s store) failure(ctx context.Context, op operation, key string, err error) *core.Error {
	cause := &storeError{op: op, key: key, ctx: ctx.Err()}
	var service *oss.ServiceError
	var noKey *credentialsError
	switch {
	case errors.As(err, &service):
		return s.serviceFailure(cause, service)
	case errors.Is(err, errTooLarge):
		return corrupt(key, errTooLarge)
	case cause.ctx != nil:
		cause.text = cause.ctx.Error()
		return busy(cause)
	case errors.As(err, &noKey):
		cause.text, cause.trouble = noKey.Error(), NoCredentials
		return internal(cause, "The credentials for the records' bucket %s cannot be had. Check the function's role.", s.bucket)
	case isNetwork(err):
		cause.text, cause.trouble = networkText(err), Unreachable
		return busy(cause)
	}
	cause.text = fmt.Sprintf("unexpected error of type %T", rootOf(err))
	return internal(cause, "The records' bucket %s cannot be used. The log has the details.", s.bucket)
}

// serviceFailure maps an error answer. Codes are those of the OSS error
// documentation; what is unheard-of counts by its status.
func (s store) serviceFailure(cause *storeError, e *oss.ServiceError) *core.Error {
	cause.status, cause.code, cause.ec, cause.requestID = e.StatusCode, word(e.Code), word(e.EC), word(e.RequestID)
	cause.trouble = troubleIn(e)
	switch {
	case e.Code == "NoSuchKey":
		m := missing(cause.key)
		m.Cause = cause
		return m
	case e.Code == "NoSuchBucket":
		return internal(cause, "The records' bucket %s does not exist. Create it, or correct the configured name.", s.bucket)
	case cause.trouble == OtherRegion:
		return internal(cause, "The records' bucket %s is not at the configured endpoint. Configure the bucket's own region.", s.bucket)
	case e.Code == "AccessDenied":
		f := core.Errorf(core.Internal, "The role may not %s %s: it needs %s on %s.", cause.op.verb, cause.key, cause.op.right, s.resource(cause.key))
		f.Cause = cause
		return f
	case e.Code == "SecurityTokenExpired":
		b := busy(cause)
		b.Message = "The credentials for the records have expired. The same request gets new ones; send it again."
		return b
	case refused[cause.trouble] != "":
		return internal(cause, refused[cause.trouble], s.bucket)
	case e.StatusCode >= 500, e.StatusCode == http.StatusTooManyRequests, e.StatusCode == http.StatusRequestTimeout,
		// Another kind of conflict: the write met something else in progress.
		e.StatusCode == http.StatusConflict:
		return busy(cause)
	}
	return internal(cause, "The records' bucket %s refused to %s %s (%s). The log has the details.", s.bucket, cause.op.verb, cause.key, cause.code)
}

// resource is what the missing right must cover: all records of the door.
func (s store) resource(key string) string {
	if run, ok := strings.CutPrefix(key, "runs/"); ok {
		door, _, _ := strings.Cut(run, "-")
		key = "runs/" + door + "-*"
	}
	return "acs:oss:*:*:" + s.bucket + "/" + key
}

var wordShape = pattern.Upto(64, `^[A-Za-z0-9._-]+$`)

// word lets through what looks like a code or an id, whoever answered.
func word(s string) string {
	if s == "" {
		return "none"
	}
	if !wordShape.MatchString(s) {
		return "unreadable"
	}
	return s
}

// isNetwork says whether the answer never came, or not whole.
func isNetwork(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		strings.Contains(err.Error(), "crc is inconsistent") // the SDK's check of an upload has no type
}

// networkText tells what happened to the connection, without the URL.
func networkText(err error) string {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return u.Err.Error()
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return op.Error()
	}
	return "the answer did not arrive whole"
}

func rootOf(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

func busy(cause error) *core.Error {
	return &core.Error{Code: core.Busy, Retry: busyRetry, Cause: cause,
		Message: "The store of the records did not answer. Send the same request again in a few seconds."}
}

func internal(cause error, format string, args ...any) *core.Error {
	e := core.Errorf(core.Internal, format, args...)
	e.Cause = cause
	return e
}

func missing(key string) *core.Error {
	return core.Errorf(core.Missing, "There is no record %s. It may never have existed, or be gone because of its age.", key)
}

// vanished is a record that was there a moment ago.
func vanished(key string) *core.Error {
	return &core.Error{Code: core.Busy, Retry: busyRetry,
		Message: fmt.Sprintf("The record %s was removed while it was read. Send the same request again.", key)}
}

// spoilt marks what is wrong with a record that is there and cannot be used.
type spoilt struct{ error }

func (s spoilt) Unwrap() error { return s.error }

// isSpoilt says whether an error is about a record that is there and cannot be used.
func isSpoilt(err error) bool { return errors.As(err, new(spoilt)) }

// corrupt is a record that is there and cannot be used.
func corrupt(key string, cause error) *core.Error {
	return internal(spoilt{cause}, "The record %s cannot be used. Nothing is done with this run; the log has the details.", key)
}

// otherDoor is a record with a part that only holders of another door's key can
// open. To come again does not help.
func otherDoor(key string, run core.RunID, cause error) *core.Error {
	e := core.Errorf(core.Forbidden, "A part of the record %s is sealed with the key of the %s door, which this function does not hold. Nothing was done; that is the business of the function that carries runs out, which holds the whole STATE_KEY.", key, run.Door())
	e.Cause = cause
	return e
}

// unusable is a record of ours that cannot be written.
func unusable(key string, cause error) *core.Error {
	e := internal(cause, "The record %s cannot be written. The log has the details.", key)
	if errors.Is(cause, errTooLarge) {
		e.Code = core.TooLarge
		e.Message = fmt.Sprintf("The record %s would be too large. Ask for fewer desktops at once.", key)
	}
	return e
}
