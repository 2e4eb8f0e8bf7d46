package pattern

import "strings"

// Shape is what a text may look like: a Name, a Line or a Pattern.
type Shape interface{ MatchString(string) bool }

// Name is the shape of a name: a prefix and then characters, at least one,
// each of a set. It says what
// an expression such as ^[a-z][a-z0-9-]*$ says and needs no compiling, so it is
// for what every start looks at. A set is written as between the brackets of an
// expression, ASCII only, without escapes, a dash of its own at the end.
type Name struct {
	Least, Most int    // characters with the prefix; 0 is any number
	Prefix      string // text before the first character
	First       string // set of the first character; empty is as Rest
	Rest        string
	Last        string // set of the last character; empty is as Rest
}

// MatchString says whether s is such a name.
func (n Name) MatchString(s string) bool {
	if len(s) < n.Least || n.Most > 0 && len(s) > n.Most {
		return false
	}
	s, ok := strings.CutPrefix(s, n.Prefix)
	if !ok || s == "" {
		return false
	}
	for i := range len(s) {
		set := n.Rest
		switch {
		case i == 0 && n.First != "":
			set = n.First
		case i == len(s)-1 && n.Last != "":
			set = n.Last
		}
		if !within(set, s[i]) {
			return false
		}
	}
	return true
}

// within says whether a set holds a character.
func within(set string, c byte) bool {
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' {
			if set[i] <= c && c <= set[i+2] {
				return true
			}
			i += 2
		} else if set[i] == c {
			return true
		}
	}
	return false
}
