package mistake

import (
	"strings"
	"testing"
)

// TestOrder holds in which order mistakes are told, wherever they are told.
func TestOrder(t *testing.T) {
	for _, c := range []struct{ name, found, want string }{
		{"nothing", "", ""},
		{"lines of a file, by number and not by letter", "t.yaml:10:1 t.yaml:9:1 t.yaml:2:1", "t.yaml:2:1 t.yaml:9:1 t.yaml:10:1"},
		{"columns of a line", "t.yaml:3:12 t.yaml:3:4", "t.yaml:3:4 t.yaml:3:12"},
		{"files as they were read", "t.yaml:4:1 a.yaml:9:1 a.yaml:2:1 t.yaml:1:1", "t.yaml:1:1 t.yaml:4:1 a.yaml:2:1 a.yaml:9:1"},
		{"variables stay first", "ZONE STATE_KEY t.yaml:4:1 t.yaml:1:1", "ZONE STATE_KEY t.yaml:1:1 t.yaml:4:1"},
		{"the whole file before its lines", "t.yaml:4:1 t.yaml", "t.yaml t.yaml:4:1"},
		{"a line without a column", "t.yaml:4:2 t.yaml:4 t.yaml:3", "t.yaml:3 t.yaml:4 t.yaml:4:2"},
		{"a colon of another kind", `C:\t.yaml:4:1 C:\t.yaml:1:1 a:b`, `C:\t.yaml:1:1 C:\t.yaml:4:1 a:b`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p Problems
			for _, where := range strings.Fields(c.found) {
				p.Add(where, "", "x")
			}
			told := p.Error()
			if got := strings.Join(strings.Fields(strings.ReplaceAll(told, ": x", "")), " "); got != c.want {
				t.Errorf("it is told as %s, want %s", got, c.want)
			}
			if len(p) == 0 {
				return
			}
			var out strings.Builder
			Complain(&out, "slackcmd", p)
			if _, lines, _ := strings.Cut(out.String(), "\n"); strings.ReplaceAll(lines, "  ", "") != told+"\n" {
				t.Errorf("a function that does not start says\n%s\nand not\n%s", lines, told)
			}
		})
	}
}

// TestOrderOfOnePlace: two mistakes of one place stay as they were found, and what
// was found is not changed by telling it.
func TestOrderOfOnePlace(t *testing.T) {
	p := Problems{{"t.yaml:2:1", "", "second"}, {"t.yaml:1:1", "", "b"}, {"t.yaml:1:1", "", "a"}}
	if got, want := p.Error(), "t.yaml:1:1: b\nt.yaml:1:1: a\nt.yaml:2:1: second"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if p[0].Want != "second" {
		t.Error("the problems themselves were moved")
	}
}
