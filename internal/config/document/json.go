package document

import (
	"encoding/json"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/pattern"
)

// JSON writes a node as JSON, which is what requests are decoded from.
func JSON(n *yaml.Node) []byte { return appendJSON(nil, n) }

func appendJSON(b []byte, n *yaml.Node) []byte {
	switch n.Kind {
	case yaml.MappingNode:
		b = append(b, '{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, n.Content[i].Value)
			b = append(b, ':')
			b = appendJSON(b, n.Content[i+1])
		}
		return append(b, '}')
	case yaml.SequenceNode:
		b = append(b, '[')
		for i, c := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, c)
		}
		return append(b, ']')
	}
	switch n.ShortTag() {
	case "!!null":
		return append(b, "null"...)
	case "!!bool":
		return append(b, strings.ToLower(n.Value)...)
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return append(b, n.Value...)
		}
	}
	return appendString(b, n.Value)
}

func appendString(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return append(b, quoted...)
}

var fieldStep = pattern.New(`[^.\[\]]+`)

// Find returns the node to blame for a field such as StoppedMode or
// DesktopId[1]: the key, the item, or the nearest thing around it. Of a key that
// occurs twice it is the second.
func Find(n *yaml.Node, field string) *yaml.Node {
	blame := n
	for _, step := range fieldStep.FindAllString(field, -1) {
		key, value := Child(n, step)
		if value == nil {
			break
		}
		blame, n = key, value
	}
	return blame
}

// Child returns the key and the value at one step, or nothing. Of an item the key
// is the item itself.
func Child(n *yaml.Node, step string) (key, value *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := len(n.Content) - 2; i >= 0; i -= 2 {
			if n.Content[i].Value == step {
				return n.Content[i], n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	}
	return nil, nil
}
