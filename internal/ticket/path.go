package ticket

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// MaxPath is the most bytes of a path. The longest that means anything names a
// dozen keys.
const MaxPath = 256

// WantPath says what a path is, for messages.
const WantPath = `a gjson path of keys, indexes, # for every item and #(key=="text") for the one item, such as issue.fields.description`

// Path leads to a value in somebody else's JSON. It is written as gjson writes
// paths, and knows the part of them that can only mean one thing: keys (with \
// before a character that is not plain), indexes, # for every item of an array
// and #(key=="text") for the one item that has it. Modifiers, wildcards, pipes
// and patterns are refused, because what they reach depends on the body.
type Path struct {
	text  string
	steps []step
}

type step struct {
	key   string // an object's key or an array's index, as gjson escapes it
	each  bool   // every item of an array
	where string // the one item whose key, which key holds, has this text
	query bool
}

// ParsePath reads a path. The error is words for behind a found path.
func ParsePath(text string) (Path, error) {
	switch {
	case text == "":
		return Path{}, fmt.Errorf("it is empty")
	case len(text) > MaxPath:
		return Path{}, fmt.Errorf("it is longer than %d bytes", MaxPath)
	}
	p := Path{text: text}
	for rest, more := text, true; more; {
		s, after, err := cutStep(rest)
		if err != nil {
			return Path{}, fmt.Errorf("%w, in step %d", err, len(p.steps)+1)
		}
		p.steps = append(p.steps, s)
		rest, more = strings.CutPrefix(after, ".")
		if !more && after != "" {
			return Path{}, fmt.Errorf("a dot must stand behind step %d", len(p.steps))
		}
	}
	if last := p.steps[len(p.steps)-1]; last.each {
		return Path{}, fmt.Errorf("it ends in #, which counts the items; name what is wanted of each")
	}
	return p, nil
}

// String is the path as it was written.
func (p Path) String() string { return p.text }

func cutStep(text string) (s step, rest string, err error) {
	query, ok := strings.CutPrefix(text, "#(")
	if !ok {
		if rest, ok = strings.CutPrefix(text, "#"); ok {
			return step{each: true}, rest, nil
		}
		key, rest, err := cutKey(text)
		return step{key: gjson.Escape(key)}, rest, err
	}
	key, query, err := cutKey(query)
	if err != nil {
		return step{}, "", err
	}
	query, ok = strings.CutPrefix(query, `=="`)
	where, rest, closed := strings.Cut(query, `")`)
	if !ok || !closed || strings.ContainsAny(where, `"\`) {
		return step{}, "", fmt.Errorf(`a query is not of the form #(key=="text")`)
	}
	if strings.HasPrefix(rest, "#") {
		return step{}, "", fmt.Errorf("a query for several items may mean any number of them")
	}
	return step{key: gjson.Escape(key), where: where, query: true}, rest, nil
}

// cutKey reads a key to the first character that is not plain.
func cutKey(text string) (key, rest string, err error) {
	var b strings.Builder
	i := 0
	for ; i < len(text); i++ {
		c := text[i]
		if c == '\\' && i+1 < len(text) && text[i+1] > ' ' {
			i++
			b.WriteByte(text[i])
			continue
		}
		if !plain(c) {
			break
		}
		b.WriteByte(c)
	}
	if b.Len() == 0 {
		if i < len(text) && text[i] != '.' {
			return "", "", fmt.Errorf("%q does not begin a key", text[i:i+1])
		}
		return "", "", fmt.Errorf("a key is missing")
	}
	return b.String(), text[i:], nil
}

// plain says whether a character of a key stands for itself.
func plain(c byte) bool {
	return c >= 0x80 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-$ /", c) >= 0
}

// at returns what stands at the path: one value, or one of each item where the
// path has a #. The problem says what is not there.
func (p Path) at(d Document) (values []gjson.Result, problem string) {
	values = []gjson.Result{d.root}
	for _, s := range p.steps {
		var next []gjson.Result
		for _, v := range values {
			switch {
			case (s.each || s.query) && !v.IsArray():
				return nil, p.text + " is not in the body: there is no array where the path wants one"
			case s.each:
				next = append(next, v.Array()...)
			case s.query:
				found := s.matches(v)
				if len(found) != 1 {
					return nil, fmt.Sprintf("%s is not in the body: %d items match the query, want one", p.text, len(found))
				}
				next = append(next, found...)
			default:
				member := gjson.Result{}
				if v.IsObject() || v.IsArray() {
					member = v.Get(s.key)
				}
				if !member.Exists() || member.Type == gjson.Null {
					return nil, p.text + " is not in the body"
				}
				next = append(next, member)
			}
		}
		values = next
	}
	return values, ""
}

func (s step) matches(array gjson.Result) []gjson.Result {
	var found []gjson.Result
	array.ForEach(func(_, item gjson.Result) bool {
		if !item.IsObject() {
			return true
		}
		if v := item.Get(s.key); (v.Type == gjson.String || v.Type == gjson.Number) && v.String() == s.where {
			found = append(found, item)
		}
		return true
	})
	return found
}

// several says whether the path leads to a value of each item of an array.
func (p Path) several() bool {
	return slices.ContainsFunc(p.steps, func(s step) bool { return s.each })
}

// one returns the one text at the path. A whole number counts as its digits.
func (p Path) one(d Document) (text, problem string) {
	values, problem := p.at(d)
	switch {
	case problem != "":
		return "", problem
	case len(values) != 1:
		return "", fmt.Sprintf("%s is there %d times; want one", p.text, len(values))
	}
	return p.scalar(values[0])
}

// scalar returns the text of one value.
func (p Path) scalar(v gjson.Result) (text, problem string) {
	switch {
	case v.Type == gjson.String && v.Str == "":
		return "", p.text + " is empty"
	case v.Type == gjson.String:
		return v.Str, ""
	case v.Type == gjson.Number && wholeNumber.MatchString(v.Raw):
		return v.Raw, ""
	}
	return "", p.text + " is " + kind(v) + "; want a text"
}

func kind(v gjson.Result) string {
	switch {
	case v.IsObject():
		return "an object"
	case v.IsArray():
		return "an array"
	case v.Type == gjson.Number:
		return "a number with a fraction, an exponent or too many digits"
	case v.Type == gjson.True, v.Type == gjson.False:
		return "true or false"
	}
	return "nothing"
}

// Text returns the one text at the path, or a problem.
func (d Document) Text(p Path) (text, problem string) { return p.one(d) }
