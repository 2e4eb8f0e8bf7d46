package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"stopdesktops/internal/pack"
)

const packHelp = `
  stopdesktops pack --config my-config --out stopdesktops.zip stopdesktops-1.2.0.zip

Puts a company's own configuration folder into a released package, without a
compiler: the program stays as it is, and the folder in the package is replaced
whole. The folder is checked first, as check does.
`

func packCommand() *command {
	var dir, out string
	f := newFlags("pack")
	configFlag(f, &dir)
	f.StringVar(&out, "out", "", "the `file` to write; required")
	return &command{name: "pack", args: "<released zip>", what: "Put a configuration folder into a released package.", more: packHelp, flags: f,
		do: func(_ context.Context, t *terminal, args []string) error {
			switch {
			case len(args) != 1:
				return usagef("pack wants one released package")
			case out == "":
				return usagef("pack wants --out, the file to write")
			}
			return t.pack(t.folderOf(dir), args[0], out)
		}}
}

func (t *terminal) pack(dir, base, out string) error {
	released, err := os.ReadFile(base)
	if err != nil {
		return &failure{code: exitFailed, text: "the package cannot be read: " + err.Error(), err: err}
	}
	var packed bytes.Buffer
	change, err := pack.Repack(&packed, bytes.NewReader(released), os.DirFS(dir), func(files fs.FS) error { return t.look(dir, files).err })
	if err != nil {
		return &failure{code: exitFailed, text: begun(clean(err.Error())), hint: "nothing was written", err: err}
	}
	if err := replaceFile(out, packed.Bytes()); err != nil {
		return &failure{code: exitFailed, text: "the package cannot be written: " + err.Error(), err: err}
	}
	fmt.Fprint(t.out, change.String())
	_, err = fmt.Fprintf(t.out, "%s: %d bytes, sha256 %s\n", out, change.Size, change.SHA256)
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
