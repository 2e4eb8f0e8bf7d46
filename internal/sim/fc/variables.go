package fc

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxVariableDepth ends variables that refer to each other in a circle.
const maxVariableDepth = 8

// variables resolves the ${...} of a Serverless Devs file: env('X'),
// env('X','default'), vars.x.y, resources.x.props.y and json(...) around any
// of them. What only the cloud knows, resources.x.output.y and config(...),
// stays as it is written.
type variables struct {
	env   func(string) (string, bool)
	root  *yaml.Node
	depth int
}

// errStays marks an expression that only a deployment can resolve.
var errStays = errors.New("known to the cloud only")

// resolve replaces the variables of every value under a node.
func (v *variables) resolve(n *yaml.Node) error {
	switch n.Kind {
	case yaml.ScalarNode:
		return v.resolveScalar(n)
	case yaml.MappingNode:
		var faults []error
		for i := 1; i < len(n.Content); i += 2 {
			faults = append(faults, v.resolve(n.Content[i]))
		}
		return errors.Join(faults...)
	case yaml.SequenceNode, yaml.DocumentNode:
		var faults []error
		for _, c := range n.Content {
			faults = append(faults, v.resolve(c))
		}
		return errors.Join(faults...)
	}
	return nil // an alias: its target is resolved where it stands
}

func (v *variables) resolveScalar(n *yaml.Node) error {
	if !strings.Contains(n.Value, "${") {
		return nil
	}
	var out strings.Builder
	rest := n.Value
	for {
		before, after, found := strings.Cut(rest, "${")
		out.WriteString(before)
		if !found {
			break
		}
		x, err := parseExpression(after)
		if err != nil {
			return atLine(n, "${%s: %w", firstLine(after), err)
		}
		value, err := v.value(x)
		if err != nil && !errors.Is(err, errStays) {
			return atLine(n, "%w", err)
		}
		whole := len(n.Value) == len("${")+x.length
		switch {
		case err != nil:
			out.WriteString("${" + after[:x.length])
		case whole && value.Tag != "!!str":
			// A number, a boolean or a structure keeps its type.
			line, column := n.Line, n.Column
			*n = *value
			n.Line, n.Column = line, column
			return nil
		case value.Kind != yaml.ScalarNode:
			return atLine(n, "a list or a map cannot be part of a text")
		default:
			out.WriteString(value.Value)
		}
		rest = after[x.length:]
	}
	n.Value, n.Tag, n.Style = out.String(), "!!str", yaml.DoubleQuotedStyle
	return nil
}

// value evaluates an expression to a node.
func (v *variables) value(x expression) (*yaml.Node, error) {
	v.depth++
	defer func() { v.depth-- }()
	if v.depth > maxVariableDepth {
		return nil, errors.New("variables refer to each other in a circle")
	}
	text := func(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }
	switch {
	case x.literal:
		return text(x.name), nil
	case !x.call:
		return v.path(x.name)
	case x.name == "env" && (len(x.args) == 1 || len(x.args) == 2) && x.args[0].literal:
		if s, ok := v.env(x.args[0].name); ok {
			return text(s), nil
		}
		if len(x.args) == 2 {
			return v.value(x.args[1])
		}
		return nil, fmt.Errorf("env('%s') not found: set it or give a default", x.args[0].name)
	case x.name == "json" && len(x.args) == 1:
		inner, err := v.value(x.args[0])
		if err != nil {
			return nil, err
		}
		var doc yaml.Node
		if inner.Kind != yaml.ScalarNode || yaml.Unmarshal([]byte(inner.Value), &doc) != nil || len(doc.Content) != 1 {
			return nil, errors.New("json(...) got a text that is not JSON")
		}
		return doc.Content[0], nil
	case x.name == "config":
		return nil, errStays
	default:
		return nil, fmt.Errorf("${%s(...)} with %d arguments is not known here, only env, json, config, vars and resources", x.name, len(x.args))
	}
}

// path follows vars.a.b or resources.a.props.b from the top of the file.
func (v *variables) path(name string) (*yaml.Node, error) {
	parts := strings.Split(name, ".")
	if len(parts) > 2 && parts[0] == "resources" && parts[2] == "output" {
		return nil, errStays
	}
	if len(parts) < 2 || parts[0] != "vars" && parts[0] != "resources" {
		return nil, fmt.Errorf("${%s} is not known here", name)
	}
	n := v.root
	for _, part := range parts {
		child := childOf(target(n), part)
		if child == nil {
			return nil, fmt.Errorf("${%s}: %q does not exist", name, part)
		}
		n = child
	}
	n = target(n)
	if err := v.resolve(n); err != nil {
		return nil, err
	}
	return n, nil
}

func childOf(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// expression is what stands between ${ and }.
type expression struct {
	name    string // the function, the path, or the literal's text
	call    bool
	literal bool
	args    []expression
	length  int // bytes up to and with the closing brace; for the outermost
}

// parseExpression reads s up to the closing brace.
func parseExpression(s string) (expression, error) {
	p := &expressionParser{s: s}
	x, err := p.expression(0)
	if err != nil {
		return x, err
	}
	if !p.take('}') {
		return x, errors.New("no closing brace")
	}
	x.length = p.at
	return x, nil
}

type expressionParser struct {
	s  string
	at int
}

func (p *expressionParser) expression(depth int) (expression, error) {
	if depth > maxVariableDepth {
		return expression{}, errors.New("nested too deeply")
	}
	p.spaces()
	if p.at < len(p.s) && (p.s[p.at] == '\'' || p.s[p.at] == '"') {
		quote := p.s[p.at]
		end := strings.IndexByte(p.s[p.at+1:], quote)
		if end < 0 {
			return expression{}, errors.New("a quote is not closed")
		}
		x := expression{literal: true, name: p.s[p.at+1 : p.at+1+end]}
		p.at += end + 2
		return x, nil
	}
	from := p.at
	for p.at < len(p.s) && !strings.ContainsRune("(){},'\" \t\n", rune(p.s[p.at])) {
		p.at++
	}
	x := expression{name: p.s[from:p.at]}
	if x.name == "" {
		return x, errors.New("an expression is missing")
	}
	if !p.take('(') {
		return x, nil
	}
	x.call = true
	for {
		arg, err := p.expression(depth + 1)
		if err != nil {
			return x, err
		}
		x.args = append(x.args, arg)
		if p.take(')') {
			return x, nil
		}
		if !p.take(',') {
			return x, errors.New("a closing parenthesis is missing")
		}
	}
}

func (p *expressionParser) spaces() {
	for p.at < len(p.s) && strings.IndexByte(" \t\n", p.s[p.at]) >= 0 {
		p.at++
	}
}

func (p *expressionParser) take(c byte) bool {
	p.spaces()
	if p.at < len(p.s) && p.s[p.at] == c {
		p.at++
		return true
	}
	return false
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}
