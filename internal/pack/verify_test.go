package pack

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

func TestSums(t *testing.T) {
	abc, empty := sum([]byte("abc")), sum(nil)
	text := strings.ToUpper(abc) + "  stopdesktops.zip\n\n" + empty + " *slackcmd.zip\r\n"
	for _, c := range []struct {
		name, file, content string
		want                string // a part of the error; none where empty
	}{
		{"as it was released", "stopdesktops.zip", "abc", ""},
		{"in binary mode", "slackcmd.zip", "", ""},
		{"renamed", "stopdesktops-1.2.0.zip", "abc", ""},
		{"changed", "stopdesktops.zip", "abcd", "stopdesktops.zip: found sha256 " + sum([]byte("abcd")) + "; want " + abc},
		{"another file under its name", "stopdesktops.zip", "", "stopdesktops.zip: found sha256 " + empty + "; want " + abc},
		{"changed and renamed", "s.zip", "abcd", "s.zip: found sha256 " + sum([]byte("abcd")) + `: no line has its name or its sum; the lines are of "stopdesktops.zip", "slackcmd.zip"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sums, err := ReadSums([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			err = sums.Check(c.file, []byte(c.content))
			if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if unlisted := c.name == "changed and renamed"; errors.Is(err, ErrUnlisted) != unlisted {
				t.Errorf("unlisted: %t, want %t", !unlisted, unlisted)
			}
		})
	}
	// Two lines of one file that differ are a quarrel that nobody here can settle.
	sums, err := ReadSums([]byte(abc + "  a.zip\n" + empty + "  a.zip\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"abc", ""} {
		if sums.Check("a.zip", []byte(content)) == nil {
			t.Errorf("%q passes by one of two lines", content)
		}
	}
}

// What Checksums writes, Sums reads.
func TestSumsOfOurs(t *testing.T) {
	var out bytes.Buffer
	if err := Checksums(&out, fstest.MapFS{"a.zip": {Data: []byte("a")}, "b.zip": {Data: []byte("b")}}, "a.zip", "b.zip"); err != nil {
		t.Fatal(err)
	}
	sums, err := ReadSums(out.Bytes())
	if err != nil || sums.Check("b.zip", []byte("b")) != nil || sums.Check("a.zip", []byte("b")) == nil {
		t.Errorf("read as %v, error %v", sums, err)
	}
}

func TestSumsRefusals(t *testing.T) {
	line := sum(nil) + "  a.zip\n"
	for text, want := range map[string]string{
		"":                                    "holds no checksum",
		"\n\n":                                "holds no checksum",
		"<html>":                              "line 1 is no checksum",
		line + "a.zip\n":                      "line 2 is no checksum",
		line[1:]:                              "line 1 is no checksum",
		strings.Replace(line, "  ", "   ", 1): "line 1 is no checksum",
		`\` + line:                            "line 1 is no checksum",
		sum(nil) + "  \n":                     "line 1 is no checksum",
	} {
		if _, err := ReadSums([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestVersionIn(t *testing.T) {
	program := good().bytes()
	bill, _ := mustBill(t, program, Bill{Version: "v1.2.0-3-gabcdef0-dirty"})
	if version, err := VersionIn(bill, sum(program)); version != "v1.2.0-3-gabcdef0-dirty" || err != nil {
		t.Errorf("got %q, error %v", version, err)
	}
	odd, _ := mustBill(t, program, Bill{Version: "v1\nbase: x"})
	for _, c := range []struct{ name, bill, want string }{
		{"another program's", string(mustReplace(t, bill, sum(program), sum(nil))), "of another program"},
		{"no JSON", "v1.2.0", "no bill"},
		{"empty", "{}", "names no program"},
		{"no hashes", `{"metadata":{"component":{"version":"v1"}}}`, "names no program"},
		{"two lines", string(odd), "no version"},
	} {
		if version, err := VersionIn([]byte(c.bill), sum(program)); version != "" || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %q, error %v, want %q", c.name, version, err, c.want)
		}
	}
}

func mustReplace(t *testing.T, in []byte, old, new string) []byte {
	t.Helper()
	out := bytes.ReplaceAll(in, []byte(old), []byte(new))
	if bytes.Equal(in, out) {
		t.Fatalf("nothing says %s", old)
	}
	return out
}
