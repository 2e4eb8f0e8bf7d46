// Package yamltab recognises tabs that YAML does not take for indentation. The
// library calls one "character that cannot start any token", and an editor shows
// nothing at the place that it names.
package yamltab

import (
	"bytes"
	"unicode/utf8"
)

// Said is what to say of one.
const Said = "found a tab; indent with spaces"

// At says whether a tab stands in a text at the line and the column that the
// library blames, which counts characters from 1.
func At(text []byte, line, column int) bool {
	n := 0
	for l := range bytes.Lines(text) {
		if n++; n < line {
			continue
		}
		for ; column > 1 && len(l) > 0; column-- {
			_, size := utf8.DecodeRune(l)
			l = l[size:]
		}
		return bytes.HasPrefix(l, []byte("\t"))
	}
	return false
}
