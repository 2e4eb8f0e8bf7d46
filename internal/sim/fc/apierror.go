package fc

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// apiError is an answer of the platform itself, not of a function.
type apiError struct {
	status  int
	code    string
	message string
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s: %s", e.status, e.code, e.message) }

func refusal(status int, code, format string, args ...any) *apiError {
	return &apiError{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

// write answers in the form of the API version 2023-03-30.
func (e *apiError) write(w http.ResponseWriter, requestID string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set(headerRequestID, requestID)
	w.WriteHeader(e.status)
	json.NewEncoder(w).Encode(map[string]string{"Code": e.code, "Message": e.message, "RequestId": requestID})
}
