package truth

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// spare are copies of the tree that no test works in. A copy is some hundred files,
// and a seed changes one of them, so copies are put right and used again.
var spare = make(chan string, 64)

// borrowTree returns a copy of the tree as it is, for the time of the test.
func borrowTree(t *testing.T) string {
	t.Helper()
	select {
	case dir := <-spare:
		t.Cleanup(func() { spare <- dir })
		return dir
	default:
	}
	dir, err := os.MkdirTemp(copies, "tree-")
	if err == nil {
		err = copyTree(dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { spare <- dir })
	return dir
}

// copies is the folder of the copies.
var copies string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if copies, err = os.MkdirTemp("", "truth-"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(copies)
		return m.Run()
	}())
}

// copyTree copies what the test reads: no tests and no samples.
func copyTree(to string) error {
	for _, name := range looked {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(name)), func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return filepath.SkipDir
			case entry.IsDir() || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			at, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			at = filepath.Join(to, at)
			return errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, text, 0o600))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plant replaces the first place where a file says old, until the test ends.
func plant(t *testing.T, file, old, replacement string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), old, replacement, 1)
	if changed == string(text) {
		t.Fatalf("%s does not say %q", file, old)
	}
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Error(err)
		}
	})
}
