package acs

import (
	"net/http"
	"sync"
	"time"
)

// nonceLife is how long a nonce must be remembered: a request dated ClockSkew
// ahead stays acceptable until ClockSkew after its date.
const nonceLife = 2 * ClockSkew

// NonceCache refuses a nonce that was used before. It forgets a nonce once the
// time stamp alone would refuse its request, so its size is bounded by the
// number of calls in half an hour. The zero value is ready, and it is safe for
// concurrent use.
type NonceCache struct {
	mu    sync.Mutex
	seen  map[nonceKey]struct{}
	queue []usedNonce // in order of use
}

type nonceKey struct{ accessKeyID, nonce string }

type usedNonce struct {
	nonceKey
	at time.Time
}

// Use records a nonce of a verified request. The error, if any, is an *Error
// with CodeSignatureNonceUsed. Call it after the signature was verified, or
// anybody could use up other people's nonces. accessKeyID is empty for
// anonymous requests.
func (c *NonceCache) Use(accessKeyID, nonce string, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for n < len(c.queue) && now.Sub(c.queue[n].at) > nonceLife {
		delete(c.seen, c.queue[n].nonceKey)
		n++
	}
	// Appending to the shortened slice moves it to a new array in time, which
	// lets the forgotten entries go.
	c.queue = c.queue[n:]
	key := nonceKey{accessKeyID, nonce}
	if _, used := c.seen[key]; used {
		return refuse(CodeSignatureNonceUsed, http.StatusBadRequest, "Specified signature nonce was used already.")
	}
	if c.seen == nil {
		c.seen = map[nonceKey]struct{}{}
	}
	c.seen[key] = struct{}{}
	c.queue = append(c.queue, usedNonce{key, now})
	return nil
}

// Len is how many nonces are remembered.
func (c *NonceCache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seen)
}
