package settings

import (
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/config/mistake"
)

// prefixes are those of our own names. Anything else that begins so is a
// mistake.
var prefixes = []string{"ECD_", "STATE_", "WEBHOOK_", "CEILING_", "SLACK_", "INVOKE_"}

// Ours says whether a name begins as the product's own do.
func Ours(name string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// unknown finds names that look like ours. Only the name is shown: what was
// meant to be a secret may be under it.
//
// Others are names that something else reads in the same environment.
func unknown(variables []variable, env Environment, others ...string) mistake.Problems {
	known := slices.Clone(others)
	for _, v := range variables {
		known = append(known, v.Name)
	}
	var problems mistake.Problems
	for name := range env {
		if slices.Contains(known, name) {
			continue
		}
		near := mistake.Nearest(name, known)
		prefix := slices.IndexFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		switch {
		case near != "":
			problems.Add(name, "", fmt.Sprintf("nothing reads this variable; did you mean %s?", near))
		case prefix >= 0:
			problems.Add(name, "", "nothing reads this variable; "+sameBeginning(prefixes[prefix], known))
		}
	}
	slices.SortFunc(problems, func(a, b mistake.Problem) int { return strings.Compare(a.Where, b.Where) })
	return problems
}

func sameBeginning(prefix string, known []string) string {
	var same []string
	for _, k := range known {
		if strings.HasPrefix(k, prefix) {
			same = append(same, k)
		}
	}
	if len(same) == 0 {
		return "no variable begins with " + prefix
	}
	return "those that begin with " + prefix + " are " + strings.Join(same, ", ")
}
