package ticket

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/tidwall/gjson"

	"stopdesktops/internal/core"
	"stopdesktops/internal/strictjson"
)

const (
	// MaxBytes is the largest body that is read as a ticket. Doors refuse far
	// smaller ones; this bounds the work whoever calls.
	MaxBytes = 1 << 20

	// MaxDepth is how deep objects and arrays may nest. Issues with formatted
	// text nest some twenty levels; the rest is room.
	MaxDepth = 64
)

// Document is a body that was found to be one strict JSON object: UTF-8, no
// name twice in one object, nothing behind it.
type Document struct{ root gjson.Result }

// Open checks a body. The problem tells the place and never quotes what stands
// there; its field is strictjson.Document.
func Open(body []byte) (Document, *core.FieldError) {
	if problem := check(body); problem != "" {
		return Document{}, &core.FieldError{Field: strictjson.Document, Problem: problem}
	}
	return Document{gjson.ParseBytes(body)}, nil
}

func check(body []byte) string {
	switch {
	case len(body) > MaxBytes:
		return fmt.Sprintf("has %d bytes, more than %d", len(body), MaxBytes)
	case !utf8.Valid(body):
		return "is not UTF-8; send it as UTF-8"
	case len(bytes.TrimSpace(body)) == 0:
		return "is empty; send a JSON object"
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(body))
	if kind := dec.PeekKind(); kind != '{' && kind != jsontext.KindInvalid {
		return "is not a JSON object; send one"
	}
	for first := true; first || dec.StackDepth() > 0; first = false {
		if _, err := dec.ReadToken(); err != nil {
			return broken(body, err)
		}
		if dec.StackDepth() > MaxDepth {
			return fmt.Sprintf("nests deeper than %d levels at %s", MaxDepth, place(body, dec.InputOffset()))
		}
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return "goes on after its end; send one JSON object and nothing else"
	}
	return ""
}

func broken(body []byte, err error) string {
	offset := int64(len(body))
	if e := (*jsontext.SyntacticError)(nil); errors.As(err, &e) {
		offset = e.ByteOffset
	}
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "has a name twice in one object at " + place(body, offset) + "; give each name once"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "ends too early; it is not JSON"
	}
	return "is not JSON at " + place(body, offset)
}

// place names a byte offset as people count, in lines and columns from 1.
func place(body []byte, offset int64) string {
	before := body[:min(offset, int64(len(body)))]
	line := bytes.Count(before, []byte{'\n'}) + 1
	return fmt.Sprintf("line %d, column %d", line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])+1)
}
