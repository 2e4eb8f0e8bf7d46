package acs

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// VerifyRPC checks a request signed in the RPC style, V1: HMAC-SHA1 over all
// parameters. params holds query and form merged, because old clients send
// parameters in the body. The error, if any, is an *Error.
func VerifyRPC(method string, params url.Values, lookup Lookup, now time.Time) (Signed, error) {
	for name, values := range params {
		// Which of two values is meant would be a guess, and a guess about a
		// signed request is a hole.
		if len(values) != 1 {
			return Signed{}, refuse("InvalidParameter", http.StatusBadRequest, "Parameter %s occurs more than once.", name)
		}
	}
	for _, name := range []string{"AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"} {
		if params.Get(name) == "" {
			return Signed{}, refuse("Missing"+name, http.StatusBadRequest, "%s is mandatory for this action.", name)
		}
	}
	if params.Get("Signature") == "" || params.Get("SignatureMethod") != "HMAC-SHA1" || params.Get("SignatureVersion") != "1.0" {
		return Signed{}, refuse(CodeIncompleteSignature, http.StatusBadRequest, "The request signature does not conform to Aliyun standards: want Signature, SignatureMethod=HMAC-SHA1 and SignatureVersion=1.0.")
	}
	s := Signed{
		AccessKeyID:   params.Get("AccessKeyId"),
		SecurityToken: params.Get("SecurityToken"),
		Action:        params.Get("Action"),
		Version:       params.Get("Version"),
		Nonce:         params.Get("SignatureNonce"),
	}
	var err error
	if s.Date, err = CheckTime(params.Get("Timestamp"), now); err != nil {
		return Signed{}, err
	}
	secret, err := lookup(s.AccessKeyID, s.SecurityToken)
	if err != nil {
		return Signed{}, lookupError(err)
	}
	signed := maps.Clone(params)
	delete(signed, "Signature")
	toSign := method + "&%2F&" + percentEncode(canonicalQuery(signed))
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(toSign))
	if !sameText(base64.StdEncoding.EncodeToString(mac.Sum(nil)), params.Get("Signature")) {
		e := refuse(CodeSignatureDoesNotMatch, http.StatusBadRequest, "Specified signature does not match our calculation.")
		e.StringToSign = toSign
		return Signed{}, e
	}
	return s, nil
}
