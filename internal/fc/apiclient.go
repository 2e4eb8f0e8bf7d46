package fc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"

	"stopdesktops/internal/pattern"
)

// maxAnswer is the most bytes of an API answer that are read. An accepted
// invocation answers with nothing, an error with a few hundred bytes.
const maxAnswer = 64 << 10

// apiClient is the HTTP client under the vendor's. The vendor's own follows
// redirections, and would carry the security token to wherever they point.
type apiClient struct{ client *http.Client }

func newAPIClient() *apiClient {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	return &apiClient{&http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Call is what the vendor's client calls; the transport it brings is new for
// each call and is not used.
func (c *apiClient) Call(request *http.Request, _ *http.Transport) (*http.Response, error) {
	response, err := c.client.Do(request)
	seen, _ := request.Context().Value(answerKey{}).(*answer)
	if seen != nil {
		seen.err = err
	}
	if err != nil {
		return nil, err
	}
	if seen != nil {
		seen.status, seen.requestID = response.StatusCode, response.Header.Get("X-Fc-Request-Id")
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, maxAnswer), response.Body}
	return response, nil
}

// answer is what was seen of one call. The vendor's client loses the status
// where the body is not JSON, as with a proxy's error page.
type answer struct {
	status    int // 0: no answer
	requestID string
	err       error // of the network
}

type answerKey struct{}

// watch returns a context under which Call fills the answer in.
func (a *answer) watch(ctx context.Context) context.Context {
	return context.WithValue(ctx, answerKey{}, a)
}

// callError is a failed call in words that hold no secret: the vendor's errors
// quote whole requests, and a gateway's message may hold the string to sign.
type callError struct {
	again bool // the same call may work later
	text  string
}

func (e *callError) Error() string { return e.text }

// word is the shape of error codes and request ids. Anything else that stands
// in their place is not repeated.
var word = pattern.Upto(80, `^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// failure sorts a failed call by what was seen of it.
func (a *answer) failure(err error) *callError {
	if a.err != nil {
		return &callError{again: true, text: networkText(a.err)}
	}
	if a.status == 0 {
		return &callError{text: "the vendor's client made no call"}
	}
	code, throttled := "", false
	switch e := (*openapi.ThrottlingError)(nil); {
	case errors.As(err, &e):
		code, throttled = dara.StringValue(e.Code), true
	default:
		if e := (*openapi.ClientError)(nil); errors.As(err, &e) {
			code = dara.StringValue(e.Code)
		} else if e := (*openapi.ServerError)(nil); errors.As(err, &e) {
			code = dara.StringValue(e.Code)
		}
	}
	text := fmt.Sprintf("FC answered %d", a.status)
	if word.MatchString(code) {
		text += " " + code
	}
	if word.MatchString(a.requestID) {
		text += ", request id " + a.requestID
	}
	again := throttled || a.status >= 500 || a.status == http.StatusTooManyRequests || a.status == http.StatusRequestTimeout
	return &callError{again: again, text: text}
}

// networkText says what went wrong without the URL that *url.Error prints.
func networkText(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "FC did not answer in time"
	case errors.Is(err, context.Canceled):
		return "the call to FC was given up"
	case errors.As(err, &dns):
		return "the name of the FC endpoint does not resolve"
	case errors.As(err, &op) && op.Op == "dial":
		return "no connection to FC"
	}
	return "the connection to FC broke"
}
