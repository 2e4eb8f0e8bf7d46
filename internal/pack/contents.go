package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Contents says what a package holds.
type Contents struct {
	Program string   // the import path of the program, such as stopdesktops/functions/slackcmd; whoever builds another can forge it
	Go      string   // the release of Go that built it, such as go1.26.0
	Files   []File   // sorted by name
	LeftOut []string // what config.LeftOut names in the configuration folder
	Size    int64    // of the zip, in bytes
	SHA256  string   // of the zip, in hex
}

// ProgramSum is the SHA-256 of the program, in hex.
func (c Contents) ProgramSum() string {
	for _, f := range c.Files {
		if f.Name == mainName {
			return f.SHA256
		}
	}
	return ""
}

// File is a file of a package.
type File struct {
	Name   string
	SHA256 string // in hex
}

func describe(files []file) []File {
	all := make([]File, len(files))
	for i, f := range files {
		all[i] = File{f.name, sum(f.data)}
	}
	slices.SortFunc(all, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// sum is SHA-256 in hex.
func sum(data []byte) string {
	hash := sha256.Sum256(data)
	return hex.EncodeToString(hash[:])
}
