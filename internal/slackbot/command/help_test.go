package command

import (
	"slices"
	"testing"
)

// TestHelpHoldsEveryWord: each once, with how to write it and what it says.
func TestHelpHoldsEveryWord(t *testing.T) {
	var got []string
	for _, l := range Help() {
		if l.Head == "" {
			t.Errorf("%v stand under nothing", l.Words)
		}
		for _, w := range l.Words {
			got = append(got, w.Example)
			if w.What == "" {
				t.Errorf("nothing is said of %s", w.Example)
			}
		}
	}
	var want []string
	for _, w := range words {
		want = append(want, w.example)
	}
	if !slices.Equal(got, want) {
		t.Errorf("help shows\n%q\nwant\n%q", got, want)
	}
}
