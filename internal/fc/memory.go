package fc

import (
	"runtime/debug"
	"strconv"
)

// memoryShare is how much of the function's memory the Go heap may fill before
// the collector works harder. The SDK alone holds up to 146 MB for one body of
// 32 MB, before any code of ours can refuse it; without a limit, a row of such
// bodies reaches twice that, because the collector waits for the heap to double.
const memoryShare = 0.6

// largeEvent is far above every event that means anything: a body over the cap.
const largeEvent = 4 << 20

// ReleaseLarge gives back what reading a large event cost, at once: its readers
// leave three times its size behind, and the next one may come before the
// collector does.
func ReleaseLarge(event []byte) {
	if len(event) > largeEvent {
		debug.FreeOSMemory()
	}
}

// LimitMemory sets the soft limit from the memory size in MB that the platform
// names. Where it names none, there is no limit to keep.
func LimitMemory(megabytes string) {
	mb, err := strconv.Atoi(megabytes)
	if err != nil || mb <= 0 {
		return
	}
	debug.SetMemoryLimit(int64(float64(mb) * memoryShare * (1 << 20)))
}
