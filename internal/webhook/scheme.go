package webhook

import (
	"net/http"
	"time"
)

// Sender is who sent a request, proven.
type Sender struct {
	Name     string // as the deployment calls whoever holds the secret
	Delivery string // the sender's id of this delivery, the same when it is repeated
	Scheme   string // name of the scheme that proved it
}

// Scheme is one way in which a sender proves who it is.
type Scheme interface {
	// Name is how the scheme is called in logs and in Sender.
	Name() string

	// Carries says whether the request tries this scheme, well or badly.
	Carries(h http.Header) bool

	// Verify proves the sender of a request that was read whole. Errors are
	// *core.Error: Unauthenticated where nothing is proven, with the reason as
	// its cause, and Invalid where the sender is proven and its delivery is not
	// named well. Neither holds anything that was sent.
	Verify(now time.Time, h http.Header, body []byte) (Sender, error)
}
