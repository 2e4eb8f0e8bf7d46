package pattern

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shapes are names of every form, each beside the expression that says the same.
var shapes = map[string]Name{
	`^[a-z0-9-]{1,40}$`:                {Most: 40, Rest: "a-z0-9-"},
	`^[!-~]+$`:                         {Rest: "!-~"},
	`^[A-Za-z_][A-Za-z0-9_-]{0,63}$`:   {Most: 64, First: "A-Za-z_", Rest: "A-Za-z0-9_-"},
	`^[a-z0-9][a-z0-9-]{1,5}[a-z0-9]$`: {Least: 3, Most: 7, First: "a-z0-9", Rest: "a-z0-9-", Last: "a-z0-9"},
	`^ecd-[a-z0-9]{1,4}$`:              {Prefix: "ecd-", Most: 8, Rest: "a-z0-9"},
	`^[A-Za-z0-9._~+/-]+$`:             {Rest: "A-Za-z0-9._~+/-"},
}

// differ fails where a name and its expression do not say the same.
func differ(t *testing.T, expression string, n Name, s string) {
	t.Helper()
	if got, want := n.MatchString(s), regexp.MustCompile(expression).MatchString(s); got != want {
		t.Errorf("%+v says %v of %q; %s says %v", n, got, s, expression, want)
	}
}

// TestNameSaysWhatItsExpressionSays puts every byte at the beginning, the
// middle and the end of texts of every length around the limits.
func TestNameSaysWhatItsExpressionSays(t *testing.T) {
	for expression, n := range shapes {
		t.Run(expression, func(t *testing.T) {
			compiled := regexp.MustCompile(expression)
			matched := 0
			for _, length := range []int{0, 1, 2, 3, 7, 8, 9, 40, 41, 64, 65} {
				for _, prefix := range slices.Compact([]string{"", n.Prefix}) {
					text := prefix + strings.Repeat("a", max(0, length-len(prefix)))
					for at := range len(text) + 1 {
						if at > 5 && at < len(text)-2 {
							continue
						}
						for c := range 256 {
							s := text
							if at < len(text) {
								s = text[:at] + string([]byte{byte(c)}) + text[at+1:]
							}
							got, want := n.MatchString(s), compiled.MatchString(s)
							if got != want {
								t.Fatalf("%+v says %v of %q; the expression says %v", n, got, s, want)
							}
							if got {
								matched++
							}
						}
					}
				}
			}
			if matched == 0 {
				t.Error("no text matched, so nothing was compared")
			}
		})
	}
}

func FuzzNameSaysWhatItsExpressionSays(f *testing.F) {
	for _, s := range []string{"", "a", "-", "ecd-1", "a-b", "A_b", "é", "a\n", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for expression, n := range shapes {
			differ(t, expression, n, s)
		}
	})
}
