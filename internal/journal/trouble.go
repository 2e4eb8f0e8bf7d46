package journal

import (
	"errors"
	"strings"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

// Trouble is what keeps the records' bucket from being used, for whoever can
// mend it: at a terminal that is the person who reads the error.
type Trouble string

// The troubles. What else goes wrong has none, and nobody but its own text tells.
const (
	NoCredentials Trouble = "no_credentials"  // nothing was there to sign with
	UnknownKey    Trouble = "unknown_key"     // the access key does not exist or is disabled
	WrongSecret   Trouble = "wrong_secret"    // the secret is not that of the access key
	BadToken      Trouble = "bad_token"       // the security token is over, or of another key
	WrongClock    Trouble = "wrong_clock"     // this machine's clock is too far off
	NotPermitted  Trouble = "not_permitted"   // a right is missing; the message names it and the resource
	NoBucket      Trouble = "no_bucket"       // there is no such bucket
	OtherRegion   Trouble = "other_region"    // the bucket is in another region
	Unreachable   Trouble = "unreachable"     // the endpoint did not answer
	NotTheService Trouble = "not_the_service" // something else answered in its place
)

// TroubleOf returns the trouble behind an error of a Journal, or "".
func TroubleOf(err error) Trouble {
	if e := (*storeError)(nil); errors.As(err, &e) {
		return e.trouble
	}
	return ""
}

// troubles are the codes of the OSS error documentation that say what to mend.
var troubles = map[string]Trouble{
	"InvalidAccessKeyId":    UnknownKey,
	"SignatureDoesNotMatch": WrongSecret,
	"SecurityTokenExpired":  BadToken,
	"InvalidSecurityToken":  BadToken,
	"RequestTimeTooSkewed":  WrongClock,
	"AccessDenied":          NotPermitted,
	"NoSuchBucket":          NoBucket,
	"BadErrorResponse":      NotTheService, // the SDK's own, for an answer that is no document of the service
}

// troubleIn tells the trouble of an error answer. A bucket of another region is
// told by the words, because its codes stand for other things as well.
func troubleIn(e *oss.ServiceError) Trouble {
	switch {
	case e.Code == "AccessDenied" && strings.Contains(e.Message, "endpoint"), e.Code == "InvalidArgument" && strings.Contains(e.Message, "signing region"):
		return OtherRegion
	case e.Code == "" || !wordShape.MatchString(e.Code):
		return NotTheService
	}
	return troubles[e.Code]
}

// refused are the messages for troubles with a key. They name no key.
var refused = map[Trouble]string{
	UnknownKey:  "The records' bucket %s was asked with an access key that does not exist or is disabled.",
	WrongSecret: "The records' bucket %s was asked with a wrong signature: the secret is not that of the access key.",
	BadToken:    "The records' bucket %s was asked with a security token of another access key, or one that is no token.",
	WrongClock:  "The records' bucket %s was asked by a machine whose clock is more than 15 minutes off.",
}
