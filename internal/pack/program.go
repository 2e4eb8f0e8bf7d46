package pack

import (
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
)

// howToBuild ends every refusal of a program.
const howToBuild = "build it with CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build -trimpath"

// Reader is the import path of the one program that reads a configuration
// folder. It tells packages apart that were mixed up. It proves nothing: any
// program can be built under that path, and only the checksums of a release
// tell whose it is.
const Reader = "stopdesktops/functions/stopdesktops"

// Sized is bytes that can be read at any place, such as a *bytes.Reader, or an
// *io.SectionReader over a file.
type Sized interface {
	io.ReaderAt
	Size() int64
}

// checkProgram refuses what the go1 runtime cannot start, which is every
// program but a linux/amd64 one, and what would not come out alike elsewhere.
// A program that needs shared libraries is refused as well: the runtime's image
// is an old Debian, and what was linked against newer ones dies at the start.
func checkProgram(program Sized) (*debug.BuildInfo, error) {
	file, err := elf.NewFile(program)
	if err != nil {
		return nil, fmt.Errorf("the program is not for Linux, or is damaged (%w); %s", err, howToBuild)
	}
	if file.Class != elf.ELFCLASS64 || file.Machine != elf.EM_X86_64 {
		return nil, fmt.Errorf("the program is for another processor (%v, %v), and the go1 runtime has amd64 only; %s", file.Machine, file.Class, howToBuild)
	}
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP {
			return nil, errors.New("the program is dynamically linked: it asks for a loader and libraries that the function's machine may lack; " + howToBuild)
		}
	}
	// A library has no loader either, but another type.
	if file.Type != elf.ET_EXEC {
		return nil, fmt.Errorf("this is not a program that can be started (%v); %s", file.Type, howToBuild)
	}
	return checkBuild(program)
}

// checkBuild reads how the program was built. ELF does not always say for which
// system a program is, and never whether it holds paths of the machine that
// built it; the Go toolchain notes both.
func checkBuild(program Sized) (*debug.BuildInfo, error) {
	info, err := buildinfo.Read(program)
	if err != nil {
		return nil, fmt.Errorf("the program does not say how it was built (%w), so it is no Go program, or its notes were stripped; %s", err, howToBuild)
	}
	for _, want := range []struct{ key, value, otherwise string }{
		{"GOOS", "linux", "is for another system"},
		{"GOARCH", "amd64", "is for another processor"},
		{"-trimpath", "true", "holds paths of the machine that built it"},
	} {
		if setting(info, want.key) != want.value {
			return nil, fmt.Errorf("the program %s (its build notes lack %s=%s); %s", want.otherwise, want.key, want.value, howToBuild)
		}
	}
	return info, nil
}

// setting is a note of the build, or nothing.
func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
