package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong with a policy file, at its place.
type Mistake struct {
	File         string
	Line, Column int // from 1, the column in characters
	Problem      string
}

// Place is file:line:column, as editors and people read it.
func (m Mistake) Place() string { return fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column) }

// Detail is what is wrong and what is allowed.
func (m Mistake) Detail() string { return m.Problem }

func (m Mistake) Error() string { return m.Place() + ": " + m.Problem }

// Mistakes is everything that is wrong with a policy file, one a line.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i := range m {
		lines[i] = m[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As reach each Mistake.
func (m Mistakes) Unwrap() []error {
	errs := make([]error, len(m))
	for i := range m {
		errs[i] = m[i]
	}
	return errs
}

// sorted puts mistakes in the order of the file and drops repeated ones: a name
// that several actions lack is one mistake.
func (m Mistakes) sorted() Mistakes {
	slices.SortStableFunc(m, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Problem, b.Problem))
	})
	return slices.Compact(m)
}
