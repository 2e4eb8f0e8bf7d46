package mistake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// inOrder is the problems as people read them: those of one file by line and
// column, as an editor goes through it, and files and variables in the order in
// which they were first looked at. What is wrong with a file as a whole comes
// before its first line.
func (p Problems) inOrder() Problems {
	type placed struct {
		Problem
		of, line, column int
	}
	seen := map[string]int{}
	all := make([]placed, len(p))
	for i, problem := range p {
		file, line, column := place(problem.Where)
		if _, before := seen[file]; !before {
			seen[file] = i
		}
		all[i] = placed{problem, seen[file], line, column}
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	ordered := make(Problems, len(p))
	for i := range all {
		ordered[i] = all[i].Problem
	}
	return ordered
}

// place takes file:line:column apart. What has no line is all file.
func place(where string) (file string, line, column int) {
	rest, last, found := cutLast(where)
	if !found {
		return where, 0, 0
	}
	if file, line, found = cutLast(rest); found {
		return file, line, last
	}
	return rest, last, 0
}

// cutLast cuts the number off that stands behind the last colon.
func cutLast(s string) (before string, number int, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	number, err := strconv.Atoi(s[i+1:])
	return s[:i], number, err == nil
}
