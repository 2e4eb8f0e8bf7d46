package pack

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// Checksums writes the text of a SHA256SUMS file for files of a folder: a line
// each with the sum in hex, two spaces and the name, sorted by name. Whoever
// has the files and the text in one folder checks them with
// `sha256sum -c SHA256SUMS`. Where it refuses, it has written nothing.
func Checksums(w io.Writer, folder fs.FS, names ...string) error {
	if len(names) == 0 {
		return errors.New("no file was named to sum up; name at least one, such as stopdesktops.zip")
	}
	names = slices.Sorted(slices.Values(names))
	var out bytes.Buffer
	for i, name := range names {
		if problem := nameProblem(name); problem != "" {
			return fmt.Errorf("file %q: its name %s; rename it", name, problem)
		}
		if i > 0 && names[i-1] == name {
			return fmt.Errorf("file %q is named twice; name it once", name)
		}
		hash, err := hashFile(folder, name)
		if err != nil {
			return fmt.Errorf("sum up %q: %w", name, err)
		}
		fmt.Fprintf(&out, "%x  %s\n", hash, name)
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("write the checksums: %w", err)
	}
	return nil
}

func hashFile(folder fs.FS, name string) ([]byte, error) {
	opened, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, opened); err != nil {
		return nil, err
	}
	return hash.Sum(nil), nil
}
