package config

import (
	"fmt"
	"slices"
	"strings"
)

// Variable is one environment variable, as the docs and the deployment files
// show it.
type Variable struct {
	Name     string
	Default  string // used where it is not set
	From     string // variable of the platform whose value is the default
	Required bool   // there is no doing without; with From, where the platform gives nothing
	Secret   bool   // its value is never shown
	Want     string // what is allowed
	Doc      string // one line on what it is for
}

// variable is a Variable and where its value goes.
type variable struct {
	Variable
	set func(value string) []fault
}

// prefixes are those of our own names. Anything else that begins so is a
// mistake.
var prefixes = []string{"ECD_", "STATE_", "WEBHOOK_", "CEILING_", "SLACK_", "INVOKE_"}

// nearDistance is how many letters may differ between a name and one of ours
// for the name to count as that one misspelt. A short name is near to too many
// others: two letters make HOME of ZONE.
const (
	nearDistance      = 2
	nearDistanceShort = 1
	shortName         = 8 // letters; below that a name is short
)

// near is how far a name may be from the known one.
func near(known string) int {
	if len(known) < shortName {
		return nearDistanceShort
	}
	return nearDistance
}

// Variables lists what the function stopdesktops reads, in the order of the
// docs.
func Variables() []Variable {
	bound := new(Config).variables()
	all := make([]Variable, len(bound))
	for i := range bound {
		all[i] = bound[i].Variable
	}
	return all
}

// environment splits the entries of os.Environ and drops empty ones: deployment
// files cannot leave a variable out, only leave it empty.
func environment(environ []string) map[string]string {
	values := make(map[string]string, len(environ))
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && strings.TrimSpace(value) != "" {
			values[name] = value
		}
	}
	return values
}

// read sets every variable and returns what is wrong with them, and with others
// that look like ours.
func read(variables []variable, values map[string]string) Problems {
	return append(set(variables, values), unknown(variables, values)...)
}

// set sets every variable and returns what is wrong with them.
func set(variables []variable, values map[string]string) Problems {
	var problems Problems
	for _, v := range variables {
		value, given := values[v.Name]
		if !given && v.From != "" {
			value, given = values[v.From]
		}
		if !given && v.Default != "" {
			value, given = v.Default, true
		}
		if !given {
			if v.Required {
				want := v.Want
				if v.From != "" {
					want += "; " + v.From + ", its default, is not set either"
				}
				problems = append(problems, Problem{v.Name, "nothing", want})
			}
			continue
		}
		for _, f := range v.set(value) {
			if f.want == "" {
				f.want = v.Want
			}
			problems = append(problems, Problem{v.Name, f.found, f.want})
		}
	}
	return problems
}

// unknown finds names that look like ours. Only the name is shown: what was
// meant to be a secret may be under it.
//
// Others are names that something else reads in the same environment.
func unknown(variables []variable, values map[string]string, others ...string) Problems {
	known := slices.Clone(others)
	for _, v := range variables {
		known = append(known, v.Name)
	}
	var problems Problems
	for name := range values {
		if slices.Contains(known, name) {
			continue
		}
		near := nearest(name, known)
		prefix := slices.IndexFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		switch {
		case near != "":
			problems = append(problems, Problem{Where: name, Want: fmt.Sprintf("nothing reads this variable; did you mean %s?", near)})
		case prefix >= 0:
			problems = append(problems, Problem{Where: name, Want: "nothing reads this variable; " + sameBeginning(prefixes[prefix], known)})
		}
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Where, b.Where) })
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

// nearest returns the known name that differs least from name, or "".
func nearest(name string, known []string) string {
	best, least := "", nearDistance+1
	name = strings.ToUpper(name)
	for _, k := range known {
		if len(name)-len(k) > nearDistance || len(k)-len(name) > nearDistance {
			continue // no need to count
		}
		if d := distance(name, strings.ToUpper(k)); d <= near(k) && d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two names.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
