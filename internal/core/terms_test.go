package core

import (
	"path"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"dev", "dev", true}, {"dev", "dev1", false}, {"dev", "Dev", false}, {"dev", "", false},
		{"dev*", "dev", true}, {"dev*", "dev-1", true}, {"dev*", "adev", false},
		{"*dev", "dev", true}, {"*dev", "my-dev", true}, {"*dev", "dev1", false},
		{"*", "", true}, {"*", "anything", true}, {"**", "x", true}, {"***", "", true},
		{"d*v", "dv", true}, {"d*v", "dev", true}, {"d*v", "d", false}, {"d*v", "v", false},
		{"ab*ba", "aba", false}, {"ab*ba", "abba", true},
		{"a*b*c", "abc", true}, {"a*b*c", "aXbYc", true}, {"a*b*c", "acb", false}, {"a*b*c", "abcb", false},
		{"*a*a*", "a", false}, {"*a*a*", "aa", true},
		{"d?v", "dev", false}, {"d[e]v", "dev", false}, // only * is special
		{"dév*", "dévelop", true}, {"*入*", "进入口", true},
	} {
		if got := like(c.pattern, c.name); got != c.want {
			t.Errorf("%q %q: %t, want %t", c.pattern, c.name, got, c.want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		letters := rapid.RuneFrom([]rune("ab*"))
		pattern, name := rapid.StringOfN(letters, 0, 8, -1).Draw(rt, "pattern"), strings.ReplaceAll(rapid.StringOfN(letters, 0, 8, -1).Draw(rt, "name"), "*", "c")
		if want, err := path.Match(pattern, name); err != nil || like(pattern, name) != want {
			rt.Errorf("%q %q: path.Match says %t, %v", pattern, name, want, err)
		}
	})
}

func TestBudget(t *testing.T) {
	for _, c := range []struct {
		s    string
		of   int
		most int
		bad  bool
	}{
		{"0", 100, 0, false}, {"10", 5, 10, false}, {"10%", 100, 10, false}, {"10%", 99, 9, false}, {"5%", 10, 1, false}, {"0%", 100, 1, false},
		{"100%", 7, 7, false}, {"101%", 10, 0, true}, {"-1", 10, 0, true}, {"-1%", 10, 0, true}, {"", 10, 0, true}, {"%", 10, 0, true},
		{"ten", 10, 0, true}, {"1.5", 10, 0, true}, {"5 %", 10, 0, true}, {"5%%", 10, 0, true}, {"99999999999999999999", 10, 0, true},
	} {
		if most, bad := budget(c.s, c.of); most != c.most || bad != c.bad {
			t.Errorf("%q of %d: %d %t, want %d %t", c.s, c.of, most, bad, c.most, c.bad)
		}
		if ValidBudget(c.s) == c.bad {
			t.Errorf("%q is valid: %t", c.s, !c.bad)
		}
	}
}

func TestSpans(t *testing.T) {
	for s, valid := range map[string]bool{
		"30m": true, "1h30m": true, "0s": true, "720h": true, "90s": true, "1.5h": true,
		"720h0m1s": false, "-1m": false, "30": false, "": false, "1d": false, "30 m": false, "m": false, "9999999999h": false,
	} {
		if validSpan(s) != valid {
			t.Errorf("%q is valid: %t", s, !valid)
		}
	}
	if span("30m") != 30*time.Minute || span("") != 0 || span("nonsense") != 0 {
		t.Error("spans are misread")
	}
	for d, want := range map[time.Duration]string{
		0: "0m", -time.Hour: "0m", time.Second: "under a minute", 29 * time.Second: "under a minute", time.Minute: "1m", 90 * time.Minute: "1h30m",
		24 * time.Hour: "1d", 72 * time.Hour: "3d", 49*time.Hour + 5*time.Minute: "2d1h5m", 2 * time.Hour: "2h", 59*time.Minute + 40*time.Second: "1h",
	} {
		if got := spanWords(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}
