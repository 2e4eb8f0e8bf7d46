package config

import (
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/core"
)

// secrets looks up the variables of a list. One variable, or one value, in two
// places would let what is sent to one of them open the other.
func (s *senders) secrets(n *yaml.Node) (found []core.Secret) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		s.wrong(n, wantSecrets)
		return nil
	}
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || !secretName.MatchString(item.Value) {
			s.add(item, "something that is not shown", wantSecretName) // it may be the secret itself
			continue
		}
		name := item.Value
		value := strings.TrimSpace(s.Lookup(name))
		line, again := s.variables[name]
		other, same := s.values[value]
		switch {
		case slices.ContainsFunc(notSecretNames, func(p string) bool { return strings.HasPrefix(name, p) }):
			s.add(item, "the variable "+name+", which is not a sender's", "a variable of its own, such as TICKETS_SECRET")
		case again:
			s.add(item, fmt.Sprintf("the variable %s, which line %d has already", name, line), "another secret in each place")
		case value == "" && s.leftOut(name):
		case value == "":
			s.add(item, "the variable "+name+", which is not set or empty", "one that holds a secret")
		case same:
			s.add(item, "the variable "+name+", which holds the same secret as "+other, "another secret in each variable")
		default:
			s.values[value] = name
			found = append(found, core.Secret(value))
		}
		s.variables[name] = item.Line
	}
	return found
}
