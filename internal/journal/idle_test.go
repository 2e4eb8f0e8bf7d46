package journal

import (
	"net/http"
	"testing"
)

// TestIdleConnectionsEndBeforeTheirDeadline: the SDK's deadline runs on while a
// connection is idle, and a write right at it fails for good.
func TestIdleConnectionsEndBeforeTheirDeadline(t *testing.T) {
	pool, ok := newHTTPClient().Transport.(boundedErrors).next.(*http.Transport)
	if !ok || pool.IdleConnTimeout <= 0 || pool.IdleConnTimeout > readWriteTimeout/2 {
		t.Errorf("an idle connection lives %v; its deadline is %v", pool.IdleConnTimeout, readWriteTimeout)
	}
}
