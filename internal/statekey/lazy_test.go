package statekey

import (
	"sync"
	"testing"

	"stopdesktops/internal/core"
)

// TestFirstUseBySeveral derives one door from many goroutines at once; the race
// detector watches, and all must get the same.
func TestFirstUseBySeveral(t *testing.T) {
	k, err := Parse(goldenKey + "," + olderKey)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([][]core.RunID, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() { ids[i] = k.RunIDs(core.Webhook, "sender", "delivery") })
	}
	all.Wait()
	for _, got := range ids {
		if len(got) != 2 || got[0] != ids[0][0] || got[1] != ids[0][1] {
			t.Fatalf("run ids %v, want two and the same for all: %v", got, ids[0])
		}
	}
}
