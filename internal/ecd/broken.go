package ecd

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"stopdesktops/internal/core"
)

// unprepared is a call that never got as far as a connection: the official core
// could not build the request. err is read for nothing but its presence.
func unprepared(op string, err error) *core.CloudError {
	e := &core.CloudError{Class: core.CloudUnclear, Op: op, Text: "no call was made: the request could not be built; check the endpoint and the proxy variables of the environment"}
	if err == nil {
		// The core returned without sending and without an error, which it is
		// not known to do; nobody can say what happened.
		e.MayHave = true
	}
	return e
}

// broken is a call without a whole answer. It says in our own words what
// happened, because the texts of the network hold addresses with parameters.
// MayHave is true as soon as a connection was there to write on.
func broken(ctx context.Context, op string, x *exchange) *core.CloudError {
	e := &core.CloudError{Class: core.CloudDown, Op: op, Status: x.status, MayHave: x.sent, Text: "the connection broke before the answer was there"}
	var (
		dns  *net.DNSError
		dial *net.OpError
		cert *tls.CertificateVerificationError
		rec  tls.RecordHeaderError
		alrt tls.AlertError
	)
	switch err := x.err; {
	case errors.Is(err, errTooLarge):
		e.Class, e.Text = core.CloudUnclear, "the answer was larger than any the API gives"
	case ctx.Err() != nil:
		e.Text = "the answer did not come in time"
	case errors.As(err, &dns):
		e.Text = "the name of the endpoint could not be resolved"
	case errors.As(err, &cert), errors.As(err, &rec), errors.As(err, &alrt):
		e.Text = "no secure connection to the endpoint: its certificate or protocol was not accepted"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Text = "the endpoint refused the connection"
	case errors.As(err, &dial) && dial.Op == "dial":
		e.Text = "the endpoint could not be reached"
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		e.Text = "the answer did not come in time"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Text = "the connection was closed before the answer was there"
	}
	if !e.MayHave {
		e.Text = "no call was made: " + e.Text
	}
	return e
}

func isTimeout(err error) bool {
	ne := net.Error(nil)
	return errors.As(err, &ne) && ne.Timeout()
}
