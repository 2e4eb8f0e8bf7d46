package ecd

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// kind is what a code of the cloud means.
type kind struct {
	prefix  string
	class   core.CloudClass
	mayHave bool   // the call may have had its effect although this came back
	say     string // our own sentence; the cloud's message is then not shown
}

// Sentences in place of the cloud's message. A gateway that refuses a signature
// repeats the string that it signed itself, with the security token in it.
const (
	sayKey    = "the access key was not accepted; check the role's credentials"
	sayToken  = "the security token was not accepted: it is expired or belongs to another key"
	saySign   = "the signature was not accepted; check the access key's secret"
	sayClock  = "the clock of this machine is more than 15 minutes off, so the call was not accepted"
	sayLogin  = "the end user's login was not accepted; log in again and send a new request"
	sayReplay = "the gateway has seen this very request before"
)

// kinds says what a code means, by its beginning; the first that matches wins.
// The vendor lists no code for StopDesktops, and its statuses differ from
// product to product, so the set is open and codes come before statuses.
// Sources: the error tables of the vendor's API definitions, its guide to
// idempotence, and the retry conditions of its Terraform provider.
var kinds = []kind{
	{prefix: "Throttling", class: core.CloudThrottled},
	{prefix: "Rejected.Throttling", class: core.CloudThrottled},
	{prefix: "OperationTooFrequent", class: core.CloudThrottled},
	{prefix: "TooManyRequests", class: core.CloudThrottled},

	// A server's own failure proves nothing about what it did before.
	{prefix: "ServiceUnavailable", class: core.CloudDown, mayHave: true},
	{prefix: "InternalError", class: core.CloudDown, mayHave: true},
	{prefix: "InternalFailure", class: core.CloudDown, mayHave: true},
	{prefix: "SystemError", class: core.CloudDown, mayHave: true},

	// The first call with this ClientToken is still under way.
	{prefix: "IdempotentProcessing", class: core.CloudDown, mayHave: true},
	{prefix: "Idempotence.Processing", class: core.CloudDown, mayHave: true},
	{prefix: "LastTokenProcessing", class: core.CloudDown, mayHave: true},
	{prefix: "OperationFailed.IdempotentTokenProcessing", class: core.CloudDown, mayHave: true},
	// The ClientToken stands for another call, which this one is not.
	{prefix: "Idempoten", class: core.CloudBadRequest},
	{prefix: "InvalidClientToken", class: core.CloudBadRequest},

	{prefix: "MissingSecurityToken", class: core.CloudCredentials, say: sayToken},
	{prefix: "InvalidSecurityToken", class: core.CloudCredentials, say: sayToken},
	{prefix: "InvalidAccessKeyId", class: core.CloudCredentials, say: sayKey},
	{prefix: "MissingAccessKeyId", class: core.CloudCredentials, say: sayKey},
	{prefix: "InvalidAccessKeySecret", class: core.CloudCredentials, say: saySign},
	{prefix: "SignatureDoesNotMatch", class: core.CloudCredentials, say: saySign},
	{prefix: "InvalidSignature", class: core.CloudCredentials, say: saySign},
	{prefix: "IncompleteSignature", class: core.CloudCredentials, say: saySign},
	{prefix: "InvalidTimeStamp", class: core.CloudCredentials, say: sayClock},
	// A nonce is new for each attempt, so an earlier copy of this attempt got
	// through: something on the way sent it twice.
	{prefix: "SignatureNonceUsed", class: core.CloudDown, mayHave: true, say: sayReplay},
	// The vendor documents no code for an end user's login that is not
	// accepted; these are its names of the parameters.
	{prefix: "InvalidLoginToken", class: core.CloudCredentials, say: sayLogin},
	{prefix: "InvalidSession", class: core.CloudCredentials, say: sayLogin},
	{prefix: "LoginToken", class: core.CloudCredentials, say: sayLogin},

	{prefix: "NoPermission", class: core.CloudForbidden},
	{prefix: "Forbidden", class: core.CloudForbidden},
	{prefix: "AccessDenied", class: core.CloudForbidden},
	{prefix: "InvalidClientIp", class: core.CloudForbidden},

	{prefix: "InvalidDesktop", class: core.CloudBadDesktop},
	{prefix: "InvalidResourceId", class: core.CloudBadDesktop}, // of the tag operations
	{prefix: "IncorrectDesktop", class: core.CloudBadDesktop},
	{prefix: "IncorrectStatus", class: core.CloudBadDesktop},
	{prefix: "DesktopNot", class: core.CloudBadDesktop},

	{prefix: "Missing", class: core.CloudBadRequest},
	{prefix: "Invalid", class: core.CloudBadRequest},
	{prefix: "Unsupported", class: core.CloudBadRequest},
}

