package main

import (
	"net/http"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// gate stands before the cloud. It holds one call of an operation until it is
// told to let it through, so that a test can do something in the middle of a run
// without waiting for the clock.
type gate struct {
	mu      sync.Mutex
	of      string        // the operation whose next call is held
	arrived chan struct{} // closed when it is held
	through chan struct{} // closed to let it through
}

func newGate() *gate { return &gate{} }

// hold holds the next call of an operation.
func (g *gate) hold(operation string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.of, g.arrived, g.through = operation, make(chan struct{}), make(chan struct{})
}

// arrival is closed when the call is there.
func (g *gate) arrival() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.arrived
}

// open lets everything through.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.of = ""
	if g.through != nil {
		close(g.through)
		g.through = nil
	}
}

func (g *gate) around(service string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		var wait chan struct{}
		if service == "ecd" && g.of != "" && r.Header.Get("x-acs-action") == g.of {
			g.of, wait = "", g.through
			close(g.arrived)
		}
		g.mu.Unlock()
		if wait != nil {
			<-wait
		}
		next.ServeHTTP(w, r)
	})
}

// hold is: hold <operation>; held waits for its call; release lets it through.
func hold(ts *testscript.TestScript, _ bool, args []string) { worldOf(ts).gate.hold(args[0]) }

func held(ts *testscript.TestScript, _ bool, _ []string) { <-worldOf(ts).gate.arrival() }

func release(ts *testscript.TestScript, _ bool, _ []string) { worldOf(ts).gate.open() }
