package senders

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
)

// secrets looks up the variables of a list. One variable, or one value, in two
// places would let what is sent to one of them open the other.
func (s *reader) secrets(n *yaml.Node) (found []core.Secret, places []SecretAt) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		s.Wrong(n, wantSecrets)
		return nil, nil
	}
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || !secretShape.MatchString(item.Value) {
			s.Add(item, "something that is not shown", wantSecretName) // it may be the secret itself
			continue
		}
		name := item.Value
		value, both := s.secret(name)
		line, again := s.variables[name]
		other, same := s.values[value]
		switch {
		case settings.Ours(name), slices.ContainsFunc(platformNames, func(p string) bool { return strings.HasPrefix(name, p) }):
			s.Add(item, "the variable "+name+", which is not a sender's", "a variable of its own, such as TICKETS_SECRET")
		case again:
			s.Add(item, fmt.Sprintf("the variable %s, which line %d has already", name, line), "another secret in each place")
		case both:
			s.Add(item, "the variable "+name+", which is set and stands in SENDER_SECRETS as well", "one of the two")
		case value == "":
			s.missing = append(s.missing, missing{item, s.leftOut(name)})
		case same:
			s.Add(item, "the variable "+name+", which holds the same secret as "+other, "another secret in each variable")
		default:
			s.values[value] = name
			found = append(found, core.Secret(value))
			places = append(places, SecretAt{name, s.At(item), strings.TrimSpace(s.Lookup(name)) == ""})
		}
		s.variables[name] = item.Line
	}
	return found, places
}

// missing is a secret's name without a value; left says that it is not looked at.
type missing struct {
	name *yaml.Node
	left bool
}

// settle says what each secret without a value lacks. That is known at the end only:
// a name of SENDER_SECRETS that no sender reads may be the one that was meant. Such a
// name may be shown, because no secret resembles the name that it goes by.
func (s *reader) settle() {
	unread := s.unread()
	var slips []string
	for _, m := range s.missing {
		name := m.name.Value
		near := mistake.Nearest(name, unread)
		hint := ""
		if near != "" {
			hint = "; that has " + near
		}
		switch {
		case !m.left:
			s.Add(m.name, "the variable "+name+", which is not set or empty", "one that holds a secret, or a secret of that name in SENDER_SECRETS"+hint)
		case near != "":
			slips = append(slips, near+" instead of "+name)
		}
	}
	if s.Unread != nil {
		s.Unread(unread, slips)
	}
}

// secret is the value of a sender's variable, or of SENDER_SECRETS, and whether
// both have one.
func (s *reader) secret(name string) (value string, both bool) {
	own, named := strings.TrimSpace(s.Lookup(name)), strings.TrimSpace(s.Named[name].Reveal())
	return cmp.Or(own, named), own != "" && named != ""
}

// unread are the secrets that no sender reads. They open nothing, so that a secret
// may be here before its sender is and a while after; one that is misspelt here is
// missed by its sender.
func (s *reader) unread() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(s.Named)) {
		if _, read := s.variables[name]; !read {
			names = append(names, name)
		}
	}
	return names
}
