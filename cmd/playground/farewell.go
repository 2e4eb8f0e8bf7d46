package main

import (
	"errors"
	"fmt"
	"io"
)

// exitLeft is the exit code of a judged show that was left before its judgement, as
// shells say it: 128 and the number of the signal.
const exitLeft = 130

// errLeft is the error of a judged show that was left before its end. What it means was
// printed already.
var errLeft = errors.New("the show was left before its end")

// farewell is the last that a playground prints that was told to end, with Ctrl-C or
// by a signal. What failed because of it needs no words of its own, and is no error
// where nobody waits for a judgement.
func farewell(out io.Writer, err error, judged bool) error {
	const gone = "The local cloud, its functions and its records are gone; your files are as they were."
	if err == nil {
		fmt.Fprintln(out, "\nThe playground was ended. "+gone)
		return nil
	}
	fmt.Fprintln(out, "\nThe playground was ended before the show was over. "+gone)
	if judged {
		return errLeft
	}
	return nil
}
