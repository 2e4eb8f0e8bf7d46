package pack

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// Two people build the same commit in different folders, keep the same
// configuration in different folders with other modes and times, and get the
// same package to the byte.
func TestSameBytesEverywhere(t *testing.T) {
	built := twice(t)
	if !bytes.Equal(built[0], built[1]) {
		t.Fatal("the programs differ already")
	}
	var packages [2][]byte
	for i, program := range built {
		dir := t.TempDir()
		for name, f := range configA() {
			write(t, filepath.Join(dir, name), string(f.Data))
			when := time.Unix(int64(1_000_000_000*(i+1)), 0)
			if err := errors.Join(os.Chtimes(filepath.Join(dir, name), when, when), os.Chmod(filepath.Join(dir, name), []fs.FileMode{0o600, 0o755}[i])); err != nil {
				t.Fatal(err)
			}
		}
		packages[i], _ = mustWrite(t, program, os.DirFS(dir))
		if bytes.Contains(packages[i], []byte(dir)) {
			t.Errorf("the package holds the path %s", dir)
		}
	}
	if !bytes.Equal(packages[0], packages[1]) {
		t.Fatal("the packages differ")
	}
	got := unzip(t, packages[0])
	when := epoch.Unix()
	want := []entry{
		{"config/calendars/berlin.yaml", 0o644, "Years: [2026]\n", when},
		{"config/calendars/china.yaml", 0o644, "Years: [2026]\n", when},
		{"config/policy.cedar", 0o644, "permit (principal, action, resource);\n", when},
		{"config/timers.yaml", 0o644, "Timers: []\n", when},
		{"main", 0o755, string(built[0]), when},
	}
	if !slices.Equal(got, want) {
		t.Errorf("the package holds %d entries, first %q; want %d", len(got), got[0].name, len(want))
	}
}

func TestContents(t *testing.T) {
	archived, got := mustWrite(t, good().bytes(), configA())
	if got.Program != "stopdesktops/functions/stopdesktops" || got.Go != "go1.26.0" {
		t.Errorf("got program %q of %q", got.Program, got.Go)
	}
	if want := []string{".env", ".git", "policy.cedar~"}; !slices.Equal(got.LeftOut, want) {
		t.Errorf("left out %q, want %q", got.LeftOut, want)
	}
	if got.Size != int64(len(archived)) || got.SHA256 != sum(archived) {
		t.Errorf("got size %d and sum %s of a package of %d bytes", got.Size, got.SHA256, len(archived))
	}
	if last := got.Files[len(got.Files)-1]; len(got.Files) != 5 || last != (File{"main", sum(good().bytes())}) {
		t.Errorf("got files %v", got.Files)
	}
}

// A folder's files come in the order of a walk, and a package's by name, the
// program among them, in the package as in what is said of it.
func TestSorted(t *testing.T) {
	config := fstest.MapFS{"policy.cedar": {}, "timers.yaml": {}, "calendars/china.yaml": {}, "calendars/a-b.yaml": {}}
	archived, contents := mustWrite(t, good().bytes(), config)
	var names, said []string
	for _, e := range unzip(t, archived) {
		names = append(names, e.name)
	}
	for _, f := range contents.Files {
		said = append(said, f.Name)
	}
	want := []string{"config/calendars/a-b.yaml", "config/calendars/china.yaml", "config/policy.cedar", "config/timers.yaml", "main"}
	if !slices.Equal(names, want) || !slices.Equal(said, want) {
		t.Errorf("the package holds %q, and is said to hold %q; want %q", names, said, want)
	}
	// A walk gives a/b before a-b; by name it is the other way round.
	data := []file{{"main", nil}, {"a/b", nil}, {"a-b", nil}}
	zipped, err := archive(data, limits)
	if err != nil {
		t.Fatal(err)
	}
	if e := unzip(t, zipped); e[0].name != "a-b" || e[1].name != "a/b" || describe(data)[0].Name != "a-b" {
		t.Errorf("the order is %v", e)
	}
}

func TestWithoutConfig(t *testing.T) {
	archived, _ := mustWrite(t, slackcmd().bytes(), nil)
	if got := unzip(t, archived); len(got) != 1 || got[0].name != "main" || got[0].mode != 0o755 {
		t.Errorf("got %d entries, want main alone", len(got))
	}
}

// The check sees the package's own files, and its refusal is passed on whole.
func TestCheck(t *testing.T) {
	mistake := errors.New("config/timers.yaml:1:1: found nothing")
	var out bytes.Buffer
	var seen []string
	_, err := Write(&out, Package{Program: bytes.NewReader(good().bytes()), Config: configA(), Check: func(config fs.FS) error {
		if err := fstest.TestFS(config, "policy.cedar", "timers.yaml", "calendars/china.yaml"); err != nil {
			t.Error(err)
		}
		return errors.Join(mistake, fs.WalkDir(config, ".", func(name string, _ fs.DirEntry, err error) error {
			seen = append(seen, name)
			return err
		}))
	}})
	if !errors.Is(err, mistake) {
		t.Errorf("got error %v", err)
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes were written all the same", out.Len())
	}
	if want := []string{".", "calendars", "calendars/berlin.yaml", "calendars/china.yaml", "policy.cedar", "timers.yaml"}; !slices.Equal(seen, want) {
		t.Errorf("the check saw %q, want %q", seen, want)
	}
}

func TestRefusals(t *testing.T) {
	program := bytes.NewReader(good().bytes())
	for _, c := range []struct {
		name string
		what Package
		want string
	}{
		{"no program", Package{}, "no program was given"},
		{"nobody checks", Package{Program: program, Config: configA()}, "no check of the configuration"},
		{"a program that reads none", Package{Program: bytes.NewReader(slackcmd().bytes()), Config: configA(), Check: fine}, `the program is "stopdesktops/functions/slackcmd", and a configuration is packed with stopdesktops/functions/stopdesktops alone`},
		{"a huge program", Package{Program: huge{}}, "Function Compute takes 500.0 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if _, err := Write(&out, c.what); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes were written all the same", out.Len())
			}
		})
	}
}

// huge is a program that must not be read.
type huge struct{}

func (huge) Size() int64                       { return MaxUnpacked + 1 }
func (huge) ReadAt([]byte, int64) (int, error) { panic("a program beyond the limit is read") }

// A package is refused by what it has zipped, and by what it has unpacked.
func TestLimits(t *testing.T) {
	files := []file{{"main", make([]byte, 1000)}, {"config/a", make([]byte, 1000)}}
	archived, err := archive(files, limit{1000, 2000})
	if err != nil {
		t.Fatal(err)
	}
	zipped := int64(len(archived))
	if _, err := archive(files, limit{zipped, 2000}); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, err := archive(files, limit{zipped, 1999}); err == nil || !strings.Contains(err.Error(), "would unpack to 2000 bytes, and Function Compute takes 1999 bytes") {
		t.Errorf("above the limit unpacked: %v", err)
	}
	if _, err := archive(files, limit{zipped - 1, 2000}); err == nil || !strings.Contains(err.Error(), "by every way of deploying") {
		t.Errorf("above the limit zipped: %v", err)
	}
}

// A disk that is full is an error of the caller's writer, passed on.
func TestWriterFails(t *testing.T) {
	full := errors.New("no space left")
	_, err := Write(failing{full}, Package{Program: bytes.NewReader(good().bytes())})
	if !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
