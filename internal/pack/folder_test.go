package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestFolder(t *testing.T) {
	many := fstest.MapFS{}
	for i := range MaxConfigFiles + 1 {
		many[fmt.Sprintf("%d.yaml", i)] = &fstest.MapFile{}
	}
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for _, c := range []struct {
		name   string
		config fstest.MapFS
		want   []string // parts of the error, all of them
	}{
		{"empty", fstest.MapFS{}, []string{"holds no file"}},
		{"hidden files alone", fstest.MapFS{".env": text("x")}, []string{"holds no file"}},
		{"a link", fstest.MapFS{"policy.cedar": {Mode: fs.ModeSymlink | 0o777, Data: []byte("/etc/passwd")}}, []string{`"policy.cedar"`, "a symbolic link"}},
		{"a pipe", fstest.MapFS{"policy.cedar": {Mode: fs.ModeNamedPipe | 0o600}}, []string{"a device, pipe or socket"}},
		{"other letters", fstest.MapFS{"Führung.yaml": text("x")}, []string{`"Führung.yaml"`, "rename it"}},
		{"a backslash", fstest.MapFS{`a\b.yaml`: text("x")}, []string{`"a\\b.yaml"`, "rename it"}},
		{"a long name", fstest.MapFS{strings.Repeat("a", maxName): text("x")}, []string{"longer than 200 bytes"}},
		{"a folder's name", fstest.MapFS{"my calendars/x.yaml": text("x")}, []string{`"my calendars"`}},
		{"capitals alone", fstest.MapFS{"POLICY.cedar": text("x"), "Policy.cedar": text("x")}, []string{`"POLICY.cedar" and "Policy.cedar"`}},
		{"too many", many, []string{"more than 500 files"}},
		{"too large", fstest.MapFS{"a.yaml": {Data: make([]byte, MaxConfig/2)}, "b.yaml": {Data: make([]byte, MaxConfig/2+1)}}, []string{"more than 16.0 MB", `"b.yaml"`}},
		{"all at once", fstest.MapFS{"a b": text("x"), "c": {Mode: fs.ModeSymlink}, "d e": text("x")}, []string{`"a b"`, `"c"`, `"d e"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			_, err := Write(&out, Package{Program: bytes.NewReader(good().bytes()), Config: c.config, Check: func(fs.FS) error {
				t.Error("the check was asked about a folder that cannot be packed")
				return nil
			}})
			if err == nil {
				t.Fatal("it was packed")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes were written all the same", out.Len())
			}
		})
	}
}

// On a disk, too, a link is no file: what it points to may be anything.
func TestFolderOnDisk(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "policy.cedar"), "permit (principal, action, resource);\n")
	if err := os.Symlink(filepath.Join(dir, "policy.cedar"), filepath.Join(dir, "timers.yaml")); err != nil {
		t.Fatal(err)
	}
	_, err := Write(&bytes.Buffer{}, Package{Program: bytes.NewReader(good().bytes()), Config: os.DirFS(dir), Check: fine})
	if err == nil || !strings.Contains(err.Error(), `"timers.yaml": it is no regular file (a symbolic link)`) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(fmt.Sprint(err), dir) {
		t.Errorf("the error shows where the folder lies: %v", err)
	}
	if _, err := Write(&bytes.Buffer{}, Package{Program: bytes.NewReader(good().bytes()), Config: os.DirFS(filepath.Join(dir, "none")), Check: fine}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v of a folder that is not there", err)
	}
}
