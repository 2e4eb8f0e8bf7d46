// Package acs verifies the signatures of Alibaba Cloud's OpenAPI gateway, for
// local doubles of its services. It knows the two schemes that the official
// Go core sends: ACS3-HMAC-SHA256 (everything in headers) and the older RPC
// V1 (HMAC-SHA1, everything in parameters).
package acs

import (
	"errors"
	"fmt"
	"net/http"

	"stopdesktops/internal/sim/ram"
)

// Codes the gateway answers when it does not believe a request. They are
// documented as common error codes of every OpenAPI product.
const (
	CodeSignatureDoesNotMatch = "SignatureDoesNotMatch"
	CodeIncompleteSignature   = "IncompleteSignature"
	CodeTimeStampExpired      = "InvalidTimeStamp.Expired"
	CodeTimeStampFormat       = "InvalidTimeStamp.Format"
	CodeAccessKeyNotFound     = "InvalidAccessKeyId.NotFound"
	CodeMissingSecurityToken  = "MissingSecurityToken"
	CodeSecurityTokenExpired  = "InvalidSecurityToken.Expired"
	CodeSecurityTokenMismatch = "InvalidSecurityToken.MismatchWithAccessKey"
	CodeSignatureNonceUsed    = "SignatureNonceUsed"
)

// Error is a refusal by the gateway, with the vendor's code.
type Error struct {
	Code       string
	HTTPStatus int
	Message    string
	// StringToSign is what the gateway signed, set for CodeSignatureDoesNotMatch
	// only. The vendor echoes it in its message. With V1 it holds every
	// parameter, security tokens included, so it stays out of Error().
	StringToSign string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func refuse(code string, status int, format string, args ...any) *Error {
	return &Error{Code: code, HTTPStatus: status, Message: fmt.Sprintf(format, args...)}
}

// lookupError turns what a credentials authority said into the vendor's words.
func lookupError(err error) *Error {
	switch {
	case errors.Is(err, ram.ErrUnknownKey):
		return refuse(CodeAccessKeyNotFound, http.StatusNotFound, "Specified access key is not found.")
	case errors.Is(err, ram.ErrMissingToken):
		return refuse(CodeMissingSecurityToken, http.StatusBadRequest, "SecurityToken is mandatory for this action.")
	case errors.Is(err, ram.ErrTokenExpired):
		return refuse(CodeSecurityTokenExpired, http.StatusForbidden, "Specified SecurityToken is expired.")
	case errors.Is(err, ram.ErrTokenMismatch):
		return refuse(CodeSecurityTokenMismatch, http.StatusBadRequest, "Specified SecurityToken mismatches the AccessKey.")
	default:
		return refuse("InternalError", http.StatusInternalServerError, "The request processing has failed due to some unknown error.")
	}
}
