package fc

import (
	"errors"
	"net/http"

	"stopdesktops/internal/sim/acs"
)

// RAM actions that the double checks.
const (
	actionInvoke  = "fc:InvokeFunction"
	actionGetTask = "fc:GetAsyncTask" // takes the resource "*" only
)

// authorize verifies an ACS3-HMAC-SHA256 signature and asks the authority
// whether its owner may do the action.
func (p *Platform) authorize(r *http.Request, body []byte, action, resource string) *apiError {
	signed, err := acs.VerifyACS3(r, body, func(accessKeyID, securityToken string) (string, error) {
		principal, err := p.opt.Authority.Authenticate(accessKeyID, securityToken)
		return principal.AccessKeySecret, err
	}, p.opt.Now())
	if err != nil {
		return signatureRefusal(err)
	}
	principal, err := p.opt.Authority.Authenticate(signed.AccessKeyID, signed.SecurityToken)
	if err != nil {
		return refusal(http.StatusForbidden, "AccessDenied", "%v", err)
	}
	if !principal.Allowed(action, resource) {
		return refusal(http.StatusForbidden, "AccessDenied", "the caller is not authorized to perform %s on %s", action, resource)
	}
	return nil
}

// signatureRefusal puts the gateway's codes into the words and status codes
// that the FC documentation lists. Every refusal of a caller is 403 there, and
// a missing or malformed header 400.
func signatureRefusal(err error) *apiError {
	var e *acs.Error
	if !errors.As(err, &e) {
		return refusal(http.StatusInternalServerError, "InternalServerError", "verify the signature")
	}
	switch e.Code {
	case acs.CodeSignatureDoesNotMatch:
		return refusal(http.StatusForbidden, "SignatureNotMatch", "the request signature we calculated does not match the signature you provided")
	case acs.CodeAccessKeyNotFound:
		return refusal(http.StatusForbidden, "InvalidAccessKeyID", "the access key id does not exist")
	case acs.CodeIncompleteSignature:
		return refusal(http.StatusBadRequest, "MissingRequiredHeader", "%s", e.Message)
	case acs.CodeTimeStampExpired, acs.CodeSecurityTokenExpired, acs.CodeSecurityTokenMismatch, acs.CodeMissingSecurityToken:
		return refusal(http.StatusForbidden, e.Code, "%s", e.Message)
	default:
		return refusal(e.HTTPStatus, e.Code, "%s", e.Message)
	}
}
