package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// HeaderIdempotencyKey names the delivery of a scheme that proves only who
// sends.
const HeaderIdempotencyKey = "Idempotency-Key"

// idempotencyKey is any printable ASCII. A space at either end is refused,
// because a proxy may cut it off and so make another delivery of it.
var idempotencyKey = pattern.Upto(255, `^[!-~]([ -~]*[!-~])?$`)

const wantKey = "wants 1 to 255 printable ASCII characters, without a space at either end"

// keyed proves the sender of a token and takes the delivery's name from
// Idempotency-Key.
func keyed(t token, h http.Header) (Delivery, error) {
	d, err := t.Prove(h)
	if err != nil {
		return Delivery{}, err
	}
	problem := ""
	switch keys := h.Values(HeaderIdempotencyKey); {
	case len(keys) == 0 || keys[0] == "":
		problem = "is missing. Send an id of this delivery, the same when you repeat it, so that it is carried out once"
	case len(keys) > 1:
		problem = fmt.Sprintf("is sent %d times. Send it once", len(keys))
	case !idempotencyKey.MatchString(keys[0]):
		problem = wantKey
	default:
		d.Delivery = keys[0]
		return d, nil
	}
	return Delivery{}, unnamed(HeaderIdempotencyKey, problem)
}

// unnamed is the error of a proven sender whose delivery has no name.
func unnamed(field, problem string) error {
	return &core.Error{Code: core.Invalid, Message: "The request does not name its delivery.",
		Fields: []core.FieldError{{Field: field, Problem: problem}}}
}

// contentKey names a delivery by what was sent, for senders whose proof holds
// no id: the same bytes are the same delivery.
func contentKey(parts ...[]byte) string {
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}
