package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// released is a package of a small program with what lies beside it.
type released struct{ dir, zip, sums, bill, mine string }

func makeRelease(t *testing.T) released {
	t.Helper()
	program := buildSmall(t, "stopdesktops", "functions/stopdesktops")
	dir := filepath.Join(t.TempDir(), "dist")
	if code, out, complaints := call(t, "package", "--config", "../../config", "--version", "v1.2.0", "--out", dir, program); code != exitOK {
		t.Fatalf("exit %d: %s%s", code, out, complaints)
	}
	mine := filepath.Join(t.TempDir(), "mine")
	write(t, filepath.Join(mine, "policy.cedar"), "permit (principal is Operator, action, resource);\n")
	return released{dir, filepath.Join(dir, "stopdesktops.zip"), filepath.Join(dir, "SHA256SUMS"), filepath.Join(dir, "stopdesktops.cdx.json"), mine}
}

// pack packs and returns what was said. Where it is refused, nothing may be
// written.
func (r released) pack(t *testing.T, flags ...string) (code int, out, complaints string) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "out.zip")
	args := append([]string{"pack", "--config", r.mine, "--out", to}, flags...)
	code, out, complaints = call(t, append(args, r.zip)...)
	if _, err := os.Stat(to); (err == nil) != (code == exitOK) {
		t.Errorf("exit %d, and the package is there: %t", code, err == nil)
	}
	return code, out, complaints
}

func sumOf(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(content))
}

// moved is the release under another name in a folder of its own, with the files
// beside it that are named.
func (r released) moved(t *testing.T, name string, beside ...string) released {
	t.Helper()
	to := t.TempDir()
	for _, file := range append(beside, r.zip) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		as := filepath.Base(file)
		if file == r.zip {
			as = name
		}
		write(t, filepath.Join(to, as), string(content))
	}
	return released{to, filepath.Join(to, name), filepath.Join(to, "SHA256SUMS"), filepath.Join(to, "stopdesktops.cdx.json"), r.mine}
}

// TestPackSaysWhatItPacks holds what is printed of the package and the program to
// the files themselves.
func TestPackSaysWhatItPacks(t *testing.T) {
	r := makeRelease(t)
	program := fmt.Sprintf("%x", sha256.Sum256([]byte(content(t, r.zip, "main"))))
	lines := func(base, version string) string {
		return fmt.Sprintf("base: %s\nprogram: stopdesktops/functions/stopdesktops, %s, go1.", base, version)
	}
	unsummed, bare := r.moved(t, "stopdesktops.zip", r.bill), r.moved(t, "stopdesktops-1.2.0.zip")
	renamed := r.moved(t, "stopdesktops-1.2.0.zip", r.sums, r.bill)
	foreign := r.moved(t, "stopdesktops.zip")
	write(t, foreign.bill, "{}")
	sumless := r.moved(t, "stopdesktops.zip", r.bill)
	write(t, sumless.sums, sumOf(t, sumless.zip)+"  stopdesktops.zip\n")
	for _, c := range []struct {
		name string
		of   released
		want string
	}{
		{"whole", r, lines(r.zip+", sha256 "+sumOf(t, r.zip)+", as "+r.sums+" has it", "version v1.2.0 by stopdesktops.cdx.json")},
		{"no sums", unsummed, lines(unsummed.zip+", sha256 "+sumOf(t, r.zip)+"; no SHA256SUMS lies beside it: compare this with the release's", "version v1.2.0 by stopdesktops.cdx.json")},
		{"alone", bare, lines(bare.zip+", sha256 "+sumOf(t, r.zip)+"; no SHA256SUMS lies beside it: compare this with the release's", "version not known: no stopdesktops-1.2.0.cdx.json lies beside the package")},
		{"renamed", renamed, lines(renamed.zip+", sha256 "+sumOf(t, r.zip)+", as "+renamed.sums+" has it", "version not known: no stopdesktops-1.2.0.cdx.json lies beside the package")},
		{"a bill that says nothing", foreign, lines(foreign.zip+", sha256 "+sumOf(t, r.zip)+"; no SHA256SUMS lies beside it: compare this with the release's", "version not known by stopdesktops.cdx.json: it names no program")},
		{"a bill without a sum", sumless, lines(sumless.zip+", sha256 "+sumOf(t, r.zip)+", as "+sumless.sums+" has it", "version not known: "+sumless.sums+" has no sum of stopdesktops.cdx.json")},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, complaints := c.of.pack(t)
			if code != exitOK || !strings.HasPrefix(out, c.want) || !strings.Contains(out, ", sha256 "+program+"\n") {
				t.Errorf("exit %d: %s%s\nwant it to begin\n%s", code, out, complaints, c.want)
			}
		})
	}
}