// meaning returns what the code, or else the status, says.
func meaning(code string, status int) kind {
	for _, k := range kinds {
		if strings.HasPrefix(code, k.prefix) {
			return k
		}
	}
	// The official core, too, takes the word anywhere in a code for it.
	if strings.Contains(code, "Throttling") {
		return kind{class: core.CloudThrottled}
	}
	return byStatus(status)
}

// byStatus says what an HTTP status means where the code says nothing.
func byStatus(status int) kind {
	switch {
	case status == http.StatusTooManyRequests:
		return kind{class: core.CloudThrottled}
	case status == http.StatusRequestTimeout, status >= 500:
		return kind{class: core.CloudDown, mayHave: true}
	case status == http.StatusUnauthorized:
		return kind{class: core.CloudCredentials}
	case status == http.StatusForbidden:
		return kind{class: core.CloudForbidden}
	case status == http.StatusBadRequest:
		return kind{class: core.CloudBadRequest}
	}
	return kind{class: core.CloudUnclear}
}

// refusal is the body of an error. Names are matched in any case, because the
// vendor's services write some of them small.
type refusal struct {
	Code               any
	Message            string
	RequestId          string
	AccessDeniedDetail struct{ AuthAction string }
}

// classify turns an answer that is no success into an error without secrets.
func classify(op string, x *exchange, secrets []string) *core.CloudError {
	e := &core.CloudError{Op: op, Status: x.status, RetryAfter: hint(x.header)}
	var r refusal
	if json.Unmarshal(x.body, &r) != nil || r.Code == nil {
		// It is not the API that spoke: a proxy, a firewall, a gateway's page.
		// Nobody can say whether the call went on behind it, unless it was
		// turned away for being one too many.
		k := byStatus(x.status)
		e.Class, e.MayHave = k.class, x.status != http.StatusTooManyRequests
		if e.Class != core.CloudThrottled && e.Class != core.CloudDown {
			e.Class = core.CloudUnclear
		}
		e.Text = fmt.Sprintf("the answer (HTTP %d) was not one of the API", x.status)
		return e
	}
	code := cleanCode(fmt.Sprint(r.Code))
	e.Code, e.RequestID = clean(code, secrets), clean(cleanID(r.RequestId), secrets)
	k := meaning(code, x.status)
	e.Class, e.MayHave, e.Text = k.class, k.mayHave, k.say
	if e.Text == "" {
		e.Text = safeText(r.Message, secrets)
	}
	if e.Class == core.CloudForbidden {
		e.Text = lacking(op, clean(r.AccessDeniedDetail.AuthAction, secrets), e.Text)
	}
	return e
}

var ramAction = pattern.New(`^[a-z0-9-]{1,32}:[A-Za-z0-9]{1,64}$`)

// lacking puts the missing right before what the cloud says.
func lacking(op, action, text string) string {
	if !ramAction.MatchString(action) {
		action = "ecd:" + op
	}
	say := "the cloud does not permit it; the role may lack the right " + action
	if text == "" {
		return say
	}
	return cut(say + ": " + text)
}

var (
	codeShape = pattern.Upto(128, `^[A-Za-z0-9._-]+$`)
	idShape   = pattern.Upto(64, `^[A-Za-z0-9-]+$`)
)

// cleanCode and cleanID let through what has the shape of a code or of a
// request id, and nothing else that an answer may put in their place.
func cleanCode(s string) string { return keepShape(codeShape, s) }
func cleanID(s string) string   { return keepShape(idShape, s) }

func keepShape(shape pattern.Pattern, s string) string {
	if !shape.MatchString(s) {
		return ""
	}
	return s
}
