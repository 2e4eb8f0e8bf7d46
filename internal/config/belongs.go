package config

import (
	"path"
	"slices"
	"strings"

	"stopdesktops/internal/config/mistake"
)

// Files are all files of a configuration folder that are read, by their names
// within it. A name with a star is a pattern, as path.Match has it.
func Files() []string {
	return append(slices.Clone(knownFiles), path.Join(calendarsDir, "*"+calendarExt))
}

// LeftOut says whether a file or folder is passed over in silence, by the last
// part of its name: tools keep hidden ones for themselves, such as .git or .env,
// and editors leave copies of what they changed, such as policy.cedar~.
func LeftOut(base string) bool {
	return strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~") || strings.HasPrefix(base, "#") && strings.HasSuffix(base, "#")
}

// Stranger says what to do with a file of the folder that nothing reads, and
// nothing of one that is read. The name of a folder in it ends in a slash.
func Stranger(name string) string {
	name, isFolder := strings.CutSuffix(name, "/")
	kind, known := "file", knownFiles
	if isFolder {
		kind, known = "folder", []string{calendarsDir}
	}
	reads := func(pattern string) bool {
		same, err := path.Match(pattern, name)
		return err == nil && same
	}
	switch {
	case isFolder && name == calendarsDir, !isFolder && slices.ContainsFunc(Files(), reads):
		return ""
	case path.Dir(name) == calendarsDir:
		return "nothing reads this " + kind + "; move it out: calendars are <name>" + calendarExt
	}
	if near := mistake.Nearest(name, known); near != "" {
		return "nothing reads this " + kind + "; did you mean " + near + "?"
	}
	return "nothing reads this " + kind + "; move it out: the files that are read are " + strings.Join(Files(), ", ")
}
