package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"stopdesktops/internal/pack"
)

const packHelp = `
  stopdesktops pack --config my-config --out stopdesktops.zip stopdesktops-1.2.0.zip

Puts a company's own configuration folder into a released package, without a
compiler: the program stays as it is, and the folder in the package is replaced
whole. The folder is checked first, as check does.

The package is compared with the release's checksums: those of --sums, or of a
SHA256SUMS beside it. Without any, compare the sums that are printed with those of
the release; what a program says of itself can be forged.
`

func packCommand() *command {
	var p packing
	f := newFlags("pack")
	configFlag(f, &p.dir)
	f.StringVar(&p.out, "out", "", "the `file` to write; required")
	f.StringVar(&p.sums, "sums", "", "the release's SHA256SUMS `file`; without it the one beside the package, if there is one")
	return &command{name: "pack", args: "<released zip>", what: "Put a configuration folder into a released package.", more: packHelp, flags: f,
		do: func(_ context.Context, t *terminal, args []string) error {
			switch {
			case len(args) != 1:
				return usagef("pack wants one released package")
			case p.out == "":
				return usagef("pack wants --out, the file to write")
			}
			p.base, p.dir = args[0], t.folderOf(p.dir)
			return t.pack(p)
		}}
}

// packing is what is made of which files.
type packing struct{ dir, base, sums, out string }

func (t *terminal) pack(p packing) error {
	released, err := readRegular(p.base, pack.MaxZip)
	if err != nil {
		return &failure{code: exitFailed, text: "the package cannot be read: " + clean(err.Error()), err: err}
	}
	from, err := p.origin(released)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	change, err := pack.Repack(&packed, bytes.NewReader(released), os.DirFS(p.dir), func(files fs.FS) error { return t.look(p.dir, files).err })
	if err != nil {
		return &failure{code: exitFailed, text: begun(clean(err.Error())), hint: "nothing was written", err: err}
	}
	version, err := from.version(change.ProgramSum())
	if err != nil {
		return err
	}
	if err := replaceFile(p.out, packed.Bytes()); err != nil {
		return &failure{code: exitFailed, text: "the package cannot be written: " + err.Error(), err: err}
	}
	printLine(t.out, "base: %s", from)
	printLine(t.out, "program: %s, %s, %s, sha256 %s", change.Program, version, strings.Join(strings.Fields(change.Go), " "), change.ProgramSum())
	fmt.Fprint(t.out, clean(change.String()))
	_, err = fmt.Fprintf(t.out, "%s: %d bytes, sha256 %s\n", p.out, change.Size, change.SHA256)
	return err
}

// packageMode lets whoever deploys read the package.
const packageMode = 0o644

// replaceFile writes a file whole or not at all.
func replaceFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".pack-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(packageMode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
