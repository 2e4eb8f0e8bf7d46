package mistake

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// at is an error that knows its place.
type at struct{ place, detail string }

func (e at) Error() string  { return e.place + ": " + e.detail }
func (e at) Place() string  { return e.place }
func (e at) Detail() string { return e.detail }

func TestOf(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"nothing", nil, ""},
		{"one", errors.New("is short"), "KEY: is short"},
		{"joined, and wrapped", fmt.Errorf("keys: %w", errors.Join(errors.New("1 is short"), errors.New("2 is short"))), "KEY: 1 is short\nKEY: 2 is short"},
		{"with a place of its own", errors.Join(at{"f:2:3", "no such type"}, errors.New("is too kind")), "f:2:3: no such type\nKEY: is too kind"},
	} {
		if got := Of("KEY", c.err).Error(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestProblems(t *testing.T) {
	var p Problems
	p.Add("KEY", "nothing", "a key")
	p.Add("f:1:2", "", "is not YAML")
	if got, want := p.Error(), "KEY: found nothing; want a key\nf:1:2: is not YAML"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !p.Has("KEY") || p.Has("KE") {
		t.Error("Has knows the wrong places")
	}
}

// TestComplain holds the first lines of a function that does not start.
func TestComplain(t *testing.T) {
	one := Problems{{"KEY", "nothing", "a key"}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("no disk"), "slackcmd cannot start: no disk\n"},
		{one, "slackcmd cannot start; 1 mistake in its configuration:\n  KEY: found nothing; want a key\n"},
		{fmt.Errorf("load: %w", append(one, Problem{"ZONE", `"x"`, "a zone"})), "slackcmd cannot start; 2 mistakes in its configuration:\n  KEY: found nothing; want a key\n  ZONE: found \"x\"; want a zone\n"},
	} {
		var out strings.Builder
		Complain(&out, "slackcmd", c.err)
		if out.String() != c.want {
			t.Errorf("got\n%s\nwant\n%s", out.String(), c.want)
		}
	}
}

func TestQuote(t *testing.T) {
	long := strings.Repeat("上", foundRunes)
	for in, want := range map[string]string{"": `""`, "a\nb": `"a\nb"`, long: `"` + long + `"`, long + "xy": `"` + long + `" and 2 more characters`} {
		if got := Quote(in); got != want {
			t.Errorf("Quote(%q) is %s, want %s", in, got, want)
		}
	}
}
