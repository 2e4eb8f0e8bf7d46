package main

// catch makes of the first Ctrl-C an end before the run's next step, and of the
// second one the end of the program, until the function that it returns is
// called.
func (w *watched) catch() (stop func()) {
	signals, release := w.t.signals()
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-signals:
			}
			again := true
			w.once.Do(func() { again = false })
			if again {
				w.leave()
				return
			}
			close(w.pressed)
			w.settled()
			w.t.say("ending the run before its next step; what was called is looked after. Ctrl-C again leaves at once")
		}
	}()
	return func() {
		release()
		close(done)
	}
}

// leave ends the program in the middle of a run.
func (w *watched) leave() {
	w.mu.Lock()
	run, began := w.run, w.may
	w.mu.Unlock()
	w.settled()
	switch {
	case run == "" || !began:
		w.t.say("left before anything was stopped")
	default:
		w.t.say("left at once; desktops may be stopping, and no report is written")
		w.t.say("hint: stopdesktops runs --settle %s looks at each of them and writes it", run)
	}
	w.t.exit(exitInterrupt)
}
