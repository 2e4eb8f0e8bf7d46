package ecd

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/sim/acs"
	"stopdesktops/internal/sim/ram"
)

// maxBody is far above the largest request: 1,000 parameters of 64 bytes.
const maxBody = 256 << 10

// ServeHTTP answers one API call. The order is: read, authenticate, authorize,
// check parameters, then limits and faults, then the operation. Faults come
// late so that a malformed or unsigned call is seen as such even on a bad day.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{server: s, opts: s.options(), requestID: newRequestID()}
	c.now = c.opts.Now()
	entry := s.calls.begin(Call{At: c.now, Method: r.Method, RequestID: c.requestID})
	reply := s.handle(r, c, entry)
	delay := c.opts.Latency
	if reply.fault.kind == Slow {
		delay += reply.fault.delay
	}
	if delay > 0 && !c.opts.Sleep(r.Context(), delay) {
		reply.lost = true
	}
	if !s.gates.pass(r.Context(), c.op.name, BeforeAnswer) {
		reply.lost = true
	}
	entry.end(reply)
	reply.write(w, r.Host, c.requestID)
}

// handle carries a call out up to its answer.
func (s *Server) handle(r *http.Request, c *call, entry *logEntry) reply {
	given, e := readRequest(r, c, entry)
	if e == nil {
		e = s.check(r, c, given, entry)
	}
	if e == nil {
		e = s.limits.take(c.opts.Limits, c.op.name, c.now)
	}
	if e != nil {
		return reply{refusal: e}
	}
	fault := s.faults.next(c.op)
	entry.hit(fault.kind)
	if reply, stop := fault.before(); stop {
		return reply
	}
	if fault.kind == Lag {
		c.lag = fault.delay
	}
	if !s.gates.pass(r.Context(), c.op.name, BeforeEffect) {
		return reply{lost: true}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// The call happens now and not when it arrived: a gate may have held it, and
	// another call may have been first.
	c.opts, c.now = s.opts, s.opts.Now()
	members, e := c.op.run(c)
	entry.happened(c.requestID, c.effect)
	return reply{members: members, refusal: e, fault: fault, lost: fault.kind == AnswerLost}
}

// request is what a call brought, before anything of it is believed.
type request struct {
	params url.Values // query and form merged
	body   []byte
	rpc    bool // operation and version are named by parameters, not by headers
}

// readRequest finds out which operation is meant. Version and action travel in
// headers with ACS3, and in parameters with V1 and most anonymous calls.
func readRequest(r *http.Request, c *call, entry *logEntry) (given request, e *apiError) {
	var err error
	if given.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1)); err != nil || len(given.body) > maxBody {
		return given, invalid("The request body cannot be read or is over %d bytes.", maxBody)
	}
	entry.received(given.body)
	if given.params, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return given, invalid("The query string is malformed.")
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(given.body))
		if err != nil {
			return given, invalid("The form is malformed.")
		}
		for name, values := range form {
			given.params[name] = append(given.params[name], values...)
		}
	}
	version, action := given.params.Get("Version"), given.params.Get("Action")
	given.rpc = !strings.HasPrefix(r.Header.Get("Authorization"), "ACS3-") && given.params.Has("Action")
	if !given.rpc {
		version, action = r.Header.Get("X-Acs-Version"), r.Header.Get("X-Acs-Action")
	}
	entry.named(version, action, given.params)
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		return given, &apiError{status: http.StatusBadRequest, code: "UnsupportedHTTPMethod", message: "This http method is not supported."}
	}
	op, ok := operations[operationKey{version, action}]
	if !ok || r.URL.Path != "/" {
		return given, &apiError{status: http.StatusNotFound, code: "InvalidApi.NotFound", message: "Specified api is not found, please check your url and method."}
	}
	c.op = op
	entry.tally()
	return given, nil
}

// check authenticates and authorizes a call and reads its parameters.
func (s *Server) check(r *http.Request, c *call, given request, entry *logEntry) *apiError {
	var principal ram.Principal
	lookup := func(key, token string) (string, error) {
		var err error
		principal, err = c.opts.Authority.Authenticate(key, token)
		return principal.AccessKeySecret, err
	}
	var signed acs.Signed
	var err error
	switch {
	case len(r.Header.Values("Authorization")) > 0:
		entry.scheme(ACS3)
		signed, err = acs.VerifyACS3(r, given.body, lookup, c.now)
	case given.params.Has("AccessKeyId") || given.params.Has("Signature"):
		entry.scheme(V1)
		signed, err = acs.VerifyRPC(r.Method, given.params, lookup, c.now)
	default:
		entry.scheme(Anonymous)
		if !c.op.anonymous {
			return missing("AccessKeyId")
		}
		signed, err = anonymousMark(r, given, c.now)
	}
	if err == nil {
		err = s.nonces.Use(signed.AccessKeyID, signed.Nonce, c.now)
	}
	if err != nil {
		return unsigned(err, c.opts.EchoStringToSign)
	}
	if signed.AccessKeyID != "" {
		c.principal = &principal
		entry.caller(signed.AccessKeyID, principal.Role)
		if c.op.ramAction != "" && !principal.Allowed(c.op.ramAction, "*") {
			return noPermission(c.principal, c.op.ramAction)
		}
	}
	args, e := parseArgs(c.op, given.params, given.rpc)
	if e != nil {
		return e
	}
	c.args = args
	if region, ok := args.text["RegionId"]; ok && !slices.Contains(c.opts.Regions, region) {
		return &apiError{status: http.StatusBadRequest, code: "InvalidRegionId.NotFound", message: "The specified region is not found."}
	}
	return nil
}

// anonymousMark reads the time and nonce of an unsigned call. They are not
// proof of anything, but the vendor's clients send them on every call, and a
// replay is refused like any other.
func anonymousMark(r *http.Request, given request, now time.Time) (acs.Signed, error) {
	at, nonce := given.params.Get("Timestamp"), given.params.Get("SignatureNonce")
	if !given.rpc {
		at, nonce = r.Header.Get("X-Acs-Date"), r.Header.Get("X-Acs-Signature-Nonce")
	}
	if nonce == "" {
		return acs.Signed{}, &acs.Error{Code: "MissingSignatureNonce", HTTPStatus: http.StatusBadRequest, Message: "SignatureNonce is mandatory for this action."}
	}
	date, err := acs.CheckTime(at, now)
	return acs.Signed{Nonce: nonce, Date: date}, err
}

// sleep waits for d and reports whether the caller is still there.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
