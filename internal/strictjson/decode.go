package strictjson

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json/jsontext"

	"stopdesktops/internal/core"
)

const (
	// MaxDepth is how deep objects and arrays may nest. The deepest request
	// that means anything nests three levels; the rest is room.
	MaxDepth = 16

	// MaxProblems bounds the answer to a document that is nothing but
	// problems, because each one takes more room in the answer than it took in
	// the document.
	MaxProblems = 50

	// Document is the field name of a problem with the document as a whole.
	Document = "(document)"
)

// Decode reads data, which must be one JSON object, into the struct that dst
// points to. It returns every problem it finds, in the order of the document.
// *dst holds what could be read: all of it where there is no problem, and
// otherwise enough to check the other values in the same answer, never to be
// acted on.
//
// Fields may be strings, bools, integers and floats of any named type, nested
// structs, and slices, maps by string and pointers of those. A field of another
// kind is a mistake of the program and panics. Problems quote at most MaxEcho
// runes of a value, and nothing of a core.Secret.
func Decode(data []byte, dst any) []core.FieldError {
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("strictjson: decode into %T, want a pointer to a struct", dst))
	}
	if problem := checkDocument(data); problem != "" {
		return []core.FieldError{{Field: Document, Problem: problem}}
	}
	w := walk{dec: newDecoder(data)}
	fresh := reflect.New(target.Elem().Type()).Elem()
	w.object("", fresh)
	target.Elem().Set(fresh)
	return w.problems
}

// newDecoder reads data in place. Equal names are let through, because walk
// reports each of them by name instead of stopping at the first.
func newDecoder(data []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))
}

// walk goes through a document that is known to be well-formed.
type walk struct {
	dec      *jsontext.Decoder
	problems []core.FieldError
}

func (w *walk) add(path, format string, args ...any) {
	switch {
	case len(w.problems) < MaxProblems:
		w.problems = append(w.problems, core.FieldError{Field: path, Problem: fmt.Sprintf(format, args...)})
	case len(w.problems) == MaxProblems:
		w.problems = append(w.problems, core.FieldError{
			Field: Document, Problem: fmt.Sprintf("has more than %d problems; the others are not listed", MaxProblems)})
	}
}

// token reads the next token. The document was read to its end before, so an
// error here means that the two readings differ.
func (w *walk) token() jsontext.Token {
	t, err := w.dec.ReadToken()
	if err != nil {
		panic(fmt.Sprintf("strictjson: a checked document fails: %v", err))
	}
	return t
}

// skip leaves out the next value.
func (w *walk) skip() {
	if err := w.dec.SkipValue(); err != nil {
		panic(fmt.Sprintf("strictjson: a checked document fails: %v", err))
	}
}

// members reads an object and calls each with every name that occurs for the
// first time. each reads the value.
func (w *walk) members(path string, each func(name string)) {
	w.token()
	seen := map[string]bool{}
	for w.dec.PeekKind() != '}' {
		name := w.token().String()
		if seen[name] {
			w.add(join(path, name), "is given twice; give it once")
			w.skip()
			continue
		}
		seen[name] = true
		each(name)
	}
	w.token()
}

// object reads a JSON object into a struct.
func (w *walk) object(path string, dst reflect.Value) {
	fields := fieldsOf(dst.Type())
	w.members(path, func(name string) {
		i, ok := fields.index[name]
		if !ok {
			w.add(join(path, name), "is not a known field%s", fields.hint(name))
			w.skip()
			return
		}
		w.value(join(path, name), dst.Field(i))
	})
}
