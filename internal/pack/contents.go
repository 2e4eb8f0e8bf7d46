package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Contents says what a package holds.
type Contents struct {
	Program string   // the import path of the program, such as stopdesktops/functions/slackcmd
	Go      string   // the release of Go that built it, such as go1.26.0
	Files   []File   // sorted by name
	Hidden  []string // what was left out of the configuration folder, because its name begins with a dot
	Size    int64    // of the zip, in bytes
	SHA256  string   // of the zip, in hex
}

// File is a file of a package.
type File struct {
	Name   string
	Size   int64  // in bytes, unpacked
	SHA256 string // in hex
}

func describe(files []file) []File {
	all := make([]File, len(files))
	for i, f := range files {
		all[i] = File{f.name, int64(len(f.data)), sum(f.data)}
	}
	slices.SortFunc(all, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// sum is SHA-256 in hex.
func sum(data []byte) string {
	hash := sha256.Sum256(data)
	return hex.EncodeToString(hash[:])
}
