package pack

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
)

const tiny = `package main

import (
	"fmt"

	"golang.org/x/time/rate"
)

func main() { fmt.Println(rate.Inf) }
`

// compile builds a tiny program in a folder of its own, as a package's programs
// are built. Its module takes the versions of this project's, so nothing is
// downloaded that building the project did not need. It takes the name as well,
// which shows that anybody can.
func compile(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), string(text))
	}
	write(t, filepath.Join(dir, "functions", "stopdesktops", "main.go"), tiny)
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", "main", "./functions/stopdesktops")
	build.Dir = dir
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOWORK=off", "GOFLAGS=")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build in %s: %v\n%s", dir, err, said)
	}
	program, err := os.ReadFile(filepath.Join(dir, "main"))
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// twice is the same program, built in two folders.
var twice = func() func(t *testing.T) [2][]byte {
	var once sync.Once
	var built [2][]byte
	return func(t *testing.T) [2][]byte {
		once.Do(func() { built = [2][]byte{compile(t), compile(t)} })
		if built[1] == nil {
			t.Fatal("the program was not built; an earlier test says why")
		}
		return built
	}
}()

// configA is a configuration as a company keeps it.
func configA() fstest.MapFS {
	return fstest.MapFS{
		"policy.cedar":          {Data: []byte("permit (principal, action, resource);\n")},
		"timers.yaml":           {Data: []byte("Timers: []\n")},
		"calendars/china.yaml":  {Data: []byte("Years: [2026]\n"), Mode: 0o600},
		"calendars/berlin.yaml": {Data: []byte("Years: [2026]\n"), Mode: 0o777},
		".git/HEAD":             {Data: []byte("ref: refs/heads/main\n")},
		".env":                  {Data: []byte("STATE_KEY=secret\n")},
		"policy.cedar~":         {Data: []byte("permit (principal, action, resource)\n")},
	}
}

func fine(fs.FS) error { return nil }

// mustWrite packs a program with a configuration.
func mustWrite(t *testing.T, program []byte, config fs.FS) ([]byte, Contents) {
	t.Helper()
	var out bytes.Buffer
	contents, err := Write(&out, Package{Program: bytes.NewReader(program), Config: config, Check: fine})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), contents
}

// entry is what a package says of a file.
type entry struct {
	name string
	mode fs.FileMode
	text string
	when int64 // in seconds since 1970
}

// unzip reads a package with the library alone.
func unzip(t testing.TB, archived []byte) []entry {
	t.Helper()
	opened, err := zip.NewReader(bytes.NewReader(archived), int64(len(archived)))
	if err != nil {
		t.Fatal(err)
	}
	var all []entry
	for _, f := range opened.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entry{f.Name, f.Mode(), string(data), f.Modified.Unix()})
	}
	return all
}
