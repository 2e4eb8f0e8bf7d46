package ecd

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
)

// Most bytes that are read of a body. A page of 100 desktops is some 300 KB;
// an error is under 4 KB, and what is longer is not the API's.
const (
	answerCap = 4 << 20
	errorCap  = 64 << 10
)

// exchange is the HTTP client of one attempt, as the official core wants one.
// It keeps what came back, whole and with its status, and hands the core an
// empty answer, so that nothing of the core's own reading is relied on.
type exchange struct {
	through http.RoundTripper

	called    bool // the core got as far as sending
	sent      bool // some of the request may have left
	signature string
	err       error // why there is no whole answer
	status    int   // 0 where not even a status came
	header    http.Header
	body      []byte
}

var (
	errOver     = errors.New("the exchange is over; what came back is in it")
	errTooLarge = errors.New("the answer is too large")
)

// Call sends the request. The transport that the core made for it is ignored:
// a new one for each call would mean a new connection for each call.
func (x *exchange) Call(req *http.Request, _ *http.Transport) (*http.Response, error) {
	x.called = true
	x.signature = signatureOf(req)
	// The core copies a proxy's password into the request itself, and over TLS
	// that is a header for the cloud. The transport speaks to the proxy.
	req.Header.Del("Proxy-Authorization")

	var sought, got atomic.Bool
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { sought.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { got.Store(true) },
	}
	resp, err := x.through.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	// A transport that says nothing of connections counts as having sent.
	x.sent = got.Load() || !sought.Load()
	if err != nil {
		x.err = err
		return nil, errOver
	}
	defer resp.Body.Close()
	x.sent, x.status, x.header = true, resp.StatusCode, resp.Header
	most := int64(answerCap)
	if x.status >= 400 {
		most = errorCap
	}
	x.body, x.err = io.ReadAll(io.LimitReader(resp.Body, most+1))
	if x.err == nil && int64(len(x.body)) > most {
		x.body, x.err = nil, errTooLarge
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Header: http.Header{}, Request: req,
		Body: io.NopCloser(bytes.NewReader([]byte("{}"))),
	}, nil
}

// signatureOf finds the computed signature, which must not be repeated.
func signatureOf(req *http.Request) string {
	for name, values := range req.Header {
		if strings.EqualFold(name, "Authorization") && len(values) > 0 {
			_, signature, _ := strings.Cut(values[0], "Signature=")
			return signature
		}
	}
	return req.URL.Query().Get("Signature")
}
