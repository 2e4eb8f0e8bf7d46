package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// buildSmall builds a program that does nothing, as the programs of packages are
// built, under an import path of a module.
func buildSmall(t *testing.T, module, path string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "src", "go.mod"), "module "+module+"\n\ngo 1.26\n")
	write(t, filepath.Join(dir, "src", filepath.FromSlash(path), "main.go"), "package main\n\nfunc main() {}\n")
	program := filepath.Join(dir, "bin", "stopdesktops")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./"+path)
	build.Dir = filepath.Join(dir, "src")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOWORK=off", "GOFLAGS=")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return program
}

// TestPackReplacesTheFolder makes a package of a small program and puts another
// configuration folder into it.
func TestPackReplacesTheFolder(t *testing.T) {
	dir := t.TempDir()
	program := buildSmall(t, "stopdesktops", "functions/stopdesktops")
	mine := filepath.Join(dir, "mine")
	write(t, filepath.Join(mine, "policy.cedar"), "permit (principal is Operator, action, resource);\n")

	code, out, complaints := call(t, "package", "--config", "../../config", "--version", "v1.2.0", "--out", filepath.Join(dir, "dist"), program)
	if code != exitOK || !strings.Contains(out, "stopdesktops.zip") {
		t.Fatalf("exit %d: %s%s", code, out, complaints)
	}
	base, packed := filepath.Join(dir, "dist", "stopdesktops.zip"), filepath.Join(dir, "mine.zip")
	code, out, complaints = call(t, "pack", "--config", mine, "--out", packed, base)
	if code != exitOK || !strings.Contains(out, "removed: config/timers.yaml") || !strings.Contains(out, "replaced: config/policy.cedar") || !strings.Contains(out, "sha256 ") {
		t.Fatalf("exit %d: %s%s", code, out, complaints)
	}
	if got := content(t, packed, "config/policy.cedar"); !strings.Contains(got, "principal is Operator") {
		t.Errorf("the package holds %q", got)
	}
	if content(t, packed, "main") != content(t, base, "main") {
		t.Error("the program is another one")
	}

	// A folder with a mistake is not packed, and what was there stays.
	write(t, filepath.Join(mine, "policy.cedar"), "permit (principal is Operater, action, resource);\n")
	before, err := os.ReadFile(packed)
	if err != nil {
		t.Fatal(err)
	}
	code, out, complaints = call(t, "pack", "--config", mine, "--out", packed, base)
	after, err := os.ReadFile(packed)
	if code != exitFailed || out != "" || !strings.Contains(complaints, "there is no entity type Operater") || err != nil || !bytes.Equal(before, after) {
		t.Errorf("exit %d, changed %t: %s%s", code, !bytes.Equal(before, after), out, complaints)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".pack-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}

	for _, args := range [][]string{{"pack", base}, {"pack", "--out", packed}, {"package", "--version", "v1"}, {"package", program}} {
		if code, _, _ := call(t, args...); code != exitUsage {
			t.Errorf("%v: exit %d", args, code)
		}
	}
	if code, _, complaints := call(t, "pack", "--out", packed, filepath.Join(dir, "none.zip")); code != exitFailed || !strings.Contains(complaints, "the package cannot be read") {
		t.Errorf("exit %d: %s", code, complaints)
	}
}

func content(t *testing.T, archive, name string) string {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("%s has no %s", archive, name)
	}
	f, err := z.File[i].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
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
