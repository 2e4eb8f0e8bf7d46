package mistake

import "fmt"

// Count puts a number before a word, which it puts into the plural.
func Count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
