// Package typo counts typing mistakes, so that a word nobody knows can be answered
// with the one that was meant. How few mistakes make two words near is for whoever
// asks: a field of JSON, a variable and a word in the middle of a sentence differ.
package typo

// longest is the longest word that is compared letter by letter. Nothing that has a
// name here is as long, and what comes from outside may be of any length.
const longest = 64

// Mistakes counts the letters to add, drop, change or swap with their neighbour to
// get from one word to the other (optimal string alignment). Of words that are
// longer than any of ours it says no more than that they are far apart.
func Mistakes(a, b string) int {
	if len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	var before, last, now [longest + 1]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			now[j] = min(change, last[j]+1, now[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last = last, now
	}
	return last[len(b)]
}

// Nearest returns the candidate that is the fewest mistakes away from word, and how
// many; the first of several. With no candidate it returns "" and a large number.
func Nearest(word string, candidates []string) (string, int) {
	best, fewest := "", 1<<30
	for _, c := range candidates {
		if n := Mistakes(word, c); n < fewest {
			best, fewest = c, n
		}
	}
	return best, fewest
}
