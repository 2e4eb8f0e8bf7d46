package pack

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
	"testing"
)

// image is a linux/amd64 program as small as the checks let it be: an ELF head,
// and one segment with the notes of a Go build. It cannot run.
type image struct {
	class   elf.Class
	machine elf.Machine
	kind    elf.Type
	loader  bool // it asks for a loader, as dynamically linked programs do
	foreign bool // no Go toolchain built it
	notes   string
}

const goodNotes = "path\tstopdesktops/functions/stopdesktops\n" +
	"mod\tstopdesktops\t(devel)\t\n" +
	"dep\tgithub.com/BurntSushi/toml\tv1.4.0\th1:kuoIxZQy2WRRk1pttg9asf+WVv6tWQuBNVmK8+nqPr0=\n" +
	"dep\texample.com/old\tv2.0.0+incompatible\th1:AAAA\n" +
	"dep\texample.com/from\tv1.0.0\n" +
	"=>\texample.com/to\tv1.0.1\th1:BBBB\n" +
	"build\t-trimpath=true\n" +
	"build\tCGO_CFLAGS=-I/home/alice/include\n" +
	"build\tCGO_ENABLED=0\n" +
	"build\tGOARCH=amd64\n" +
	"build\tGOOS=linux\n" +
	"build\tvcs.revision=0123456789abcdef0123456789abcdef01234567\n"

// slackcmd is what good is, for the function that reads no configuration.
func slackcmd() image {
	i := good()
	i.notes = strings.Replace(i.notes, "functions/stopdesktops", "functions/slackcmd", 1)
	return i
}

func good() image {
	return image{class: elf.ELFCLASS64, machine: elf.EM_X86_64, kind: elf.ET_EXEC, notes: goodNotes}
}

// bytes lays the image out: head, segment table, data.
func (i image) bytes() []byte {
	const head, entry = 64, 56
	segments := []elf.Prog64{{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W), Vaddr: 0x10000}}
	if i.loader {
		segments = append(segments, elf.Prog64{Type: uint32(elf.PT_INTERP), Flags: uint32(elf.PF_R)})
	}
	data := goData("go1.26.0", i.notes)
	if i.foreign {
		data = make([]byte, 64)
	}
	start := uint64(head+entry*len(segments)+15) / 16 * 16
	for n := range segments {
		segments[n].Off, segments[n].Filesz, segments[n].Memsz = start, uint64(len(data)), uint64(len(data))
	}
	h := elf.Header64{Type: uint16(i.kind), Machine: uint16(i.machine), Version: 1, Phoff: head, Ehsize: head, Phentsize: entry, Phnum: uint16(len(segments))}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION] = byte(i.class), byte(elf.ELFDATA2LSB), 1
	var out bytes.Buffer
	for _, part := range []any{h, segments} {
		if err := binary.Write(&out, binary.LittleEndian, part); err != nil {
			panic(err)
		}
	}
	out.Write(make([]byte, int(start)-out.Len()))
	out.Write(data)
	return out.Bytes()
}

// goData is how the toolchain writes its notes, by package debug/buildinfo:
// magic, pointer size, flag for text in place, then release and modules, each
// after its length, the latter between two marks of sixteen bytes.
func goData(release, modules string) []byte {
	data := append([]byte("\xff Go buildinf:"), 8, 2)
	data = append(data, make([]byte, 32-len(data))...)
	mark := strings.Repeat("m", 15)
	for _, text := range []string{release, mark + "<" + modules + "\n" + mark} {
		data = binary.AppendUvarint(data, uint64(len(text)))
		data = append(data, text...)
	}
	return append(data, 0)
}

func TestProgram(t *testing.T) {
	change := func(do func(*image)) []byte {
		i := good()
		do(&i)
		return i.bytes()
	}
	note := func(old, new string) []byte {
		return change(func(i *image) { i.notes = strings.Replace(i.notes, old, new, 1) })
	}
	for _, c := range []struct {
		name    string
		program []byte
		want    string // a part of the error; none where empty
	}{
		{"static", good().bytes(), ""},
		{"empty", nil, "not for Linux, or is damaged"},
		{"a script", []byte("#!/bin/sh\nexec ./main\n"), "not for Linux, or is damaged"},
		{"for Windows", append([]byte("MZ"), make([]byte, 200)...), "not for Linux, or is damaged"},
		{"cut short", good().bytes()[:100], "not for Linux, or is damaged"},
		{"arm64", change(func(i *image) { i.machine = elf.EM_AARCH64 }), "another processor (EM_AARCH64"},
		{"32 bit", change(func(i *image) { i.machine = elf.EM_386 }), "another processor (EM_386"},
		{"an object file", change(func(i *image) { i.kind = elf.ET_REL }), "not a program that can be started (ET_REL)"},
		{"a library", change(func(i *image) { i.kind = elf.ET_DYN }), "not a program that can be started (ET_DYN)"},
		{"dynamic", change(func(i *image) { i.loader = true }), "dynamically linked"},
		{"no notes", change(func(i *image) { i.foreign = true }), "does not say how it was built"},
		{"for FreeBSD", note("GOOS=linux", "GOOS=freebsd"), "for another system"},
		{"notes of arm64", note("GOARCH=amd64", "GOARCH=arm64"), "for another processor"},
		{"with paths", note("build\t-trimpath=true\n", ""), "holds paths of the machine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			_, err := Write(&out, Package{Program: bytes.NewReader(c.program)})
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), howToBuild) {
				t.Fatalf("got %v, want an error with %q that says how to build", err, c.want)
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes were written all the same", out.Len())
			}
		})
	}
}

// The libraries that read a program do not promise to stand hostile ones, and
// Repack gives them what came in a zip from anywhere.
func FuzzProgram(f *testing.F) {
	dynamic, foreign, library := good(), good(), good()
	dynamic.loader, foreign.foreign, library.kind = true, true, elf.ET_DYN
	for _, i := range []image{good(), dynamic, foreign, library} {
		f.Add(i.bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := checkProgram(bytes.NewReader(data))
		if (info == nil) != (err != nil) {
			t.Fatalf("got %v and error %v", info, err)
		}
		var out bytes.Buffer
		if err := SBOM(&out, bytes.NewReader(data), Bill{Version: "v1"}); err != nil && out.Len() > 0 {
			t.Errorf("%d bytes were written beside the error %v", out.Len(), err)
		}
	})
}
