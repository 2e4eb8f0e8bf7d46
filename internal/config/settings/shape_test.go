package settings

import (
	"regexp"
	"strings"
	"testing"

	"stopdesktops/internal/pattern"
)

// TestShapes compares each shape with the expression of its owner's rule, with
// every byte at either end and inside, around the limits of length.
func TestShapes(t *testing.T) {
	for expression, shape := range map[string]pattern.Name{
		`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`: bucketShape,
		`^[A-Za-z_][A-Za-z0-9_-]{0,63}$`:    functionShape,
		`^[!-~]{1,128}$`:                    clientShape,
	} {
		compiled := regexp.MustCompile(expression)
		for _, length := range []int{0, 1, 2, 3, 40, 41, 63, 64, 65, 128, 129} {
			for c := range 256 {
				one, a := string([]byte{byte(c)}), strings.Repeat("a", max(0, length-1))
				for _, s := range []string{one + a, a + one, a[:len(a)/2] + one + a[len(a)/2:], a} {
					if got, want := shape.MatchString(s), compiled.MatchString(s); got != want {
						t.Fatalf("%q: %v, but %s says %v", s, got, expression, want)
					}
				}
			}
		}
	}
}
