package statekey

import (
	"crypto/hmac"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"

	"stopdesktops/internal/core"
)

// Door is the keys of one door: one ring per live key, the current one first.
// It is safe for concurrent use and prints as "[hidden]".
type Door struct {
	name  core.Door
	rings func() []ring
}

// newDoor makes the door of keys, which are asked for and spread into subkeys
// when the door is first used: most invocations use one door or none.
func newDoor(name core.Door, keys func() [][]byte) *Door {
	return &Door{name: name, rings: sync.OnceValue(func() []ring {
		var rings []ring
		for _, key := range keys() {
			rings = append(rings, newRing(key))
		}
		return rings
	})}
}

// runIDChars is 130 bits in base32: 5 bits a character.
const runIDChars = 26

var runIDEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// RunIDs returns the id of the run that a delivery starts: first under the
// current key, then under each older one.
func (d *Door) RunIDs(sender, delivery string) []core.RunID {
	ids := make([]core.RunID, 0, len(d.rings()))
	for _, r := range d.rings() {
		code := runIDEncoding.EncodeToString(mac(r.runID, string(d.name), sender, delivery))
		ids = append(ids, core.RunID(string(d.name)+"-"+code[:runIDChars]))
	}
	return ids
}

// Fingerprint is a keyed hash of a message under the current key, 64
// hexadecimal digits. Being keyed, it tells a reader of the record nothing
// about a message that he could otherwise guess.
func (d *Door) Fingerprint(message []byte) string {
	return hex.EncodeToString(mac(d.rings()[0].fingerprint, string(message)))
}

// SameFingerprint says whether the fingerprint is one of the message under any
// live key, in constant time.
func (d *Door) SameFingerprint(message []byte, fingerprint string) bool {
	same := false
	for _, r := range d.rings() {
		want := hex.EncodeToString(mac(r.fingerprint, string(message)))
		same = hmac.Equal([]byte(want), []byte(fingerprint)) || same
	}
	return same
}

// Sign returns a MAC over label and parts under the current key, 43 characters
// of URL-safe base64. The label says what is signed, such as "button".
func (d *Door) Sign(label string, parts ...string) string {
	return signature(d.rings()[0], label, parts)
}

// Verified says whether mac is what Sign returns for label and parts under any
// live key, in constant time.
func (d *Door) Verified(label, mac string, parts ...string) bool {
	same := false
	for _, r := range d.rings() {
		same = hmac.Equal([]byte(signature(r, label, parts)), []byte(mac)) || same
	}
	return same
}

func signature(r ring, label string, parts []string) string {
	return base64.RawURLEncoding.EncodeToString(mac(r.sign, append([]string{label}, parts...)...))
}

// sealVersion begins every sealed text: version 1 is a key id of 4 bytes, then
// AES-256-GCM's nonce, text and tag, all in URL-safe base64.
const sealVersion = "1."

// ErrSealed is the one error of Open: whatever the cause, there is nothing to
// learn from it and nothing to do but to ask anew.
var ErrSealed = errors.New("the sealed text does not open: it was changed, belongs elsewhere, or its key is gone")

// Seal encrypts and authenticates plain under the current key. Purpose and aad
// are not hidden and not stored; Open needs the same ones.
func (d *Door) Seal(purpose, aad string, plain []byte) string {
	r := d.rings()[0]
	box := r.seal.Seal(r.sealKeyID[:keyIDBytes:keyIDBytes], nil, plain, sealedWith(r, purpose, aad))
	return sealVersion + base64.RawURLEncoding.EncodeToString(box)
}

// Open returns what Seal sealed with the same purpose and aad under any live
// key, or ErrSealed.
func (d *Door) Open(purpose, aad, sealed string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(sealed, sealVersion)
	// The decoder would skip line breaks, and then two texts would be one.
	if !ok || strings.ContainsAny(encoded, "\r\n") {
		return nil, ErrSealed
	}
	box, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil || len(box) < keyIDBytes {
		return nil, ErrSealed
	}
	for _, r := range d.rings() {
		if string(r.sealKeyID) != string(box[:keyIDBytes]) {
			continue
		}
		if plain, err := r.seal.Open(nil, nil, box[keyIDBytes:], sealedWith(r, purpose, aad)); err == nil {
			return plain, nil
		}
	}
	return nil, ErrSealed
}

// sealedWith binds everything about a sealed text that is not in it.
func sealedWith(r ring, purpose, aad string) []byte {
	return pack(sealVersion, string(r.sealKeyID), purpose, aad)
}

// Format keeps every verb of fmt from printing what is inside.
func (d *Door) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, hidden) }

// LogValue keeps slog from printing what is inside.
func (d *Door) LogValue() slog.Value { return slog.StringValue(hidden) }
