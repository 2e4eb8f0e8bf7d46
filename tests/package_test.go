package tests

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/fc"
)

// made are the files of `make package`.
var made = []string{"SHA256SUMS", "slackcmd.cdx.json", "slackcmd.zip", "stopdesktops.cdx.json", "stopdesktops.zip"}

// TestPackages makes the packages in two folders, with the end-to-end tests'
// configuration: the bytes are the same. What is in them stops desktops, the
// configuration beside the program included.
func TestPackages(t *testing.T) {
	t.Parallel()
	const version = "v1.2.3-test"
	source := t.TempDir()
	copyTree(t, root, source)
	first, second := packagesFrom(t, source, version), packagesFrom(t, source, version)
	var sums strings.Builder
	for _, name := range made {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s has other bytes when it is made in another folder", name)
		}
		if name != "SHA256SUMS" {
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(first[name]), name)
		}
	}
	if sums.String() != string(first["SHA256SUMS"]) {
		t.Errorf("SHA256SUMS says\n%swant\n%s", first["SHA256SUMS"], sums.String())
	}

	code := map[string]string{}
	for _, name := range []string{"stopdesktops", "slackcmd"} {
		code[name] = filepath.Join(unzip(t, first[name+".zip"]), "main")
	}
	w := newWorld(t, two(), func(o *cloud.Options) {
		before := o.Function
		o.Binaries, o.Function = code, func(f *fc.Function) {
			before(f)
			delete(f.Env, "CONFIG_DIR") // so that it takes the folder beside the program
		}
	})
	if r := w.get("/healthz"); !strings.Contains(r.Text, version) {
		t.Errorf("GET /healthz: %d %s; want version %s", r.Status, r.Text, version)
	}
	r := w.postWaiting(fresh(), `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-b"]}`)
	if r.Status != http.StatusOK || r.Report == nil {
		t.Fatalf("POST /stop: %d %s", r.Status, r.Text)
	}
	wantOutcomes(t, *r.Report, map[string]core.Code{"ecd-a": core.Stopped, "ecd-b": core.Stopped})
}

// packagesFrom copies a tree to a folder of its own, makes the packages there and
// returns the files.
func packagesFrom(t *testing.T, source, version string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, source, dir)
	run := exec.CommandContext(t.Context(), "make", "package", "VERSION="+version, "CONFIG=tests/testdata/config")
	run.Dir = dir
	// The environment of a deployment is not there, so nothing of it is checked.
	run.Env = append(os.Environ(), "MAKEFLAGS=")
	if said, err := run.CombinedOutput(); err != nil {
		t.Fatalf("make package: %v\n%s", err, said)
	}
	files := map[string][]byte{}
	for _, name := range made {
		content, err := os.ReadFile(filepath.Join(dir, "dist", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = content
	}
	return files
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
func unzip(t *testing.T, archive []byte) string {
	t.Helper()
	dir := t.TempDir()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, r); err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		if err := os.Chmod(filepath.Join(dir, filepath.FromSlash(f.Name)), f.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
