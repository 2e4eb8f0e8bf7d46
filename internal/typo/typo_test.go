package typo

import (
	"strings"
	"testing"
)

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"force", "force", 0}, {"force", "foce", 1}, {"force", "fforce", 1}, {"force", "farce", 1},
		{"force", "froce", 1}, {"preview", "perivew", 2}, {"kitten", "sitting", 3}, {"ca", "abc", 3}, {"ab", "ba", 1},
		{strings.Repeat("a", longest), strings.Repeat("a", longest-1), 1}, {strings.Repeat("a", longest+1), strings.Repeat("a", longest+1), longest + 1},
	} {
		if got := Mistakes(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Mistakes(c.b, c.a); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	if got, n := Nearest("regoin", []string{"reason", "region", "religion"}); got != "region" || n != 1 {
		t.Errorf("%q, %d", got, n)
	}
	if got, n := Nearest("a", []string{"b", "c"}); got != "b" || n != 1 {
		t.Errorf("%q, %d; want the first", got, n)
	}
	if got, n := Nearest("a", nil); got != "" || n < 1000 {
		t.Errorf("%q, %d", got, n)
	}
}

// FuzzMistakes: no more than the longer word has letters, none for equal words,
// and the same both ways.
func FuzzMistakes(f *testing.F) {
	f.Add("region", "regoin")
	f.Fuzz(func(t *testing.T, a, b string) {
		n := Mistakes(a, b)
		if n > max(len(a), len(b)) || n != Mistakes(b, a) || len(a) <= longest && (n == 0) != (a == b) && len(b) <= longest {
			t.Errorf("%q to %q: %d", a, b, n)
		}
	})
}
