package settings

import (
	"strings"

	"stopdesktops/internal/config/mistake"
)

// Environment is what is set, by name. A variable that is empty is not in it:
// deployment files cannot leave one out, only leave it empty.
type Environment map[string]string

// EnvironmentOf takes the entries of os.Environ.
func EnvironmentOf(entries []string) Environment {
	env := make(Environment, len(entries))
	for _, entry := range entries {
		if name, value, ok := strings.Cut(entry, "="); ok && strings.TrimSpace(value) != "" {
			env[name] = value
		}
	}
	return env
}

// fault is what is wrong with one value. An empty want means the variable's own.
type fault struct{ found, want string }

// set sets every variable and returns what is wrong with them.
func set(variables []variable, env Environment) mistake.Problems {
	var problems mistake.Problems
	for _, v := range variables {
		value, given := env[v.Name]
		if !given && v.From != "" {
			value, given = env[v.From]
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
				problems.Add(v.Name, "nothing", want)
			}
			continue
		}
		for _, f := range v.set(value) {
			if f.want == "" {
				f.want = v.Want
			}
			problems.Add(v.Name, f.found, f.want)
		}
	}
	return problems
}
