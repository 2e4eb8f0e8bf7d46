package fc

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxBody is the most bytes of a request's body that are read. The largest
// request, five hundred desktop ids with every option, takes 20 KB, and the
// specification of Standard Webhooks asks senders to stay under that.
const MaxBody = 64 << 10

// tooLarge is the body of a request over MaxBody: reading it gives what
// http.MaxBytesReader gives, so handlers answer 413 as they always do.
type tooLarge struct{}

func (tooLarge) Read([]byte) (int, error) { return 0, &http.MaxBytesError{Limit: MaxBody} }
func (tooLarge) Close() error             { return nil }

// body returns the request's body and its length, -1 where it is too large. It
// measures before it copies.
func (e Event) body() (io.ReadCloser, int64, error) {
	raw := e.members["body"]
	var isBase64 bool
	if err := e.read("isBase64Encoded", &isBase64); err != nil {
		return nil, 0, err
	}
	if len(raw) == 0 || raw.Kind() == 'n' {
		return http.NoBody, 0, nil
	}
	if raw.Kind() != '"' {
		return nil, 0, errors.New("body of the event: not a string")
	}
	limit := MaxBody
	if isBase64 {
		limit = base64.StdEncoding.EncodedLen(MaxBody)
	}
	if textLen(raw) > limit {
		return tooLarge{}, -1, nil
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return nil, 0, errors.New("body of the event: not UTF-8")
	}
	if isBase64 {
		n, err := base64.StdEncoding.Decode(text, text)
		if err != nil {
			return nil, 0, fmt.Errorf("body of the event: %w", err)
		}
		text = text[:n]
	}
	switch {
	case len(text) > MaxBody:
		return tooLarge{}, -1, nil
	case len(text) == 0:
		return http.NoBody, 0, nil
	}
	return io.NopCloser(bytes.NewReader(text)), int64(len(text)), nil
}

// textLen is how many bytes a JSON string holds once its escapes are resolved.
func textLen(raw jsontext.Value) int {
	n := 0
	for i := 1; i < len(raw)-1; i++ {
		if raw[i] != '\\' {
			n++
			continue
		}
		i++ // Past the letter of the escape.
		if raw[i] != 'u' {
			n++
			continue
		}
		r, _ := strconv.ParseUint(string(raw[i+1:i+5]), 16, 16)
		i += 4
		switch {
		case r < 0x80:
			n++
		case r < 0x800, r >= 0xd800 && r < 0xe000: // Half a pair: the pair takes four.
			n += 2
		default:
			n += 3
		}
	}
	return n
}
