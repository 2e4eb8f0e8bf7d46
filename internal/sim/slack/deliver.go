package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Slack's words for an app that did not answer as it should.
const (
	OperationTimeout = "operation_timeout"  // no answer within the deadline
	DispatchFailed   = "dispatch_failed"    // no connection, or it broke
	HTTPServiceError = "http_service_error" // 5xx
	HTTPClientError  = "http_client_error"  // 4xx
)

// Field is one field of the form, in the order in which it is sent.
type Field struct{ Name, Value string }

// Delivery is a request to the app before it is signed. Forgeries change it.
type Delivery struct {
	URL         string
	Method      string
	ContentType string
	Form        []Field
	Secret      string    // signs it; no signature when empty
	At          time.Time // the timestamp
	// Signed changes what is sent after the signature was made.
	Signed []func(header http.Header, body []byte) []byte
}

// Sent is a request as it went out, byte by byte. Its header holds a valid
// signature: keep it out of logs.
type Sent struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
}

// Reply is what became of a command, a click or a probe.
type Reply struct {
	// Status, Header and Body are the app's answer. Status is 0 without one.
	Status int
	Header http.Header
	Body   []byte
	// Error is Slack's word when the answer was not as it should be, and Cause
	// says exactly why. Empty when all is well.
	Error string
	Cause string
	// Notice is the sentence that the person then reads.
	Notice string
	// Message is what the answer posted. Nil when it posted nothing.
	Message *Message
	// Confirm is the dialog that the person's client showed first, readable.
	Confirm string
	// ResponseURL and TriggerID were given to the app with this request.
	ResponseURL string
	TriggerID   string
	// Took is the time to the end of the answer.
	Took time.Duration
	// Sent is what went out, for Resend.
	Sent Sent
}

// Shown is what the person sees at once: a message, an error, or nothing.
func (r Reply) Shown() string {
	if r.Message != nil {
		return r.Message.Readable()
	}
	return r.Notice
}

// newDelivery is an honest request with this form.
func (s *Server) newDelivery(url string, form []Field) Delivery {
	return Delivery{
		URL: url, Method: http.MethodPost, ContentType: "application/x-www-form-urlencoded",
		Form: form, Secret: s.o.SigningSecret, At: s.o.Now(),
	}
}

// sign turns a delivery into bytes.
func (d Delivery) sign() Sent {
	body := []byte(encodeForm(d.Form))
	h := http.Header{}
	h.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	h.Set("Accept", "application/json,*/*")
	if d.ContentType != "" {
		h.Set("Content-Type", d.ContentType)
	}
	if d.Secret != "" {
		timestamp := strconv.FormatInt(d.At.Unix(), 10)
		h.Set(TimestampHeader, timestamp)
		h.Set(SignatureHeader, Sign(d.Secret, timestamp, body))
	}
	for _, change := range d.Signed {
		body = change(h, body)
	}
	return Sent{Method: d.Method, URL: d.URL, Header: h, Body: body}
}

func encodeForm(form []Field) string {
	parts := make([]string, len(form))
	for i, f := range form {
		parts[i] = url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Value)
	}
	return strings.Join(parts, "&")
}

// send sends a request and waits for the answer as long as Slack would. The
// error is only for what Slack never meets: an address that is none, and a
// context that ended.
func (s *Server) send(ctx context.Context, sent Sent) (Reply, error) {
	reply := Reply{Sent: sent}
	timed, cancel := context.WithTimeoutCause(ctx, s.o.Deadline, errLate)
	defer cancel()
	r, err := http.NewRequestWithContext(timed, sent.Method, sent.URL, bytes.NewReader(sent.Body))
	if err != nil {
		return reply, fmt.Errorf("make the request to the app: %w", err)
	}
	r.Header = sent.Header.Clone()
	start := time.Now()
	err = reply.exchange(s.client, r)
	reply.Took = time.Since(start)
	switch {
	case err == nil:
		reply.judgeStatus()
	case ctx.Err() != nil:
		return reply, fmt.Errorf("send to the app: %w", ctx.Err())
	case context.Cause(timed) == errLate:
		reply.Status, reply.Body = 0, nil
		reply.Error, reply.Cause = OperationTimeout, "no answer within "+s.o.Deadline.String()
	default:
		reply.Status, reply.Body = 0, nil
		reply.Error, reply.Cause = DispatchFailed, err.Error()
	}
	return reply, nil
}

var errLate = errors.New("the app did not answer in time")

func (r *Reply) exchange(client *http.Client, request *http.Request) error {
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	r.Status, r.Header = answer.StatusCode, answer.Header
	r.Body, err = io.ReadAll(io.LimitReader(answer.Body, maxReplyBody+1))
	if err == nil && len(r.Body) > maxReplyBody {
		err = fmt.Errorf("the answer is longer than %d bytes", maxReplyBody)
	}
	return err
}

// judgeStatus wants a 200. The words for other answers than 4xx and 5xx are
// not documented; they get that of 5xx.
func (r *Reply) judgeStatus() {
	if r.Status == http.StatusOK {
		return
	}
	r.Error, r.Cause = HTTPServiceError, fmt.Sprintf("HTTP status %d", r.Status)
	if r.Status >= 400 && r.Status < 500 {
		r.Error = HTTPClientError
	}
}

// Resend sends the same bytes again, as somebody would who overheard them.
// Nobody in Slack sees the answer.
func (s *Server) Resend(ctx context.Context, sent Sent) (Reply, error) {
	reply, err := s.send(ctx, sent)
	if err == nil {
		s.log(Call{At: s.o.Now(), On: OnResend, Status: reply.Status, Error: reply.Error, Reason: reply.Cause})
	}
	return reply, err
}

// SSLCheck sends the probe by which Slack checks the certificate of a public
// app: ssl_check=1 and a token, unsigned, and whatever else is given. A field
// given by name replaces the one of the probe.
func (s *Server) SSLCheck(ctx context.Context, url string, fields ...Field) (Reply, error) {
	form := []Field{{"ssl_check", "1"}, {"token", legacyToken}}
	for _, f := range fields {
		form = setField(form, f.Name, f.Value)
	}
	d := s.newDelivery(url, form)
	d.Secret = ""
	reply, err := s.send(ctx, d.sign())
	if err == nil {
		s.log(Call{At: s.o.Now(), On: OnSSLCheck, Status: reply.Status, Error: reply.Error, Reason: reply.Cause})
	}
	return reply, err
}
