package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// checkDocument says what keeps data from being one JSON object, or nothing.
// It tells the place and never quotes what stands there, because that may be
// part of a secret.
func checkDocument(data []byte) string {
	if !utf8.Valid(data) {
		return fmt.Sprintf("is not UTF-8 at %s; send it as UTF-8", place(data, firstInvalid(data)))
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return "is empty; send a JSON object"
	}
	dec := newDecoder(data)
	if kind := dec.PeekKind(); kind != '{' {
		// The kind is a guess from the first letter until the value is read.
		if err := dec.SkipValue(); err != nil {
			return notJSON(data, err)
		}
		return fmt.Sprintf("is %s; send a JSON object", kindWord(kind))
	}
	for first := true; ; first = false {
		if !first && dec.StackDepth() == 0 {
			return checkEnd(dec, data)
		}
		if _, err := dec.ReadToken(); err != nil {
			return notJSON(data, err)
		}
		if dec.StackDepth() > MaxDepth {
			return fmt.Sprintf("nests deeper than %d levels at %s", MaxDepth, place(data, int(dec.InputOffset())))
		}
	}
}

// checkEnd says what follows the object, or nothing.
func checkEnd(dec *jsontext.Decoder, data []byte) string {
	end := int(dec.InputOffset())
	rest := bytes.TrimLeft(data[end:], " \t\r\n")
	if len(rest) == 0 {
		return ""
	}
	return fmt.Sprintf("goes on after its end at %s; send one JSON object and nothing else", place(data, len(data)-len(rest)))
}

func notJSON(data []byte, err error) string {
	offset := len(data)
	if e := (*jsontext.SyntacticError)(nil); errors.As(err, &e) {
		offset = int(e.ByteOffset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Sprintf("ends too early at %s; it is not JSON", place(data, offset))
	}
	return fmt.Sprintf("is not JSON at %s", place(data, offset))
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(data)
}

// place names a byte offset as people count: lines and columns from 1, columns
// in characters.
func place(data []byte, offset int) string {
	before := data[:min(offset, len(data))]
	line := bytes.Count(before, []byte{'\n'}) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}
