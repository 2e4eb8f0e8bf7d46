package yamltab

import "testing"

func TestAt(t *testing.T) {
	const text = "a: 1\n  \tb: 上\tc\n"
	for _, c := range []struct {
		line, column int
		want         bool
	}{{2, 3, true}, {2, 8, true}, {2, 2, false}, {2, 9, false}, {1, 3, false}, {1, 99, false}, {3, 1, false}, {9, 1, false}, {0, 0, false}} {
		if got := At([]byte(text), c.line, c.column); got != c.want {
			t.Errorf("%d:%d: %v", c.line, c.column, got)
		}
	}
}
