package policy

import (
	"slices"
	"strconv"
)

// Compared is a text that the policy file compares with resource.region.
type Compared struct {
	Text string
	Line int
}

// Regions are the texts that the file compares with resource.region: on either side
// of == and !=, or in a list that contains it. They are in its order, each as often
// as the file has it. Whether there are such regions is for whoever knows the
// deployment.
func (p *Policy) Regions() []Compared { return slices.Clone(p.regions) }

// regionsIn finds them by their words, which know their lines. Cedar's own tree
// knows none.
func regionsIn(tokens []token) (all []Compared) {
	text := func(i int) {
		if i < 0 || i >= len(tokens) {
			return
		}
		if s, err := strconv.Unquote(tokens[i].text); err == nil {
			all = append(all, Compared{s, tokens[i].line})
		}
	}
	is := func(at int, words ...string) bool {
		for i, w := range words {
			if at+i < 0 || at+i >= len(tokens) || tokens[at+i].text != w {
				return false
			}
		}
		return true
	}
	for i := range tokens {
		if !is(i, "resource", ".", "region") {
			continue
		}
		if is(i-1, "==") || is(i-1, "!=") {
			text(i - 2)
		}
		if is(i+3, "==") || is(i+3, "!=") {
			text(i + 4)
		}
		if is(i-4, "]", ".", "contains", "(") {
			first := i - 5
			for first > 0 && tokens[first].text != "[" {
				first--
			}
			for at := first + 1; at < i-4; at++ {
				text(at) // not where it is a comma or such
			}
		}
	}
	return all
}
