package tests

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// made are the files of `make package`.
var made = []string{"SHA256SUMS", "slackcmd.cdx.json", "slackcmd.zip", "stopdesktops.cdx.json", "stopdesktops.zip"}

// TestPackages makes the packages once more, in another folder: the bytes are
// those of the packages whose programs all the tests here run.
func TestPackages(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	copyTree(t, root, source)
	first, second := t.TempDir(), t.TempDir()
	for from, to := range map[string]string{root: first, source: second} {
		if err := makePackages(from, to, "v1.2.3-test"); err != nil {
			t.Fatal(err)
		}
	}
	var sums strings.Builder
	for _, name := range made {
		one, other := read(t, filepath.Join(first, name)), read(t, filepath.Join(second, name))
		if !bytes.Equal(one, other) {
			t.Errorf("%s has other bytes when it is made in another folder", name)
		}
		if name != "SHA256SUMS" {
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(one), name)
		}
	}
	if said := string(read(t, filepath.Join(first, "SHA256SUMS"))); sums.String() != said {
		t.Errorf("SHA256SUMS says\n%swant\n%s", said, sums.String())
	}
}

// makePackages runs make package in a tree with the tests' configuration; the
// files go to another folder.
func makePackages(tree, to, version string) error {
	run := exec.Command("make", "package", "VERSION="+version, "CONFIG="+packedConfig, "OUT="+to)
	run.Dir = tree
	// The flags of a make that runs the tests are not for this one.
	run.Env = append(os.Environ(), "MAKEFLAGS=")
	if said, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("make package: %w\n%s", err, said)
	}
	return nil
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// copyTree copies what a build needs and nothing that a build made.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || name == "dist"):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), content, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unzip unpacks a package as the platform does, with the rights that it says.
func unzip(to string, archive []byte) error {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return err
	}
	if err := os.CopyFS(to, r); err != nil {
		return err
	}
	for _, f := range r.File {
		if err := os.Chmod(filepath.Join(to, filepath.FromSlash(f.Name)), f.Mode()); err != nil {
			return err
		}
	}
	return nil
}
