package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"stopdesktops/internal/pack"
)

// Names in the folder that packages go to.
const (
	zipExt    = ".zip"
	billExt   = ".cdx.json"
	sumsFile  = "SHA256SUMS"
	stopsName = "stopdesktops" // the one function that reads configuration files
)

const packageHelp = `
Makes the code package of every program that it is given, with a bill of materials
beside it, and the checksums of all. A package has its program's name; that of
stopdesktops holds the configuration folder as well, which is checked first, as
check does. make package builds the programs and does this.
`

func packageCommand() *command {
	var dir, to, stamped string
	f := newFlags("package")
	configFlag(f, &dir)
	f.StringVar(&to, "out", "dist", "the `folder` that the packages go to")
	f.StringVar(&stamped, "version", "", "the `version` that the programs were stamped with; required")
	return &command{name: "package", args: "<program>...", what: "Make the code packages of programs that were just built.", more: packageHelp, flags: f,
		do: func(_ context.Context, t *terminal, programs []string) error {
			switch {
			case len(programs) == 0:
				return usagef("package wants the programs to pack")
			case stamped == "":
				return usagef("package wants --version, such as v1.2.0")
			}
			return t.packages(programs, t.folderOf(dir), to, stamped)
		}}
}

func (t *terminal) packages(programs []string, dir, to, version string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("make the folder of the packages: %w", err)
	}
	var names []string
	for _, program := range programs {
		made, err := t.packOne(program, dir, to, version)
		if err != nil {
			return fmt.Errorf("pack %s: %w", program, err)
		}
		names = append(names, made...)
	}
	var sums bytes.Buffer
	if err := pack.Checksums(&sums, os.DirFS(to), names...); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(to, sumsFile), sums.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the checksums: %w", err)
	}
	_, err := t.out.Write(sums.Bytes())
	return err
}

// packOne makes one package and its bill, and returns their names.
func (t *terminal) packOne(program, dir, to, version string) ([]string, error) {
	binary, err := readRegular(program, pack.MaxUnpacked)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(program)
	p := pack.Package{Program: bytes.NewReader(binary)}
	if name == stopsName {
		p.Config = os.DirFS(dir)
		p.Check = func(f fs.FS) error { return t.look(dir, f).err }
	}
	var zipped, bill bytes.Buffer
	if _, err := pack.Write(&zipped, p); err != nil {
		return nil, err
	}
	if err := pack.SBOM(&bill, p.Program, pack.Bill{Version: version}); err != nil {
		return nil, err
	}
	files := map[string][]byte{name + zipExt: zipped.Bytes(), name + billExt: bill.Bytes()}
	var names []string
	for file, content := range files {
		if err := os.WriteFile(filepath.Join(to, file), content, 0o644); err != nil {
			return nil, fmt.Errorf("write %s: %w", file, err)
		}
		names = append(names, file)
	}
	slices.Sort(names)
	return names, nil
}
