package pack

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func TestRepack(t *testing.T) {
	program := good().bytes()
	base, _ := mustWrite(t, program, configA())
	configB := configA()
	for _, name := range []string{"calendars/china.yaml", "calendars/berlin.yaml"} {
		delete(configB, name)
	}
	configB["a\nadded: b~"] = &fstest.MapFile{}
	configB["senders.yaml"] = &fstest.MapFile{Data: []byte("Senders: []\n")}
	configB["timers.yaml"] = &fstest.MapFile{Data: []byte("Timers: [] # none\n")}

	var out bytes.Buffer
	change, err := Repack(&out, bytes.NewReader(base), configB, fine)
	if err != nil {
		t.Fatal(err)
	}
	// What Write makes is sorted, of the right modes and the program's bytes, by
	// its own test.
	if want, contents := mustWrite(t, program, configB); !bytes.Equal(out.Bytes(), want) || !reflect.DeepEqual(change.Contents, contents) {
		t.Error("the result is not what Write makes of the same program and folder")
	}
	want := "added: config/senders.yaml\n" +
		"replaced: config/timers.yaml\n" +
		"removed: config/calendars/berlin.yaml\n" +
		"removed: config/calendars/china.yaml\n" +
		"kept: config/policy.cedar\n" +
		"left out: .env\n" +
		"left out: .git\n" +
		"left out: \"a\\nadded: b~\"\n" +
		"left out: policy.cedar~\n"
	if got := change.String(); got != want {
		t.Errorf("got change\n%swant\n%s", got, want)
	}
}

// A package without a configuration takes one, and giving a package back its
// own changes not a byte.
func TestRepackTwice(t *testing.T) {
	bare, _ := mustWrite(t, good().bytes(), nil)
	full, _ := mustWrite(t, good().bytes(), configA())
	for name, base := range map[string][]byte{"bare": bare, "full": full} {
		var out bytes.Buffer
		change, err := Repack(&out, bytes.NewReader(base), configA(), fine)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), full) {
			t.Errorf("%s: the result is another package", name)
		}
		if added, kept := len(change.Added), len(change.Kept); (name == "bare") != (added == 4) || (name == "full") != (kept == 4) || len(change.Replaced)+len(change.Removed) > 0 {
			t.Errorf("%s: got change\n%s", name, change)
		}
	}
}

func TestRepackRefusals(t *testing.T) {
	base, _ := mustWrite(t, good().bytes(), configA())
	slack, _ := mustWrite(t, slackcmd().bytes(), nil)
	evil := good()
	evil.notes = strings.Replace(evil.notes, Reader, "example.com/evil", 1)
	mistake := errors.New("policy.cedar:1:1: unknown word")
	for _, c := range []struct {
		name   string
		base   Sized
		config fs.FS
		check  func(fs.FS) error
		want   string
	}{
		{"no package", nil, configA(), fine, "give both"},
		{"no folder", bytes.NewReader(base), nil, fine, "give both"},
		{"nobody checks", bytes.NewReader(base), configA(), nil, "no check of the configuration"},
		{"another function", bytes.NewReader(slack), configA(), fine, `the program is "stopdesktops/functions/slackcmd"`},
		{"another program", bytes.NewReader(byHand(t, regular("main", evil.bytes()))), configA(), fine, `the program is "example.com/evil"`},
		{"a wrong folder", bytes.NewReader(base), fstest.MapFS{}, fine, "found no file to pack"},
		{"a wrong configuration", bytes.NewReader(base), configA(), func(fs.FS) error { return mistake }, mistake.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if _, err := Repack(&out, c.base, c.config, c.check); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes were written all the same", out.Len())
			}
		})
	}
}
