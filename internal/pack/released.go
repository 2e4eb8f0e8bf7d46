package pack

import (
	"archive/zip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
)

// takeReleased ends every refusal of a zip that is not ours.
const takeReleased = "take a released package, unchanged, such as stopdesktops.zip"

// released is a package that was made before.
type released struct {
	program []byte
	config  []file
}

// readReleased reads a package and refuses whatever Write does not make. Names
// and sizes are checked before anything is unpacked, and nothing unpacks to
// more than it declared.
func readReleased(base Sized) (released, error) {
	if base.Size() > MaxZip {
		return released{}, fmt.Errorf("the zip has %s, and no package has more than %s; %s", size(base.Size()), size(MaxZip), takeReleased)
	}
	opened, err := zip.NewReader(base, base.Size())
	if err != nil {
		return released{}, fmt.Errorf("the package cannot be read as a zip (%w); %s", err, takeReleased)
	}
	if err := checkEntries(opened.File); err != nil {
		return released{}, fmt.Errorf("%w; %s", err, takeReleased)
	}
	var r released
	for _, entry := range opened.File {
		data, err := unpack(entry)
		if err != nil {
			return released{}, fmt.Errorf("unpack %q: %w; the zip is damaged or was made to deceive; %s", entry.Name, err, takeReleased)
		}
		if entry.Name == mainName {
			r.program = data
		} else {
			r.config = append(r.config, file{entry.Name, data})
		}
	}
	return r, nil
}

// checkEntries judges the zip's directory alone.
func checkEntries(entries []*zip.File) error {
	if len(entries) > MaxConfigFiles+1 {
		return fmt.Errorf("the zip holds %d entries, and no package has more than %d", len(entries), MaxConfigFiles+1)
	}
	seen := map[string]bool{}
	var config, unpacked uint64
	for _, entry := range entries {
		if err := checkEntry(entry); err != nil {
			return err
		}
		lower := strings.ToLower(entry.Name)
		if seen[lower] {
			return fmt.Errorf("the zip holds %q twice", entry.Name)
		}
		seen[lower] = true
		// Each is within the limit, so the sum of a few hundred cannot overflow.
		unpacked += entry.UncompressedSize64
		if entry.Name != mainName {
			config += entry.UncompressedSize64
		}
	}
	switch {
	case !seen[mainName]:
		return errors.New("the zip holds no program: the file main is missing")
	case unpacked > MaxUnpacked:
		return fmt.Errorf("the zip would unpack to more than %s", size(MaxUnpacked))
	case config > MaxConfig:
		return fmt.Errorf("the zip's configuration would unpack to more than %s", size(MaxConfig))
	}
	return nil
}

func checkEntry(entry *zip.File) error {
	if entry.Name != mainName && !strings.HasPrefix(entry.Name, configPrefix) {
		return fmt.Errorf("the zip holds %q, and a package holds only %s and files in %s", entry.Name, mainName, configPrefix)
	}
	if problem := nameProblem(entry.Name); problem != "" {
		return fmt.Errorf("the zip holds %q, whose name %s", entry.Name, problem)
	}
	if mode := entry.Mode(); mode&^fs.ModePerm != 0 {
		return fmt.Errorf("the zip holds %q, which is %s, and a package holds only regular files", entry.Name, kind(mode))
	}
	if entry.Flags&encrypted != 0 {
		return fmt.Errorf("the zip holds %q encrypted, and a package has no secrets", entry.Name)
	}
	if entry.UncompressedSize64 > MaxUnpacked {
		return fmt.Errorf("the zip holds %q, which would unpack to more than %s", entry.Name, size(MaxUnpacked))
	}
	return nil
}

// encrypted is the flag of an entry that needs a password, by the format's
// description (APPNOTE, section 4.4.4). The library reads its bytes as if they
// were none.
const encrypted = 0x1

// unpack leans on the library for the size: it stops at the first byte beyond
// what the entry declared, and takes no less. But it takes a checksum of zero
// for none; here it is one like any other.
func unpack(entry *zip.File) ([]byte, error) {
	opened, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	data, err := io.ReadAll(opened)
	if err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(data) != entry.CRC32 {
		return nil, zip.ErrChecksum
	}
	return data, nil
}
