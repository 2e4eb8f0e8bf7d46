package callback

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// judge says what an answer means.
func judge(status int, h http.Header, now time.Time) Result {
	r := Result{State: Refused, Status: status, Reason: "the receiver answers " + strconv.Itoa(status)}
	switch {
	case status >= 200 && status < 300:
		return Result{State: Delivered, Status: status}
	case status >= 300 && status < 400:
		r.Reason += ", a redirection, which is not followed; configure the URL that it leads to"
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		r.State, r.After = RetryLater, retryAfter(h, now)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		r.Reason += "; check the callback's secret and what its account may do"
	case status == http.StatusNotFound, status == http.StatusGone:
		r.Reason += "; check the callback's URL and whether the ticket exists"
	default:
		r.Reason += "; check the callback's method and body against what the receiver takes"
	}
	return r
}

// retryAfter reads how long the receiver wants to be left alone: seconds, or a
// date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(maxAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(now), 0), maxAfter)
	}
	return 0
}

// lost says what a call without an answer means. It uses words of its own,
// because an error's may hold the URL or what the other side sent.
func lost(err error) Result {
	again := func(reason string) Result { return Result{State: RetryLater, Reason: reason} }
	var untrusted *tls.CertificateVerificationError
	var name *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, errInside):
		return Result{State: Refused, Reason: errInside.Error() + ", and no connection was made"}
	case errors.As(err, &untrusted):
		return Result{State: Refused, Reason: "the receiver's certificate is not trusted: it has expired, is for another host or is signed by nobody known"}
	case errors.Is(err, context.Canceled):
		return again("the call was given up")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return again("no answer in time")
	case errors.As(err, &name):
		return again("the receiver's host name cannot be resolved")
	case errors.Is(err, syscall.ECONNREFUSED):
		return again("the receiver's host refuses connections")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return again("the connection broke before an answer came")
	}
	return again("no answer that can be read")
}
