package pack

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"testing"
)

// part is an entry of a zip that somebody made by hand.
type part struct {
	zip.FileHeader
	data []byte
	raw  bool // data goes in as it is, under the sizes and sums of the header
}

func regular(name string, data []byte) part {
	return part{FileHeader: zip.FileHeader{Name: name, Method: zip.Deflate}, data: data}
}

func special(name string, mode fs.FileMode) part {
	p := regular(name, []byte("/etc/passwd"))
	p.SetMode(mode)
	return p
}

func byHand(t testing.TB, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		create := w.CreateHeader
		if p.raw {
			create = w.CreateRaw
		}
		to, err := create(&p.FileHeader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(p.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// deflated is zeros, as a zip holds them.
func deflated(t testing.TB, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// liar is an entry that unpacks to n zeros and declares another size.
func liar(t testing.TB, name string, n int, declared uint64) part {
	data := deflated(t, n)
	return part{zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: uint64(len(data)), UncompressedSize64: declared}, data, true}
}

// hostile is every zip that Repack must refuse, with a part of what it says.
func hostile(t testing.TB) map[string]struct {
	zip  []byte
	want string
} {
	main := regular("main", good().bytes())
	stored := part{zip.FileHeader{Name: "main", CompressedSize64: 4, UncompressedSize64: 4}, []byte("main"), true}
	locked := stored
	locked.Flags = 0x1
	strange := stored
	strange.Method = 99
	many := []part{main}
	for i := range MaxConfigFiles + 1 {
		many = append(many, regular(fmt.Sprintf("config/%d.yaml", i), nil))
	}
	arm := good()
	arm.machine = 183
	valid := byHand(t, main)
	damaged := bytes.Clone(valid)
	damaged[bytes.Index(damaged, []byte("main"))+40] ^= 0xff
	huge := binary.LittleEndian.AppendUint32([]byte("PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff"), 0xffff_fff0)
	return map[string]struct {
		zip  []byte
		want string
	}{
		"nothing":                  {nil, "cannot be read as a zip"},
		"no zip":                   {[]byte("this is no zip at all, but long enough for one"), "cannot be read as a zip"},
		"half a zip":               {valid[:len(valid)/2], "cannot be read as a zip"},
		"a directory that lies":    {append(huge, make([]byte, 6)...), "cannot be read as a zip"},
		"an empty zip":             {byHand(t), "the file main is missing"},
		"no main":                  {byHand(t, regular("config/policy.cedar", nil)), "the file main is missing"},
		"another program's name":   {byHand(t, regular("bootstrap", good().bytes())), `"bootstrap"`},
		"main in a folder":         {byHand(t, regular("dist/main", good().bytes())), `"dist/main"`},
		"something beside":         {byHand(t, main, regular("README.md", nil)), `"README.md"`},
		"an absolute path":         {byHand(t, main, regular("/etc/cron.d/x", nil)), `"/etc/cron.d/x"`},
		"an absolute path within":  {byHand(t, main, regular("config//etc/passwd", nil)), `"config//etc/passwd"`},
		"a path upwards":           {byHand(t, main, regular("../main", nil)), `"../main"`},
		"a path up and down":       {byHand(t, main, regular("config/../../main", nil)), `"config/../../main"`},
		"a path by backslash":      {byHand(t, main, regular(`config/..\..\main`, nil)), `"config/..\\..\\main"`},
		"a disk":                   {byHand(t, main, regular("config/C:/x", nil)), `"config/C:/x"`},
		"a name with a zero":       {byHand(t, main, regular("config/a\x00.yaml", nil)), `"config/a\x00.yaml"`},
		"a name with a line break": {byHand(t, main, regular("config/a\nadded: b", nil)), `"config/a\nadded: b"`},
		"a long name":              {byHand(t, main, regular("config/"+strings.Repeat("a", maxName), nil)), "longer than 200 bytes"},
		"a link":                   {byHand(t, main, special("config/policy.cedar", fs.ModeSymlink|0o777)), "a symbolic link"},
		"main is a link":           {byHand(t, special("main", fs.ModeSymlink|0o777)), "a symbolic link"},
		"a device":                 {byHand(t, main, special("config/x", fs.ModeDevice|0o666)), "a device, pipe or socket"},
		"main with special rights": {byHand(t, special("main", fs.ModeSetuid|0o755)), "special rights"},
		"a folder":                 {byHand(t, main, regular("config/", nil)), `"config/"`},
		"main twice":               {byHand(t, main, main), `"main" twice`},
		"a file twice":             {byHand(t, main, regular("config/a", nil), regular("config/a", nil)), `"config/a" twice`},
		"twice but for capitals":   {byHand(t, main, regular("config/a", nil), regular("config/A", nil)), `"config/A" twice`},
		"too many files":           {byHand(t, many...), "502 entries"},
		"encrypted":                {byHand(t, locked), "encrypted"},
		"an unknown method":        {byHand(t, strange), "unpack \"main\""},
		"no checksum":              {byHand(t, stored), "checksum"},
		"a damaged program":        {damaged, "unpack \"main\""},
		"a declared bomb":          {byHand(t, liar(t, "main", 1, 1<<40)), "would unpack to more than 500.0 MB"},
		"the largest number":       {byHand(t, liar(t, "main", 1, 1<<64-1)), "would unpack to more than 500.0 MB"},
		"a sum that wraps around":  {byHand(t, liar(t, "main", 1, 1<<64-1), liar(t, "config/a", 1, 1)), "would unpack to more than 500.0 MB"},
		"a bomb in parts":          {byHand(t, liar(t, "main", 1, MaxUnpacked), liar(t, "config/a", 1, 1)), "would unpack to more than 500.0 MB"},
		"a bomb of configuration":  {byHand(t, main, liar(t, "config/a", 1, MaxConfig), liar(t, "config/b", 1, 1)), "configuration would unpack to more than 16.0 MB"},
		"a hidden bomb":            {byHand(t, liar(t, "main", 1_000_000, 10)), "unpack \"main\": zip: not a valid zip file"},
		"a size too large":         {byHand(t, liar(t, "main", 10, 50)), "unpack \"main\""},
		"main is no program":       {byHand(t, regular("main", []byte("#!/bin/sh\n"))), "not for Linux"},
		"main for arm":             {byHand(t, regular("main", arm.bytes())), "another processor"},
	}
}

func TestHostileZips(t *testing.T) {
	for name, c := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			_, err := Repack(&out, bytes.NewReader(c.zip), configA(), fine)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes were written all the same", out.Len())
			}
		})
	}
}

