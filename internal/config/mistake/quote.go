package mistake

import (
	"fmt"
	"unicode/utf8"
)

// foundRunes is how much of a wrong value a problem shows: enough to recognise
// it, too little to fill a log.
const foundRunes = 60

// Quote shows a value, or its beginning.
func Quote(s string) string {
	if n := utf8.RuneCountInString(s); n > foundRunes {
		return fmt.Sprintf("%q and %d more characters", string([]rune(s)[:foundRunes]), n-foundRunes)
	}
	return fmt.Sprintf("%q", s)
}
