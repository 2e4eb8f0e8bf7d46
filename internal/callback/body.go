package callback

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/go-json-experiment/json/jsontext"

	"stopdesktops/internal/core"
)

const (
	// maxTemplate bounds a template: a comment in Atlassian's document format,
	// many times over.
	maxTemplate = 64 << 10

	// maxBody bounds what a template makes of a run of the webhook door's
	// ceiling, 500 desktops, with 2 KiB for each.
	maxBody = 1 << 20
)

// body makes the answer's body.
type body struct {
	execute func(io.Writer, any) error
	most    int // desktops that it lists
}

var errTooLong = errors.New("the body is too long")

// asJSON yields a whole JSON value, quotes and all.
func asJSON(v any) (string, error) {
	data, err := json.Marshal(v)
	return string(data), err
}

// asText yields what may stand between the quotes of a JSON string.
func asText(v any) (string, error) {
	data, err := json.Marshal(fmt.Sprint(v))
	if err != nil {
		return "", err
	}
	return string(data[1 : len(data)-1]), nil
}

// functions are all that a template may call. What it prints goes through one
// of the last two.
var functions = []string{"and", "eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not", "or", "json", "text"}

// CheckBody says what is wrong with Options.Body, for whoever has no secret here to
// make a Callback with.
func CheckBody(text string) error {
	_, err := parseBody(text, 0)
	return err
}

// parseBody checks a template, and that it yields JSON whatever a run is like.
func parseBody(text string, most int) (body, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return body{}, errors.New("body is missing; want a template of the answer's JSON")
	case len(text) > maxTemplate:
		return body{}, fmt.Errorf("body has %d bytes; want at most %d", len(text), maxTemplate)
	case most < 0 || most > core.CeilingWebhook:
		return body{}, fmt.Errorf("the body is to list %d desktops; want 1 to %d, or 0 for all", most, core.CeilingWebhook)
	case most == 0:
		most = core.CeilingWebhook
	}
	t, err := template.New("body").Option("missingkey=zero").Funcs(template.FuncMap{"json": asJSON, "text": asText}).Parse(text)
	if err != nil {
		return body{}, fmt.Errorf("%w; want a template of Go's text/template", err)
	}
	c := checker{tree: t.Tree}
	if len(t.Templates()) > 1 {
		c.add(t.Root, "defines a template inside the template; write it out")
	}
	c.list(t.Root)
	if len(c.mistakes) > 0 {
		return body{}, errors.Join(c.mistakes...)
	}
	b := body{execute: t.Execute, most: most}
	for _, s := range samples() {
		if _, err := b.of(s.report, s.ticket); err != nil {
			return body{}, fmt.Errorf("body, for %s: %w", s.name, err)
		}
	}
	return b, nil
}

// of makes the body for a run.
func (b body) of(r core.Report, ticket string) ([]byte, error) {
	out := limited{limit: maxBody}
	if err := b.execute(&out, fieldsOf(r, ticket, b.most)); err != nil {
		if errors.Is(err, errTooLong) {
			return nil, fmt.Errorf("the template makes over %d bytes", maxBody)
		}
		return nil, err
	}
	data := out.Bytes()
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	return data, nil
}

// checkJSON wants one strict JSON value. The error tells the place and quotes
// nothing.
func checkJSON(data []byte) error {
	v := jsontext.Value(data)
	if v.IsValid() {
		return nil
	}
	at := len(data)
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for n := 0; n < 2; n++ { // The second value is what follows the first.
		if _, err := dec.ReadValue(); err != nil {
			if bad := (*jsontext.SyntacticError)(nil); errors.As(err, &bad) {
				at = int(bad.ByteOffset)
			}
			break
		}
		at = int(dec.InputOffset())
	}
	line := 1 + bytes.Count(data[:min(at, len(data))], []byte("\n"))
	return fmt.Errorf("the template does not yield JSON: line %d of the body is wrong; put json before whole values and text inside quotes", line)
}

// limited is a buffer that takes no more than limit bytes.
type limited struct {
	bytes.Buffer
	limit int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > l.limit {
		return 0, errTooLong
	}
	return l.Buffer.Write(p)
}

// checker walks a template and collects its mistakes.
type checker struct {
	tree     *parse.Tree
	mistakes []error
}

func (c *checker) add(n parse.Node, format string, args ...any) {
	where, what := c.tree.ErrorContext(n)
	c.mistakes = append(c.mistakes, fmt.Errorf("%s: %.60s %s", where, what, fmt.Sprintf(format, args...)))
}

func (c *checker) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			c.pipe(n.Pipe)
			if len(n.Pipe.Decl) == 0 && !escapes(n.Pipe) {
				c.add(n, "is printed as it is; end it with json, or with text inside a JSON string, as in {{.Ticket | json}}")
			}
		case *parse.IfNode:
			c.branch(&n.BranchNode)
		case *parse.RangeNode:
			c.branch(&n.BranchNode)
		case *parse.WithNode:
			c.branch(&n.BranchNode)
		case *parse.TemplateNode:
			c.add(n, "calls another template; write it out")
		}
	}
}

func (c *checker) branch(b *parse.BranchNode) {
	c.pipe(b.Pipe)
	c.list(b.List)
	c.list(b.ElseList)
}

// escapes says whether what a pipeline prints went through json or text.
func escapes(p *parse.PipeNode) bool {
	last, ok := p.Cmds[len(p.Cmds)-1].Args[0].(*parse.IdentifierNode)
	return ok && (last.Ident == "json" || last.Ident == "text")
}

func (c *checker) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, command := range p.Cmds {
		for _, arg := range command.Args {
			c.argument(arg)
		}
	}
}

func (c *checker) argument(n parse.Node) {
	switch n := n.(type) {
	case *parse.IdentifierNode:
		if !slices.Contains(functions, n.Ident) {
			c.add(n, "is not a function that a body may call; want one of %s", strings.Join(functions, ", "))
		}
	case *parse.PipeNode:
		c.pipe(n)
	case *parse.ChainNode:
		c.argument(n.Node)
	case *parse.FieldNode:
		c.count(n, n.Ident)
	case *parse.VariableNode:
		if n.Ident[0] == "$" {
			c.count(n, n.Ident[1:])
		}
	}
}

// count finds a code that is none in .Counts.<code>, which would be 0 for ever.
func (c *checker) count(n parse.Node, names []string) {
	if len(names) == 2 && names[0] == "Counts" && !core.Code(names[1]).Valid() {
		c.add(n, "counts a code that no desktop ever ends with; docs list the codes")
	}
}
