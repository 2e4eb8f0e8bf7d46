package pack

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// epoch is the time of every file: the earliest that a zip can say.
var epoch = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

const (
	// programMode is the program's, which the runtime must be able to start.
	programMode fs.FileMode = 0o755
	configMode  fs.FileMode = 0o644

	// compression is a number, so that a new default of the library does not
	// change the bytes of a package. The strongest, 9, takes three times as long
	// and makes a function's package smaller by 0.4 percent.
	compression = 6
)

// limit is the most bytes of a package, zipped and unpacked.
type limit struct{ zip, unpacked int64 }

// limits are those of every package that leaves.
var limits = limit{MaxZip, MaxUnpacked}

// archive makes the zip. Files come in any order and leave it sorted.
func archive(files []file, most limit) ([]byte, error) {
	files = slices.SortedFunc(slices.Values(files), func(a, b file) int { return strings.Compare(a.name, b.name) })
	var unpacked int64
	for _, f := range files {
		unpacked += int64(len(f.data))
	}
	if unpacked > most.unpacked {
		return nil, fmt.Errorf("the package would unpack to %s, and Function Compute takes %s; make the program smaller with -ldflags '-s -w'", size(unpacked), size(most.unpacked))
	}
	var out bytes.Buffer
	zipped := zip.NewWriter(&out)
	zipped.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, compression) })
	for _, f := range files {
		if err := add(zipped, f); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	if err := zipped.Close(); err != nil {
		return nil, fmt.Errorf("finish the package: %w", err)
	}
	if int64(out.Len()) > most.zip {
		return nil, fmt.Errorf("the package has %s, and Function Compute takes %s by every way of deploying; make the program smaller with -ldflags '-s -w'", size(int64(out.Len())), size(most.zip))
	}
	return out.Bytes(), nil
}

func add(zipped *zip.Writer, f file) error {
	header := zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: epoch}
	header.SetMode(configMode)
	if f.name == mainName {
		header.SetMode(programMode)
	}
	w, err := zipped.CreateHeader(&header)
	if err != nil {
		return err
	}
	_, err = w.Write(f.data)
	return err
}

// configOf is the configuration as the package holds it.
func configOf(archived []byte) (fs.FS, error) {
	opened, err := zip.NewReader(bytes.NewReader(archived), int64(len(archived)))
	if err != nil {
		return nil, err
	}
	return fs.Sub(opened, configName)
}
