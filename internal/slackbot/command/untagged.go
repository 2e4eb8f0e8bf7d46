package command

import "strings"

// notAnOption is said of key=value with a key that the command does not have.
const notAnOption = "is not an option. If your reason begins with it, write reason= before it."

// tagWithoutTag notes key=value, which may be a tag without tag: before it. What
// is meant is known only at the end. It says no where it can be no tag.
func (r *reader) tagWithoutTag(token, key, after string) bool {
	value, left, fault := scanValue(after, separators)
	if value = value.finished(); fault != "" || value.text == "" || strings.HasPrefix(key, "-") || r.p.Verb != VerbStop {
		return false
	}
	if value.quote {
		r.left = left
		token = token[:strings.IndexAny(token, `"'`)] + after[:len(after)-len(left)]
	}
	r.untagged = append(r.untagged, untagged{len(r.problems), "tag:" + quoted(key) + "=" + quoted(value.text)})
	r.problem(token, notAnOption)
	return true
}

// untagged is a tag that lacks tag: before it.
type untagged struct {
	problem int    // its place among the problems
	meant   string // how to write it
}

// meansTags says whether what lacks tag: before it was meant to be a tag, because
// nothing else reaches a desktop or a selection does, and says so in words.
func (r *reader) meansTags() bool {
	if len(r.untagged) == 0 || len(r.p.IDs) > 0 && r.selecting == "" {
		return false
	}
	for _, u := range r.untagged {
		r.problems[u.problem].Fix = r.mentions.spellOut("is no word of a selection. Did you mean " + u.meant + "?")
	}
	return true
}
