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

// lazyCollector lets the heap grow to five times what is live before it is
// collected, as long as it is below the limit.
const lazyCollector = 400

// LimitMemory sets the soft limit from the memory size in MB that the platform
// names. Where it names none, there is no limit to keep.
func LimitMemory(megabytes string) {
	mb, err := strconv.Atoi(megabytes)
	if err != nil || mb <= 0 {
		return
	}
	// The limit bounds the heap, so that no collection is needed at every few
	// megabytes, of which each start would meet the first.
	debug.SetGCPercent(lazyCollector)
	debug.SetMemoryLimit(int64(float64(mb) * memoryShare * (1 << 20)))
}
