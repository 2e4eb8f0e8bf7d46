package pattern

import (
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]bool{
		"a": true, " #it ": true, "上海": true, "上海 办公室": true, strings.Repeat("上", 5): true,
		"": false, "   ": false, "\t": false, "two\nlines": false, "a\tb": false, "bell\a": false, "a\u202eb": false, "\xff": false, "abcdef": true, "abcdefg": false, "上海上海上海上": false,
	} {
		if got := (Line{Most: 6}).MatchString(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
