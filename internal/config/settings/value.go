package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// Shapes of names that other systems gave.
var (
	// An OSS bucket: 3 to 63 lower-case letters, digits and dashes, with a
	// letter or digit at both ends.
	bucketShape = pattern.Name{Least: 3, Most: 63, First: "a-z0-9", Rest: "a-z0-9-", Last: "a-z0-9"}
	// A RAM role. The vendor's account ids have 16 digits; older ones have fewer.
	roleShape = pattern.New(`^acs:ram::[0-9]{5,20}:role/[A-Za-z0-9.@_-]{1,64}$`)
	// A function of Function Compute 3.0.
	functionShape = pattern.Name{Most: 64, First: "A-Za-z_", Rest: "A-Za-z0-9_-"}
	// A client id of the client contract, as a request may carry it.
	clientShape = pattern.Name{Most: 128, Rest: "!-~"}
)

// list splits a comma list, and finds entries that are empty or repeated. Where
// secret is true a repeated entry is named by its place.
func list(value string, secret bool) ([]string, []fault) {
	var faults []fault
	entries := strings.Split(value, ",")
	for i := range entries {
		entries[i] = strings.TrimSpace(entries[i])
		switch first := slices.Index(entries[:i], entries[i]); {
		case entries[i] == "":
			faults = append(faults, fault{fmt.Sprintf("an empty entry %d", i+1), ""})
		case first >= 0 && secret:
			faults = append(faults, fault{fmt.Sprintf("entry %d again as entry %d", first+1, i+1), "each entry once"})
		case first >= 0:
			faults = append(faults, fault{mistake.Quote(entries[i]) + " twice", "each entry once"})
		}
	}
	return entries, faults
}

func setRegions(dst *[]string) func(string) []fault {
	return func(value string) []fault {
		regions, faults := list(value, false)
		for _, r := range regions {
			if r != "" && !core.ValidRegionShape(r) {
				faults = append(faults, fault{mistake.Quote(r), ""})
			}
		}
		if len(faults) == 0 {
			*dst = regions
		}
		return faults
	}
}

// setSecrets takes a comma list of secrets. What each of them must look like is
// for the package that uses them; see Check.
func setSecrets(dst *[]core.Secret) func(string) []fault {
	return func(value string) []fault {
		entries, faults := list(value, true)
		if len(faults) > 0 {
			return faults
		}
		for _, e := range entries {
			*dst = append(*dst, core.Secret(e))
		}
		return nil
	}
}

func setSecret(dst *core.Secret) func(string) []fault {
	return func(value string) []fault {
		*dst = core.Secret(strings.TrimSpace(value))
		return nil
	}
}

// setShape takes a name of a known shape.
func setShape(dst *string, shape pattern.Shape) func(string) []fault {
	return func(value string) []fault {
		value = strings.TrimSpace(value)
		if !shape.MatchString(value) {
			return []fault{{mistake.Quote(value), ""}}
		}
		*dst = value
		return nil
	}
}

func setText(dst *string) func(string) []fault {
	return func(value string) []fault {
		*dst = strings.TrimSpace(value)
		return nil
	}
}

// setWord takes one of a few words.
func setWord[T any](dst *T, words map[string]T) func(string) []fault {
	return func(value string) []fault {
		v, ok := words[strings.TrimSpace(value)]
		if !ok {
			return []fault{{mistake.Quote(value), ""}}
		}
		*dst = v
		return nil
	}
}

// setNumber takes a whole number from 1 to most.
func setNumber(dst *int, most int) func(string) []fault { return setWhole(dst, 1, most) }

// setWhole takes a whole number within its bounds.
func setWhole(dst *int, least, most int) func(string) []fault {
	return func(value string) []fault {
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < least || n > most {
			return []fault{{mistake.Quote(value), ""}}
		}
		*dst = n
		return nil
	}
}

func setRegion(dst *string) func(string) []fault {
	return func(value string) []fault {
		value = strings.TrimSpace(value)
		if !core.ValidRegionShape(value) {
			return []fault{{mistake.Quote(value), ""}}
		}
		*dst = value
		return nil
	}
}

// setList reads entries that another package looks at closely.
func setList(dst *[]string) func(string) []fault {
	return func(value string) []fault {
		entries, faults := list(value, false)
		if len(faults) == 0 {
			*dst = entries
		}
		return faults
	}
}

// hostPort is a host name or a literal address, with a port where one is said.
var hostPort = pattern.Upto(260, `^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

// setHosts takes hosts that are compared with those of URLs.
func setHosts(dst *[]string) func(string) []fault {
	return func(value string) []fault {
		entries, faults := list(value, false)
		for _, e := range entries {
			if !hostPort.MatchString(e) {
				faults = append(faults, fault{mistake.Quote(e), ""})
			}
		}
		if len(faults) == 0 {
			*dst = entries
		}
		return faults
	}
}
