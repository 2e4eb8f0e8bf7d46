package ecd

import (
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// connectTimeout bounds reaching the gateway. A healthy one answers in
	// milliseconds; five seconds is a network that does not work.
	connectTimeout = 5 * time.Second
	// readTimeout bounds waiting for the answer once a request is sent. The
	// vendor publishes no figure for ECD; its credentials library gives STS the
	// same five and ten seconds.
	readTimeout = 10 * time.Second
	// attemptTimeout bounds one attempt from the first packet to the last.
	attemptTimeout = connectTimeout + readTimeout

	// idleConns is how many connections are kept for one host: as many as
	// invocations of one instance are likely to use side by side.
	idleConns = 8
	// idleTrust is how long an unused connection is trusted. An instance is
	// frozen between invocations, and a gateway closes connections meanwhile
	// without anybody to notice; a stop that is sent on such a dead connection
	// would count as lost.
	idleTrust = 15 * time.Second
)

// pool keeps connections across invocations, and across the freeze between
// them.
type pool struct {
	transport *http.Transport
	now       func() time.Time

	mu   sync.Mutex
	used time.Time // when a request last began or ended, on the wall clock
}

func newPool() *pool {
	return &pool{now: time.Now, transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: readTimeout,
		MaxIdleConnsPerHost:   idleConns,
		IdleConnTimeout:       idleTrust,
		// HTTP/1.1 only, as the vendor's SDK sends: it never repeats a POST by
		// itself once a byte of it is out.
		ForceAttemptHTTP2: false,
	}}
}

// RoundTrip sends a request and drops connections that were idle too long. The
// wall clock decides, because timers and the monotonic clock may stand still
// while the instance is frozen.
func (p *pool) RoundTrip(req *http.Request) (*http.Response, error) {
	if p.touch() > idleTrust {
		p.transport.CloseIdleConnections()
	}
	defer p.touch()
	return p.transport.RoundTrip(req)
}

// touch notes that the pool is in use and returns for how long it was not.
func (p *pool) touch() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now().Round(0) // strips the monotonic reading
	idle := now.Sub(p.used)
	p.used = now
	return idle
}
