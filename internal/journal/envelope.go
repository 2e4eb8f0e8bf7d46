package journal

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"stopdesktops/internal/core"
)

// version is the version of the record format. A reader refuses any other one,
// because a field that it does not know may be the one that matters.
const version = 1

// compressFrom is the size in bytes from which a record is compressed. Below
// it, a person can read the object as it is and a round trip costs the same.
const compressFrom = 8 << 10

// gzipMagic begins a compressed record. JSON text never begins with it.
const gzipMagic = "\x1f\x8b"

// Content types of an object, for whoever opens it in the console.
const (
	typeJSON = "application/json"
	typeGzip = "application/gzip"
)

// envelope is a record as it is stored: JSON, compressed where it is long.
type envelope[T any] struct {
	Version int        `json:"Version"`
	Kind    string     `json:"Kind"`
	Run     core.RunID `json:"Run"`
	Nonce   string     `json:"Nonce"` // of the write, to tell whose record this is
	Sealed  string     `json:"Sealed,omitempty"`
	Body    T          `json:"Body"`
}

// newNonce is 130 random bits.
func newNonce() string { return rand.Text() }

// errTooLarge means that a record is over its kind's limit.
var errTooLarge = errors.New("it is too large")

// encode makes the bytes of a record.
func encode[T any](at place[T], e envelope[T]) (data []byte, contentType string, err error) {
	if err := at.kind.check(e.Body, at.run, at.n); err != nil {
		return nil, "", err
	}
	data, err = json.Marshal(e)
	if err != nil {
		return nil, "", err
	}
	if len(data) > at.kind.limit {
		return nil, "", fmt.Errorf("%w: %d bytes; at most %d are allowed", errTooLarge, len(data), at.kind.limit)
	}
	if len(data) < compressFrom {
		return data, typeJSON, nil
	}
	var packed bytes.Buffer
	// The fastest level: a fleet's record shrinks to a tenth anyway, and CPU
	// time is what a function pays for.
	w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return nil, "", err
	}
	if _, err := w.Write(data); err != nil {
		return nil, "", err
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return packed.Bytes(), typeGzip, nil
}

// decode reads the bytes of a record strictly: nothing unknown, nothing behind
// it, and nothing that belongs elsewhere.
func decode[T any](at place[T], data []byte) (envelope[T], error) {
	data, err := inflate(data, at.kind.limit)
	if err != nil {
		return envelope[T]{}, err
	}
	var e envelope[T]
	err = decodeStrictly(data, &e)
	if err != nil || e.Version != version {
		// A record of a later version fails in many ways. Say the one that helps.
		var head struct{ Version int }
		if json.Unmarshal(data, &head) == nil && head.Version > version {
			return envelope[T]{}, fmt.Errorf("it has version %d and this program reads version %d; upgrade this program", head.Version, version)
		}
		if err == nil {
			err = fmt.Errorf("it has version %d, want %d", e.Version, version)
		}
		return envelope[T]{}, err
	}
	switch {
	case e.Kind != at.kind.name:
		return envelope[T]{}, fmt.Errorf("it is a %.60q, want a %s", e.Kind, at.kind.name)
	case e.Run != at.run:
		return envelope[T]{}, fmt.Errorf("it belongs to run %.60q", e.Run)
	case e.Nonce == "":
		return envelope[T]{}, errors.New("it has no nonce")
	case e.Sealed != "" && !at.kind.sealed:
		return envelope[T]{}, fmt.Errorf("a %s has no sealed part", at.kind.name)
	}
	if err := at.kind.check(e.Body, at.run, at.n); err != nil {
		return envelope[T]{}, err
	}
	return e, nil
}

// inflate undoes the compression of encode and never yields more than limit.
func inflate(data []byte, limit int) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte(gzipMagic)) {
		if len(data) > limit {
			return nil, fmt.Errorf("%w: over %d bytes", errTooLarge, limit)
		}
		return data, nil
	}
	packed := bytes.NewReader(data)
	r, err := gzip.NewReader(packed)
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	r.Multistream(false)
	plain, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("decompress: %w", err)
	case len(plain) > limit:
		return nil, fmt.Errorf("%w: over %d bytes", errTooLarge, limit)
	case packed.Len() > 0:
		return nil, errors.New("something follows its end")
	}
	return plain, nil
}

func newDecoder(data []byte) *json.Decoder {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec
}

// decodeStrictly reads one JSON value and wants nothing behind it.
func decodeStrictly(data []byte, to any) error {
	dec := newDecoder(data)
	if err := dec.Decode(to); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows its end")
	}
	return nil
}