// A zip beyond the limit is refused by its size alone.
func TestHugeZip(t *testing.T) {
	if _, err := Repack(&bytes.Buffer{}, huge{}, configA(), fine); err == nil || !strings.Contains(err.Error(), "no package has more than 75.0 MB") {
		t.Errorf("got %v", err)
	}
}

// A bomb is stopped where it says more than it declared, not where it ends.
func TestHiddenBombStaysSmall(t *testing.T) {
	bomb := byHand(t, liar(t, "main", 20_000_000, 10))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := readReleased(bytes.NewReader(bomb)); err == nil {
		t.Error("it was read")
	}
	runtime.ReadMemStats(&after)
	if took, most := after.TotalAlloc-before.TotalAlloc, uint64(1_000_000); took > most {
		t.Errorf("it took %d bytes of memory, want at most %d", took, most)
	}
}

// A package that people's tools made of our files, without modes or with them
// off, still holds the same program; it comes out as ours.
func TestOtherToolsPackage(t *testing.T) {
	stored := regular("main", good().bytes())
	stored.Method = zip.Store
	stored.SetMode(0o600)
	var out bytes.Buffer
	if _, err := Repack(&out, bytes.NewReader(byHand(t, stored, regular("config/old.yaml", nil))), configA(), fine); err != nil {
		t.Fatal(err)
	}
	if want, _ := mustWrite(t, good().bytes(), configA()); !bytes.Equal(out.Bytes(), want) {
		t.Error("the result is another package")
	}
}

func FuzzRepack(f *testing.F) {
	for _, c := range hostile(f) {
		if len(c.zip) < 10_000 {
			f.Add(c.zip)
		}
	}
	f.Add(byHand(f, regular("main", good().bytes()), regular("config/a/b.yaml", []byte("x"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		change, err := Repack(&out, bytes.NewReader(data), configA(), fine)
		if err != nil {
			if out.Len() > 0 {
				t.Errorf("%d bytes were written beside the error %v", out.Len(), err)
			}
			return
		}
		var was string
		for _, e := range unzip(t, data) {
			if e.name == mainName {
				was = e.text
			}
		}
		got := unzip(t, out.Bytes())
		if last := got[len(got)-1]; len(got) != 5 || last != (entry{"main", 0o755, was, epoch.Unix()}) {
			t.Errorf("the result holds %d entries, or another program", len(got))
		}
		if n := len(change.Added) + len(change.Replaced) + len(change.Kept); n != 4 {
			t.Errorf("%d files are accounted for, want 4:\n%s", n, change)
		}
	})
}
