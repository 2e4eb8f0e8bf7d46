package main

import (
	"fmt"
	"io"
	"os"
)

// maxText is the most bytes of a text that somebody wrote: as many as the functions
// take of a file of the configuration folder.
const maxText = 1 << 20

// readRegular reads a file of at most so many bytes. A device may have no end,
// and to open a pipe may wait for ever, so neither is opened.
func readRegular(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// One byte more is enough to know.
	content, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(content)) > most:
		return nil, fmt.Errorf("%s has more than %d bytes, which is all that such a file may have", name, most)
	}
	return content, nil
}
