package post

import (
	"fmt"

	"stopdesktops/internal/core"
)

// UseOfCommand and UseOfClick are the marks in a run's records for the nth use
// of a response URL. Whoever writes the mark first may make that use, so that
// five uses stay five, whoever dies and is retried.
func UseOfCommand(n int) core.Mark { return core.Mark(fmt.Sprintf("command-use-%d", n)) }

// UseOfClick is the mark of the nth use of the click's URL.
func UseOfClick(n int) core.Mark { return core.Mark(fmt.Sprintf("click-use-%d", n)) }
