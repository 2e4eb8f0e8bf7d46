package slack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// rule checks one value of a decoded JSON document. What is wrong is told to
// the checker under the value's place, like "blocks[2].elements[0].text".
type rule func(c *checker, at string, v any)

// checker collects what is wrong with one message.
type checker struct{ problems []string }

func (c *checker) say(at, format string, args ...any) {
	c.problems = append(c.problems, at+": "+fmt.Sprintf(format, args...))
}

// reason is everything that was found, in the order of the document.
func (c *checker) reason() string { return strings.Join(c.problems, "; ") }

// member is one member of an object.
type member struct {
	rule     rule
	required bool
}

func must(r rule) member { return member{r, true} }
func may(r rule) member  { return member{r, false} }

// object wants the required members and no unknown ones. Null is not the same
// as absent: Slack reads some nulls as absent, but which ones is not told.
func object(members map[string]member) rule {
	return func(c *checker, at string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.say(at, "must be an object, not %s", kindOf(v))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			m, known := members[name]
			if !known {
				c.say(at, "unknown key %q", name)
				continue
			}
			m.rule(c, at+"."+name, o[name])
		}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if _, given := o[name]; members[name].required && !given {
				c.say(at, "%q is missing", name)
			}
		}
	}
}

// chars wants a string of so many characters. Slack documents its limits in
// characters, not bytes.
func chars(least, most int) rule {
	return func(c *checker, at string, v any) {
		s, ok := v.(string)
		if !ok {
			c.say(at, "must be a string, not %s", kindOf(v))
			return
		}
		if n := utf8.RuneCountInString(s); n < least {
			c.say(at, "%d characters, at least %d", n, least)
		} else if n > most {
			c.say(at, "%d characters, at most %d", n, most)
		}
	}
}

// oneOf wants one of these strings.
func oneOf(values ...string) rule {
	return func(c *checker, at string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			c.say(at, "must be one of %s", strings.Join(values, ", "))
		}
	}
}

func boolean(c *checker, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.say(at, "must be true or false, not %s", kindOf(v))
	}
}

// list wants so many values that each obey the rule.
func list(least, most int, each rule) rule {
	return func(c *checker, at string, v any) {
		l, ok := v.([]any)
		if !ok {
			c.say(at, "must be a list, not %s", kindOf(v))
			return
		}
		if len(l) < least {
			c.say(at, "%d entries, at least %d", len(l), least)
		} else if len(l) > most {
			c.say(at, "%d entries, at most %d", len(l), most)
		}
		for i, e := range l {
			each(c, fmt.Sprintf("%s[%d]", at, i), e)
		}
	}
}

// byType chooses the rule by the object's "type".
func byType(what string, kinds map[string]rule) rule {
	return func(c *checker, at string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.say(at, "must be an object, not %s", kindOf(v))
			return
		}
		kind, _ := o["type"].(string)
		r, known := kinds[kind]
		if !known {
			c.say(at, "%s type %q is unknown here; known are %s", what, kind, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
			return
		}
		r(c, at, v)
	}
}

// all wants every rule obeyed.
func all(rules ...rule) rule {
	return func(c *checker, at string, v any) {
		for _, r := range rules {
			r(c, at, v)
		}
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case float64:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "a list"
	}
	return "an object"
}
