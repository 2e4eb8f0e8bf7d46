package statekey

import "fmt"

// minDistinct is the fewest different byte values in a key. Of 32 random bytes
// about 30 differ; fewer than 10 happens less than once in 10^20 keys.
const minDistinct = 10

// weakness says why a key cannot have come from a random source, or nothing.
// It catches placeholders and typed patterns. It cannot catch a sentence.
func weakness(key []byte) string {
	if p := period(key); p <= len(key)/2 && p < MinKeyBytes {
		return fmt.Sprintf("it repeats itself after %d bytes", p)
	}
	step, even := key[1]-key[0], true
	var seen [256]bool
	distinct := 0
	for i, b := range key {
		even = even && (i == 0 || b-key[i-1] == step)
		if !seen[b] {
			seen[b] = true
			distinct++
		}
	}
	switch {
	case even:
		return "its bytes count up or down evenly"
	case distinct < minDistinct:
		return fmt.Sprintf("it has only %d different byte values", distinct)
	}
	return ""
}

// period is the shortest p for which every byte equals the one p before it. Up
// to half the length it means that the key was made by repeating; above that it
// is chance.
func period(key []byte) int {
	for p := 1; p < len(key); p++ {
		if string(key[p:]) == string(key[:len(key)-p]) {
			return p
		}
	}
	return len(key)
}
