package main

import (
	"errors"
	"fmt"
	"strings"
)

// otherwise is an answer to a step of the show that is not the one which the
// shipped folder leads to. Nothing is broken: a policy or a timer of one's own is
// meant to change what happens.
type otherwise struct{ text string }

func (o otherwise) Error() string { return o.text }

func otherwisef(format string, args ...any) error { return otherwise{fmt.Sprintf(format, args...)} }

// allow says what came otherwise and lets the show go on. Where the show is judged
// that is an error, as everything else is that fails.
func (p *playground) allow(err error) error {
	var o otherwise
	if p.judged || !errors.As(err, &o) {
		return err
	}
	p.notAsShipped(o.text)
	return nil
}

func (p *playground) notAsShipped(what string) {
	fmt.Fprintf(p.out, "\nOtherwise than with the folder of this show: %s. The policy or the groups of %s may be why.\n", strings.TrimSuffix(what, "."), p.folder.shown)
}

// must is how strictly the show speaks of what it compares.
func (p *playground) must() string {
	if p.judged {
		return "must"
	}
	return "would"
}
