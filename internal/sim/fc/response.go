package fc

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/textproto"
	"strings"
)

// maxResponseHeaderBytes bounds the names and values of a function's response
// headers, from the FC documentation.
const maxResponseHeaderBytes = 8 << 10

// httpAnswer is what a function's return value means as an HTTP response.
type httpAnswer struct {
	status int
	header http.Header
	body   []byte
}

// reservedResponseHeaders may not be set by a function; the platform drops
// them. The names are those of the newer and the older documentation.
var reservedResponseHeaders = map[string]bool{
	"Connection": true, "Content-Length": true, "Date": true, "Keep-Alive": true, "Server": true,
	"Content-Encoding": true, "Transfer-Encoding": true, "Upgrade": true,
}

// parseAnswer reads {statusCode, headers, isBase64Encoded, body}. What the
// platform makes of an answer without statusCode is not documented, so it is
// refused unless infer says to take it for a whole JSON body.
func parseAnswer(payload []byte, infer bool) (httpAnswer, error) {
	var raw struct {
		StatusCode      *int              `json:"statusCode"`
		Headers         map[string]string `json:"headers"`
		IsBase64Encoded bool              `json:"isBase64Encoded"`
		Body            string            `json:"body"`
	}
	err := json.Unmarshal(payload, &raw)
	if err != nil && (!infer || !json.Valid(payload)) {
		return httpAnswer{}, fmt.Errorf("the function's answer is not {statusCode, headers, isBase64Encoded, body}: %w", err)
	}
	if err != nil || raw.StatusCode == nil {
		if infer {
			return httpAnswer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: payload}, nil
		}
		return httpAnswer{}, fmt.Errorf("the function's answer has no statusCode")
	}
	if *raw.StatusCode < 200 || *raw.StatusCode > 599 {
		return httpAnswer{}, fmt.Errorf("the function's statusCode %d is not from 200 to 599", *raw.StatusCode)
	}
	a := httpAnswer{status: *raw.StatusCode, header: http.Header{}, body: []byte(raw.Body)}
	if raw.IsBase64Encoded {
		if a.body, err = base64.StdEncoding.DecodeString(raw.Body); err != nil {
			return httpAnswer{}, fmt.Errorf("the function's body is not base64: %w", err)
		}
	}
	total := 0
	for name, value := range raw.Headers {
		total += len(name) + len(value)
		name = textproto.CanonicalMIMEHeaderKey(name)
		if !reservedResponseHeaders[name] && !strings.HasPrefix(name, "X-Fc-") {
			a.header.Set(name, value)
		}
	}
	if total > maxResponseHeaderBytes {
		return httpAnswer{}, fmt.Errorf("the function's headers have %d bytes, the platform allows %d", total, maxResponseHeaderBytes)
	}
	return a, nil
}
