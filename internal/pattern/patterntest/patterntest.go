// Package patterntest helps to test the shapes that packages make.
package patterntest

import (
	"regexp"
	"strings"
	"testing"

	"stopdesktops/internal/pattern"
)

// Same fails where a shape is not the expression of its owner's rule. It tries
// every byte at either end and inside, around the limits of length, among small
// letters and among capitals.
func Same(t testing.TB, expression string, shape pattern.Shape) {
	t.Helper()
	compiled := regexp.MustCompile(expression)
	for _, length := range []int{0, 1, 2, 3, 40, 41, 63, 64, 65, 128, 129} {
		for _, filler := range []string{"a", "A"} {
			rest := strings.Repeat(filler, max(0, length-1))
			for c := range 256 {
				one := string([]byte{byte(c)})
				for _, s := range []string{one + rest, rest + one, rest[:len(rest)/2] + one + rest[len(rest)/2:], rest} {
					if got, want := shape.MatchString(s), compiled.MatchString(s); got != want {
						t.Fatalf("%q: %v, but %s says %v", s, got, expression, want)
					}
				}
			}
		}
	}
}
