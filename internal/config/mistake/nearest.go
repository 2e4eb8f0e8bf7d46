package mistake

import (
	"math/bits"
	"stopdesktops/internal/typo"
	"strings"
)

// nearDistance is how many letters may differ between a name and one of ours
// for the name to count as that one misspelt. A short name is near to too many
// others: two letters make HOME of ZONE.
const (
	nearDistance      = 2
	nearDistanceShort = 1
	shortName         = 8 // letters; below that a name is short
)

// near is how far a name may be from the known one.
func near(known string) int {
	if len(known) < shortName {
		return nearDistanceShort
	}
	return nearDistance
}

// Nearest returns the known name that differs least from name, or "".
func Nearest(name string, known []string) string {
	best, least := "", nearDistance+1
	name = strings.ToUpper(name)
	for _, k := range known {
		if len(name)-len(k) > nearDistance || len(k)-len(name) > nearDistance {
			continue // no need to count
		}
		upper := strings.ToUpper(k)
		if apart(name, upper) > near(k) {
			continue
		}
		if d := typo.Mistakes(name, upper); d <= near(k) && d < least {
			best, least = k, d
		}
	}
	return best
}

// apart is the least that the distance of two names can be: each step brings in
// one letter and takes away one at most. It is there because every start
// compares all variables that are set, and hardly ever is one near to ours.
func apart(a, b string) int {
	return (bits.OnesCount64(letters(a)^letters(b)) + 1) / 2
}

// letters are the letters of a name as bits; some letters share one.
func letters(name string) (set uint64) {
	for i := range len(name) {
		set |= 1 << (name[i] % 64)
	}
	return set
}