// TestPackComparesSums changes the package, or what lies beside it.
func TestPackComparesSums(t *testing.T) {
	r := makeRelease(t)
	zeros := strings.Repeat("0", 64)
	for _, c := range []struct {
		name   string
		change func(t *testing.T, r released) (flags []string)
		want   []string // parts of the complaint; none where it packs
	}{
		{"the package", func(t *testing.T, r released) []string {
			z, err := os.OpenFile(r.zip, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer z.Close()
			if _, err := z.WriteString("\n"); err != nil {
				t.Fatal(err)
			}
			return nil
		}, []string{"SHA256SUMS says: stopdesktops.zip: found sha256 ", "; want " + sumOf(t, r.zip), "nothing was written"}},
		{"the bill", func(t *testing.T, r released) []string { write(t, r.bill, "{}"); return nil },
			[]string{"stopdesktops.cdx.json: found sha256 ", "; want " + sumOf(t, r.bill)}},
		{"the sums", func(t *testing.T, r released) []string { write(t, r.sums, zeros+"  stopdesktops.zip\n"); return nil },
			[]string{"stopdesktops.zip: found sha256 " + sumOf(t, r.zip) + "; want " + zeros}},
		{"sums of others", func(t *testing.T, r released) []string { write(t, r.sums, zeros+"  x.zip\n"); return nil },
			[]string{"stopdesktops.zip: found sha256 " + sumOf(t, r.zip) + ": no line has its name or its sum", `"x.zip"`}},
		{"sums that are none", func(t *testing.T, r released) []string { write(t, r.sums, "<html>"); return nil },
			[]string{"the checksums in ", "line 1 is no checksum"}},
		{"sums that were named", func(t *testing.T, r released) []string {
			write(t, r.sums, "<html>")
			named := filepath.Join(t.TempDir(), "sums")
			write(t, named, sumOf(t, r.zip)+"  stopdesktops.zip\n")
			return []string{"--sums", named}
		}, nil},
		{"sums that were named and contradict", func(t *testing.T, r released) []string {
			named := filepath.Join(t.TempDir(), "sums")
			write(t, named, zeros+"  stopdesktops.zip\n")
			return []string{"--sums", named}
		}, []string{"/sums says: stopdesktops.zip: found sha256 ", "; want " + zeros}},
		{"sums that were named and are not there", func(t *testing.T, r released) []string { return []string{"--sums", r.sums + "x"} },
			[]string{"the checksums in ", "SHA256SUMSx", "no such file"}},
		{"sums without end", func(t *testing.T, r released) []string { return []string{"--sums", "/dev/zero"} },
			[]string{"the checksums in /dev/zero cannot be read", "no regular file"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := r.moved(t, "stopdesktops.zip", r.sums, r.bill)
			code, out, complaints := r.pack(t, c.change(t, r)...)
			if (code == exitOK) != (c.want == nil) || code != exitOK && out != "" {
				t.Errorf("exit %d: %s%s", code, out, complaints)
			}
			for _, want := range c.want {
				if !strings.Contains(complaints, want) {
					t.Errorf("it says %s, want %q", complaints, want)
				}
			}
		})
	}
}

// TestPackRefusesOtherPrograms has packages whose program is a good one for the
// runtime, and another than ours.
func TestPackRefusesOtherPrograms(t *testing.T) {
	mine := makeRelease(t).mine
	for path, module := range map[string]string{"example.com/evil": "example.com/evil", "stopdesktops/functions/slackcmd": "stopdesktops", "stopdesktops/cmd/stopdesktops": "stopdesktops"} {
		program := buildSmall(t, module, strings.TrimPrefix(strings.TrimPrefix(path, module), "/"))
		base := filepath.Join(t.TempDir(), "stopdesktops-1.2.0.zip")
		zipUp(t, base, program)
		code, out, complaints := released{zip: base, mine: mine}.pack(t)
		if code != exitFailed || out != "" || !strings.Contains(complaints, `the program is "`+path+`", and a configuration is packed with stopdesktops/functions/stopdesktops alone`) {
			t.Errorf("%s: exit %d: %s%s", path, code, out, complaints)
		}
	}
}

// zipUp makes a zip that holds a program as main.
func zipUp(t *testing.T, to, program string) {
	t.Helper()
	text, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("main")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, to, out.String())
}
