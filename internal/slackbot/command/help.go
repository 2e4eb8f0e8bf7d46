package command

// HelpList is some words of the command, under what they have in common.
type HelpList struct {
	Head  string
	Words []HelpWord
}

// HelpWord is how to write a word, and what it says.
type HelpWord struct{ Example, What string }

// Help is every word of the command, in the order in which help shows them.
func Help() []HelpList {
	var lists []HelpList
	for _, t := range []struct {
		head  string
		words []word
	}{
		{"Instead of ids, words that say which desktops; what you give must all hold:", choosing},
		{"How, before the reason:", options},
		{"Instead of a stop:", verbs},
	} {
		l := HelpList{Head: t.head}
		for _, w := range t.words {
			l.Words = append(l.Words, HelpWord{Example: w.example, What: w.what})
		}
		lists = append(lists, l)
	}
	return lists
}
