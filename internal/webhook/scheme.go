package webhook

import (
	"net/http"
	"time"
)

// Delivery is who sent a request, proven, and which delivery it is.
type Delivery struct {
	Name     string // the sender, as the deployment calls whoever holds the secret
	Delivery string // the id of this delivery, the same when it is repeated
	Scheme   string // name of the scheme that proved it
	Ticket   string // the ticket that the sender's Ticket path names, or ""
}

// Scheme is one way in which a sender proves who it is.
type Scheme interface {
	// Name is how the scheme is called in logs and in Delivery.
	Name() string

	// Carries says whether the request tries this scheme, well or badly.
	Carries(h http.Header) bool

	// Verify proves the sender of a request that was read whole, and names the
	// delivery by what is inside the proof. Errors are *core.Error:
	// Unauthenticated where nothing is proven, with the reason as its cause, and
	// Invalid where the sender is proven and its delivery is not named well.
	// Neither holds anything that was sent or computed.
	Verify(now time.Time, h http.Header, body []byte) (Delivery, error)
}

// token is a scheme whose proof is a secret that travels with the request. It
// proves the whole request, because nobody else could have sent any of it.
type token interface {
	Scheme

	// Prove proves the sender alone. Delivery.Delivery is empty.
	Prove(h http.Header) (Delivery, error)
}
