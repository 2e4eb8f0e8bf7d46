package pack

import (
	"fmt"
	"regexp"
)

const (
	// mainName is the program's name, which the function's handler setting
	// repeats: the go1 runtime starts the file of that name.
	mainName = "main"

	configName   = "config"
	configPrefix = configName + "/"
)

// plainName is what a name may consist of. Other letters are spelled in more
// than one way by file systems, so the same folder could give other bytes
// elsewhere, and a backslash or a colon means a folder or a disk to some. No
// part may begin with a dot, which leaves out "." and "..".
var plainName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)

// nameProblem says what is wrong with a name that has slashes between its
// parts, or nothing.
func nameProblem(name string) string {
	if len(name) > maxName {
		return fmt.Sprintf("is longer than %d bytes", maxName)
	}
	if !plainName.MatchString(name) {
		return "may hold only letters A to Z, digits, dots, underscores and hyphens between slashes, and no part may begin with a dot"
	}
	return ""
}
