package pack

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestChecksums(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"stopdesktops.zip": "abc", "slackcmd.zip": "", "slackcmd.cdx.json": "{}\n", "other.txt": "not named"}
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	var out bytes.Buffer
	if err := Checksums(&out, os.DirFS(dir), "stopdesktops.zip", "slackcmd.zip", "slackcmd.cdx.json"); err != nil {
		t.Fatal(err)
	}
	// The first and last sums are those that FIPS 180-4's examples give for
	// nothing and for abc.
	want := fmt.Sprintf("%x  slackcmd.cdx.json\n", sha256.Sum256([]byte("{}\n"))) +
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  slackcmd.zip\n" +
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  stopdesktops.zip\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if tool, err := exec.LookPath("sha256sum"); err == nil {
		agrees(t, tool, dir, out.String())
	}
}

// agrees asks the tool that people use. It must find a file that was changed,
// too, or its word on the others says nothing.
func agrees(t *testing.T, tool, dir, sums string) {
	t.Helper()
	write(t, filepath.Join(dir, "SHA256SUMS"), sums)
	check := func() (string, error) {
		ask := exec.CommandContext(t.Context(), tool, "-c", "--strict", "SHA256SUMS")
		ask.Dir = dir
		ask.Env = append(os.Environ(), "LC_ALL=C")
		said, err := ask.CombinedOutput()
		return string(said), err
	}
	if said, err := check(); err != nil || said != "slackcmd.cdx.json: OK\nslackcmd.zip: OK\nstopdesktops.zip: OK\n" {
		t.Errorf("sha256sum says %v:\n%s", err, said)
	}
	write(t, filepath.Join(dir, "slackcmd.zip"), "changed")
	if said, err := check(); err == nil || !strings.Contains(said, "slackcmd.zip: FAILED") {
		t.Errorf("sha256sum lets a changed file through (%v):\n%s", err, said)
	}
}

func TestChecksumsRefusals(t *testing.T) {
	folder := fstest.MapFS{"a.zip": {}, "b\nc": {}, "d": {Mode: fs.ModeDir | 0o755}}
	for _, c := range []struct {
		name  string
		names []string
		want  string
	}{
		{"nothing", nil, "no file was named"},
		{"twice", []string{"a.zip", "a.zip"}, "named twice"},
		{"a line break", []string{"a.zip", "b\nc"}, "rename it"},
		{"upwards", []string{"../a.zip"}, "rename it"},
		{"missing", []string{"a.zip", "e.zip"}, `sum up "e.zip"`},
		{"a folder", []string{"a.zip", "d"}, `sum up "d"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Checksums(&out, folder, c.names...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if out.Len() > 0 {
				t.Errorf("it wrote %q all the same", out.String())
			}
		})
	}
	full := errors.New("no space left")
	if err := Checksums(failing{full}, folder, "a.zip"); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}
