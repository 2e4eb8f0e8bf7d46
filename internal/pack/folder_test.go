package pack

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestFolder(t *testing.T) {
	many := fstest.MapFS{}
	for i := range MaxConfigFiles + 1 {
		many[fmt.Sprintf("calendars/%d.yaml", i)] = &fstest.MapFile{}
	}
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for _, c := range []struct {
		name   string
		config fstest.MapFS
		want   []string // parts of the error, all of them
	}{
		{"empty", fstest.MapFS{}, []string{"found no file to pack"}},
		{"hidden files alone", fstest.MapFS{".env": text("x")}, []string{"found no file to pack"}},
		{"a link", fstest.MapFS{"policy.cedar": {Mode: fs.ModeSymlink | 0o777, Data: []byte("/etc/passwd")}}, []string{"policy.cedar: found a symbolic link; want the file itself"}},
		{"a pipe", fstest.MapFS{"policy.cedar": {Mode: fs.ModeNamedPipe | 0o600}}, []string{"policy.cedar: found a device, pipe or socket"}},
		{"other letters", fstest.MapFS{"calendars/Führung.yaml": text("x")}, []string{`"calendars/Führung.yaml"`, "rename it"}},
		{"a backslash", fstest.MapFS{`calendars/a\b.yaml`: text("x")}, []string{`"calendars/a\\b.yaml"`, "rename it"}},
		{"a long name", fstest.MapFS{"calendars/" + strings.Repeat("a", maxName) + ".yaml": text("x")}, []string{"longer than 200 bytes"}},
		{"capitals alone", fstest.MapFS{"calendars/China.yaml": text("x"), "calendars/china.yaml": text("x")}, []string{"calendars/china.yaml: some systems cannot tell it from calendars/China.yaml"}},
		{"too many", many, []string{"more than 500 files"}},
		{"too large", fstest.MapFS{"groups.yaml": {Data: make([]byte, MaxConfig/2)}, "timers.yaml": {Data: make([]byte, MaxConfig/2+1)}}, []string{"more than 16.0 MB", "timers.yaml"}},
		{"a key", fstest.MapFS{"policy.cedar": text("x"), "id_ed25519": text("x")}, []string{"id_ed25519: nothing reads this file; move it out: the files that are read are policy.cedar, timers.yaml, prices.yaml, identity.yaml, groups.yaml, senders.yaml, calendars/*.yaml"}},
		{"all at once", fstest.MapFS{
			"policy.cedar": {Mode: fs.ModeSymlink}, "deploy.env": text("x"), "terraform.tfstate": text("x"), "old/senders.yaml": text("x"), "secrets": {Mode: fs.ModeDir | 0o755},
			"timer.yaml": text("x"), "policy-cases.yaml": text("x"), "calendars/a b.yaml": text("x"), "calendars/china.yml": text("x"), "policy.cedar.bak": text("x"), "a\nb": text("x"),
		}, []string{
			"\npolicy.cedar: found a symbolic link", "\ndeploy.env: nothing reads this file; move it out", "\nterraform.tfstate: nothing", "\nold/: nothing reads this folder; move it out", "\nsecrets/: nothing",
			"\ntimer.yaml: nothing reads this file; did you mean timers.yaml?", "\npolicy-cases.yaml: nothing", "\n\"calendars/a b.yaml\": its name", "\ncalendars/china.yml: nothing", "\npolicy.cedar.bak: nothing", "\n\"a\\nb\": nothing",
		}},
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
	if err == nil || !strings.Contains(err.Error(), `timers.yaml: found a symbolic link`) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(fmt.Sprint(err), dir) {
		t.Errorf("the error shows where the folder lies: %v", err)
	}
	if _, err := Write(&bytes.Buffer{}, Package{Program: bytes.NewReader(good().bytes()), Config: os.DirFS(filepath.Join(dir, "none")), Check: fine}); err == nil || !strings.Contains(err.Error(), "make it readable for whoever packs") {
		t.Errorf("got %v of a folder that is not there", err)
	}
}

// What checks a folder sees what a package would hold of it, and what keeps it
// from being packed.
func TestFolderAsPacked(t *testing.T) {
	config := configA()
	config["deploy.env"] = &fstest.MapFile{Data: []byte("STATE_KEY=secret\n")}
	files, problems := Folder("mine/", config)
	if len(problems) != 1 || problems[0].Where != "mine/deploy.env" {
		t.Errorf("got problems %v", problems)
	}
	var names []string
	if err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() {
			names = append(names, name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"calendars/berlin.yaml", "calendars/china.yaml", "policy.cedar", "timers.yaml"}; !slices.Equal(names, want) {
		t.Errorf("got files %q, want %q", names, want)
	}
	files, problems = Folder("mine", os.DirFS(filepath.Join(t.TempDir(), "none")))
	if files != nil || len(problems) != 1 || problems[0].Where != "mine" {
		t.Errorf("got files %v, problems %v of a folder that is not there", files, problems)
	}
}
