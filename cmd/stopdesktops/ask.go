package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"

	"stopdesktops/internal/core"
)

// askWithin is how long the question waits for its answer: what was seen so long
// ago says little about who is using a desktop now.
const askWithin = core.ConfirmWithin

// ask shows the plan and asks whether to carry it out. It returns why not, or "".
func (w *watched) ask(ctx context.Context, plan core.Plan) string {
	stops := 0
	for _, e := range plan.Entries {
		if e.Stop {
			stops++
		}
	}
	planTable(w.t.err, plan, planShown)
	if words := estimate(w.worth(plan), true, w.t.zone); words != "" {
		printLine(w.t.err, "estimate: %s", words)
	}
	fmt.Fprintf(w.t.err, "\nStop %d of %s as %s? A stop ends sessions and loses unsaved work. Type yes: ", stops, counted(len(plan.Entries), "desktop"), w.caller)
	answer := make(chan string, 1)
	go func() {
		// Reading cannot be cut short; what is typed too late answers nothing.
		line, _ := bufio.NewReader(w.t.in).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	late := time.NewTimer(askWithin)
	defer late.Stop()
	select {
	case word := <-answer:
		if !w.t.shows {
			fmt.Fprintln(w.t.err) // on a screen whoever answered has ended the line
		}
		if word == "yes" {
			return ""
		}
		return "not confirmed"
	case <-w.pressed:
		fmt.Fprintln(w.t.err)
		return "Ctrl-C at the terminal"
	case <-ctx.Done():
	case <-late.C:
	}
	fmt.Fprintln(w.t.err)
	return fmt.Sprintf("nobody answered within %d minutes", int(askWithin.Minutes()))
}
