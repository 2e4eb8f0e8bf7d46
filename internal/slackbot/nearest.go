package slackbot

// nearest returns the candidate that is the fewest typing mistakes away from
// word, and how many; with no candidate it returns "" and a large number.
func nearest(word string, candidates []string) (string, int) {
	best, fewest := "", 1<<30
	for _, c := range candidates {
		if d := mistakes(word, c); d < fewest {
			best, fewest = c, d
		}
	}
	return best, fewest
}

// mistakes counts the letters to add, drop, change or swap with their neighbour
// to get from a to b (optimal string alignment). Words that are far longer than
// any of ours are not compared letter by letter.
func mistakes(a, b string) int {
	const longest = 40
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
