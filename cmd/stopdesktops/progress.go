package main

import (
	"fmt"
	"io"
	"sync"

	"stopdesktops/internal/core"
)

// eraseLine takes the cursor to the beginning of its line and empties it.
const eraseLine = "\r\x1b[K"

// progress says how far a run is: on a screen in one line that is written over,
// and elsewhere in a line for each change.
type progress struct {
	w    io.Writer
	over bool // w is a screen

	mu    sync.Mutex
	shown bool
	last  core.Progress
	said  bool
}

func (p *progress) show(now core.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.said && now == p.last {
		return
	}
	p.last, p.said = now, true
	line := fmt.Sprintf("stopdesktops: %d of %s stopped", now.Stopped, counted(now.Stops, "desktop"))
	if !p.over {
		fmt.Fprintln(p.w, line)
		return
	}
	fmt.Fprint(p.w, eraseLine+line)
	p.shown = true
}

// done takes the line away.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, eraseLine)
		p.shown = false
	}
}
