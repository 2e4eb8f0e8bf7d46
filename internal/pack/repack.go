package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
)

// Change says what Repack made of a package. The lists are sorted names such as
// config/policy.cedar; every file of both configurations is in exactly one.
type Change struct {
	Contents
	Added    []string // only the new configuration has it
	Removed  []string // only the old one had it
	Replaced []string // both have it, with different content
	Kept     []string // both have it, and it is the same
}

// Repack puts a configuration into a released package: the program stays as it
// is, byte for byte, and the configuration of the package goes whole, so that a
// file that is no longer in the folder is no longer in the package. The result
// is what Write would have made of the same program and folder.
//
// The package may come from anywhere: what Write does not make is refused
// before it is unpacked. Whether its program is the released one is for Sums to
// say. Where Repack refuses, it has written nothing. Check is
// that of Package.
func Repack(w io.Writer, base Sized, config fs.FS, check func(config fs.FS) error) (Change, error) {
	if base == nil || config == nil {
		return Change{}, errors.New("to repack takes a released package and a configuration folder; give both")
	}
	old, err := readReleased(base)
	if err != nil {
		return Change{}, err
	}
	contents, err := build(w, old.program, config, check)
	if err != nil {
		return Change{}, err
	}
	return compare(contents, describe(old.config)), nil
}

// compare sorts the files by what became of them. Sums stand for content.
func compare(contents Contents, before []File) Change {
	change := Change{Contents: contents}
	was := map[string]string{}
	for _, f := range before {
		was[f.Name] = f.SHA256
	}
	for _, f := range contents.Files {
		if f.Name == mainName {
			continue
		}
		switch sum, ok := was[f.Name]; {
		case !ok:
			change.Added = append(change.Added, f.Name)
		case sum != f.SHA256:
			change.Replaced = append(change.Replaced, f.Name)
		default:
			change.Kept = append(change.Kept, f.Name)
		}
		delete(was, f.Name)
	}
	for name := range was {
		change.Removed = append(change.Removed, name)
	}
	slices.Sort(change.Removed)
	return change
}

// String says what changed, one file a line.
func (c Change) String() string {
	var out bytes.Buffer
	for _, list := range []struct {
		word  string
		names []string
	}{{"added", c.Added}, {"replaced", c.Replaced}, {"removed", c.Removed}, {"kept", c.Kept}, {"left out", c.LeftOut}} {
		for _, name := range list.names {
			// What is left out may have any name.
			if quoted := strconv.Quote(name); quoted != `"`+name+`"` {
				name = quoted
			}
			fmt.Fprintf(&out, "%s: %s\n", list.word, name)
		}
	}
	return out.String()
}
