package ecd

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

// gateway counts connections and can forget them, as a real one does while an
// instance is frozen.
type gateway struct {
	*httptest.Server
	opened atomic.Int32
}

func newGateway(t *testing.T, h http.Handler) *gateway {
	g := &gateway{Server: httptest.NewUnstartedServer(h)}
	g.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			g.opened.Add(1)
		}
	}
	g.Start()
	t.Cleanup(g.Close)
	return g
}

func TestConnectionsAreSharedByInvocations(t *testing.T) {
	c := newCloud(t, sim.Options{})
	c.add(t, "ecd-1")
	g := newGateway(t, c)
	client := c.client(t, Options{Endpoint: g.URL}, nil)
	for range 3 {
		if _, err := client.With(invocation(t, c.key)).Look(background(t), region, []string{"ecd-1"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := g.opened.Load(); n != 1 {
		t.Errorf("%d connections for three invocations", n)
	}
}

// TestIdleConnectionsAreNotTrusted: after a freeze the wall clock has moved on,
// and the old connection must not carry a stop.
func TestIdleConnectionsAreNotTrusted(t *testing.T) {
	c := newCloud(t, sim.Options{})
	c.add(t, "ecd-1")
	g := newGateway(t, c)
	p := newPool()
	frozen := time.Duration(0)
	p.now = func() time.Time { return time.Now().Add(frozen) }
	client := c.client(t, Options{Endpoint: g.URL}, p)
	look := func() {
		t.Helper()
		if _, err := client.Look(background(t), region, []string{"ecd-1"}); err != nil {
			t.Fatal(err)
		}
	}
	look()
	frozen += idleTrust / 2
	look()
	if n := g.opened.Load(); n != 1 {
		t.Fatalf("%d connections before the freeze", n)
	}
	frozen += 2 * idleTrust
	look()
	if n := g.opened.Load(); n != 2 {
		t.Errorf("%d connections, want a new one after the freeze", n)
	}
}

// TestDeadConnection: a gateway that closes connections without a word costs a
// look one more attempt and nothing else.
func TestDeadConnection(t *testing.T) {
	c := newCloud(t, sim.Options{})
	c.add(t, "ecd-1")
	var drop atomic.Bool
	g := newGateway(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if drop.Swap(false) {
			panic(http.ErrAbortHandler)
		}
		c.ServeHTTP(w, r)
	}))
	client := c.client(t, Options{Endpoint: g.URL}, nil)
	for _, dead := range []bool{false, true} {
		drop.Store(dead)
		if _, err := client.Look(background(t), region, []string{"ecd-1"}); err != nil {
			t.Fatal(err)
		}
	}
	drop.Store(true)
	_, err := client.Stop(background(t), adminStop("ecd-1"))
	if e := cloudError(t, err); e.Class != core.CloudDown || !e.MayHave {
		t.Errorf("a stop on a dead connection: %+v", e)
	}
	if d, _ := c.Desktop(region, "ecd-1"); d.Status != sim.Running {
		t.Errorf("the desktop is %s; the stop was sent again behind our back", d.Status)
	}
}
