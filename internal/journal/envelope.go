package journal

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"stopdesktops/internal/core"
)

// version is the version of the record format. A reader refuses any other one,
// because a field that it does not know may be the one that matters.
const version = 1

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

// written is how records look: as encoding/json writes them, in the order of
// the fields. They are written piece by piece, because a fleet's record in
// whole is a good part of a function's memory.
var written = jsonv1.DefaultOptionsV1()

// encode makes the bytes of a record.
func encode[T any](at place[T], e envelope[T]) (data []byte, contentType string, err error) {
	if err := at.kind.check(e.Body, at.run, at.n); err != nil {
		return nil, "", err
	}
	p := packer{limit: at.kind.limit}
	if err := json.MarshalWrite(&p, e, written); err != nil {
		return nil, "", err
	}
	return p.done()
}

// decode reads the bytes of a record strictly: nothing unknown, nothing twice,
// nothing behind it, and nothing that belongs elsewhere.
func decode[T any](at place[T], data []byte) (envelope[T], error) {
	var e envelope[T]
	err := readOne(data, at.kind.limit, &e, json.RejectUnknownMembers(true))
	if err != nil || e.Version != version {
		// A record of a later version fails in many ways. Say the one that helps.
		var head struct{ Version int }
		if readOne(data, at.kind.limit, &head) == nil && head.Version > version {
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

// readOne reads the one JSON value of a record, compressed or not.
func readOne(data []byte, limit int, to any, how ...json.Options) error {
	plain, err := newUnpacker(data, limit)
	if err != nil {
		return err
	}
	if err := json.UnmarshalRead(plain, to, how...); err != nil {
		return err
	}
	return plain.ended()
}
