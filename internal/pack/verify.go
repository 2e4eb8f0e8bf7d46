package pack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// MaxBeside is the most bytes of what lies beside a package: its checksums have
// some hundred bytes, and its bill of materials some ten thousand.
const MaxBeside = 1_000_000

// Sums are what a SHA256SUMS file says of files.
type Sums struct{ lines []sumLine }

type sumLine struct{ sum, name string }

// sumText is a line as Checksums and sha256sum write it: the sum in hex, a space,
// a space or a star, and the name.
var sumText = regexp.MustCompile(`^([0-9A-Fa-f]{64}) [ *](\S.*)$`)

// ErrUnlisted is the error for a file of which the sums say nothing.
var ErrUnlisted = errors.New("no line has its name or its sum")

// ReadSums reads the text of a SHA256SUMS file. A line that is none of such a
// file is refused, because it may be the one that matters.
func ReadSums(text []byte) (Sums, error) {
	var s Sums
	n := 0
	for line := range bytes.Lines(text) {
		n++
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		m := sumText.FindSubmatch(line)
		if m == nil {
			return Sums{}, fmt.Errorf("line %d is no checksum; a line has 64 hex digits, two spaces and a file's name", n)
		}
		s.lines = append(s.lines, sumLine{strings.ToLower(string(m[1])), string(m[2])})
	}
	if len(s.lines) == 0 {
		return Sums{}, errors.New("it holds no checksum; take the file of the release")
	}
	return s, nil
}

// Check compares a file's content with every line of its name. Where no line has
// its name, one with the same sum will do, because people rename packages to keep
// several. The error says what was found and what is wanted.
func (s Sums) Check(name string, content []byte) error {
	found, listed := sum(content), false
	for _, line := range s.lines {
		if line.name == name && line.sum != found {
			return fmt.Errorf("%s: found sha256 %s; want %s", name, found, line.sum)
		}
		listed = listed || line.sum == found
	}
	if !listed {
		return fmt.Errorf("%s: found sha256 %s: %w; the lines are of %s", name, found, ErrUnlisted, s.names())
	}
	return nil
}

// names shows names that came from anywhere.
func (s Sums) names() string {
	var all []string
	for _, line := range s.lines {
		all = append(all, fmt.Sprintf("%q", line.name))
	}
	return strings.Join(all, ", ")
}

// plainVersion is what a version may be to be shown.
var plainVersion = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$`)

// VersionIn is the product's version in the bill of materials of a program with
// that SHA-256 in hex. The program itself does not tell: of a build that is the
// same everywhere, the toolchain notes no version.
func VersionIn(bill []byte, programSum string) (string, error) {
	var bom cdx.BOM
	if err := json.Unmarshal(bill, &bom); err != nil {
		return "", fmt.Errorf("it is no bill of materials (%w)", err)
	}
	if bom.Metadata == nil || bom.Metadata.Component == nil || bom.Metadata.Component.Hashes == nil {
		return "", errors.New("it names no program")
	}
	product := bom.Metadata.Component
	if !slices.Contains(*product.Hashes, cdx.Hash{Algorithm: cdx.HashAlgoSHA256, Value: programSum}) {
		return "", errors.New("it is of another program")
	}
	if !plainVersion.MatchString(product.Version) {
		return "", errors.New("its version is no version")
	}
	return product.Version, nil
}
