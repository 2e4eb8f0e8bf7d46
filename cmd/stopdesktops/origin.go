package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"stopdesktops/internal/pack"
)

// origin is what is known of where a package comes from, by the files of its
// release that lie beside it.
type origin struct {
	base     string // path of the package
	sum      string // of the package: SHA-256 in hex
	sums     pack.Sums
	sumsFile string // path of the checksums that have the package; empty without any
}

// origin compares a package with the release's checksums, and refuses one that
// they do not have. Only those that nobody named may be missing.
func (p packing) origin(released []byte) (*origin, error) {
	from := &origin{base: p.base, sum: fmt.Sprintf("%x", sha256.Sum256(released))}
	file := p.sums
	if file == "" {
		file = filepath.Join(filepath.Dir(p.base), sumsFile)
	}
	text, err := readRegular(file, pack.MaxBeside)
	if p.sums == "" && errors.Is(err, fs.ErrNotExist) {
		return from, nil
	}
	if err == nil {
		from.sums, err = pack.ReadSums(text)
	}
	if err != nil {
		return nil, &failure{code: exitFailed, text: fmt.Sprintf("the checksums in %s cannot be read: %s", file, clean(err.Error())), hint: "take SHA256SUMS of the release, or name it with --sums; nothing was written", err: err}
	}
	from.sumsFile = file
	return from, from.compare(filepath.Base(p.base), released)
}

func (o *origin) compare(name string, content []byte) error {
	if err := o.sums.Check(name, content); err != nil {
		return &failure{code: exitFailed, text: fmt.Sprintf("this is not what %s says: %s", o.sumsFile, clean(err.Error())),
			hint: "take both files of one release, unchanged, or name its checksums with --sums; nothing was written", err: err}
	}
	return nil
}

func (o *origin) String() string {
	if o.sumsFile == "" {
		return fmt.Sprintf("%s, sha256 %s; no %s lies beside it: compare this with the release's", o.base, o.sum, sumsFile)
	}
	return fmt.Sprintf("%s, sha256 %s, as %s has it", o.base, o.sum, o.sumsFile)
}

// version is the program's version by the bill of materials beside the package.
// Only one that the checksums contradict is an error: without a bill the sums
// that are printed still tell what the program is.
func (o *origin) version(programSum string) (string, error) {
	file := strings.TrimSuffix(o.base, zipExt) + billExt
	name := filepath.Base(file)
	bill, err := readRegular(file, pack.MaxBeside)
	if errors.Is(err, fs.ErrNotExist) {
		return "version not known: no " + name + " lies beside the package", nil
	}
	if err == nil && o.sumsFile != "" {
		switch err := o.compare(name, bill); {
		case errors.Is(err, pack.ErrUnlisted):
			return fmt.Sprintf("version not known: %s has no sum of %s", o.sumsFile, name), nil
		case err != nil:
			return "", err
		}
	}
	var version string
	if err == nil {
		version, err = pack.VersionIn(bill, programSum)
	}
	if err != nil {
		return fmt.Sprintf("version not known by %s: %v", name, err), nil
	}
	return fmt.Sprintf("version %s by %s", version, name), nil
}
