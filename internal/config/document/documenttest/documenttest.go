// Package documenttest helps to test what reads a document.
package documenttest

import (
	"fmt"
	"testing"

	"stopdesktops/internal/config/mistake"
)

// InPlace fails where a problem has no place in file f, or no words.
func InPlace(t testing.TB, problems mistake.Problems) {
	t.Helper()
	for _, p := range problems {
		var line, column int
		if n, err := fmt.Sscanf(p.Where, "f:%d:%d", &line, &column); n != 2 || err != nil || line < 1 || column < 1 || p.Want == "" {
			t.Errorf("problem %+v has no place or no words", p)
		}
	}
}
