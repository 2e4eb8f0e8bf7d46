package ecd

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"stopdesktops/internal/sim/acs"
	"stopdesktops/internal/sim/ram"
)

// apiError is a refusal in the vendor's words.
type apiError struct {
	status  int
	code    string
	message string
	denied  *accessDenied
	header  http.Header // added to the answer
}

// accessDenied explains NoPermission, as the vendor's permission errors do.
type accessDenied struct {
	AuthAction               string
	AuthPrincipalType        string
	AuthPrincipalDisplayName string
	NoPermissionType         string
	PolicyType               string
	EncodedDiagnosticMessage string
}

func invalid(format string, a ...any) *apiError {
	return &apiError{status: http.StatusBadRequest, code: "InvalidParameter", message: fmt.Sprintf(format, a...)}
}

func internalError() *apiError {
	return &apiError{status: http.StatusInternalServerError, code: "InternalError", message: "The request processing has failed due to some unknown error."}
}

// unsigned turns what signature verification said into an answer.
func unsigned(err error, echo bool) *apiError {
	var e *acs.Error
	if !errors.As(err, &e) {
		return internalError()
	}
	message := e.Message
	if echo && e.StringToSign != "" {
		message += " server string to sign is:" + e.StringToSign
	}
	return &apiError{status: e.HTTPStatus, code: e.Code, message: message}
}

func noPermission(p *ram.Principal, action string) *apiError {
	principal := "AssumedRoleUser"
	if p.SecurityToken == "" {
		principal = "SubUser"
	}
	return &apiError{
		status: http.StatusForbidden, code: "NoPermission",
		message: "You are not authorized to perform this operation.",
		denied: &accessDenied{
			AuthAction: action, AuthPrincipalType: principal, AuthPrincipalDisplayName: p.Role,
			NoPermissionType: "ImplicitDeny", PolicyType: "AccountLevelIdentityBasedPolicy",
			EncodedDiagnosticMessage: rand.Text(),
		},
	}
}

// newRequestID looks like the vendor's: a UUID in capitals.
func newRequestID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// reply is what a call gets back.
type reply struct {
	members map[string]any // of the answer, besides the request id
	refusal *apiError
	fault   activeFault
	lost    bool // the connection closes without an answer
}

func (a reply) status() int {
	switch {
	case a.lost:
		return 0
	case a.fault.kind == HTML502:
		return http.StatusBadGateway
	case a.refusal != nil:
		return a.refusal.status
	}
	return http.StatusOK
}

func (a reply) code() string {
	if a.lost || a.refusal == nil {
		return ""
	}
	return a.refusal.code
}

func (a reply) write(w http.ResponseWriter, host, requestID string) {
	switch {
	case a.lost:
		// The one way to close a connection without an answer that every
		// net/http server understands.
		panic(http.ErrAbortHandler)
	case a.fault.kind == HTML502:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(a.status())
		_, _ = io.WriteString(w, "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>")
	case a.refusal != nil:
		writeError(w, host, requestID, a.refusal)
	default:
		a.members["RequestId"] = requestID
		writeJSON(w, http.StatusOK, a.members)
	}
}

func writeError(w http.ResponseWriter, host, requestID string, e *apiError) {
	for name, values := range e.header {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	query := url.Values{"q": {e.code}, "product": {"ecd"}, "requestId": {requestID}}
	body := map[string]any{
		"RequestId": requestID,
		"HostId":    host,
		"Code":      e.code,
		"Message":   e.message,
		"Recommend": "https://api.alibabacloud.com/troubleshoot?" + query.Encode(),
	}
	if e.denied != nil {
		body["AccessDeniedDetail"] = e.denied
	}
	writeJSON(w, e.status, body)
}

func writeJSON(w http.ResponseWriter, status int, body map[string]any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		// Every body is built from strings, numbers and lists of them.
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	// A caller that left does not need the answer.
	_, _ = w.Write(encoded)
}
