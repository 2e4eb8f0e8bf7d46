package statekey

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"stopdesktops/internal/core"
)

// Labels of the derivations. Every derived key has its own, so that nothing
// made for one use can pass for another. They are part of what old records were
// made with: changing one is like changing every state key.
const (
	infoDoor        = "stopdesktops/1/door/" // the door's name follows
	infoRunID       = "stopdesktops/1/use/run id"
	infoFingerprint = "stopdesktops/1/use/fingerprint"
	infoSeal        = "stopdesktops/1/use/seal"
	infoSealKeyID   = "stopdesktops/1/use/seal key id"
	infoSign        = "stopdesktops/1/use/sign"
)

const (
	subkeyBytes = sha256.Size // HMAC-SHA256 and AES-256 both take 32
	keyIDBytes  = 4           // tells apart MaxKeys keys; equal ones are both tried
)

// ring is what one live key gives for one door.
type ring struct {
	runID       []byte
	fingerprint []byte
	sign        []byte
	seal        cipher.AEAD
	sealKeyID   []byte
}

// newRing derives a door's subkeys from the door's key.
func newRing(door []byte) (ring, error) {
	var r ring
	var sealKey []byte
	for _, d := range []struct {
		to   *[]byte
		info string
		n    int
	}{
		{&r.runID, infoRunID, subkeyBytes},
		{&r.fingerprint, infoFingerprint, subkeyBytes},
		{&r.sign, infoSign, subkeyBytes},
		{&sealKey, infoSeal, subkeyBytes},
		{&r.sealKeyID, infoSealKeyID, keyIDBytes},
	} {
		var err error
		if *d.to, err = hkdf.Key(sha256.New, door, nil, d.info, d.n); err != nil {
			return ring{}, fmt.Errorf("derive a subkey: %w", err)
		}
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return ring{}, fmt.Errorf("make the sealing cipher: %w", err)
	}
	// Random nonces allow 2^32 seals under one key; a run makes a handful.
	if r.seal, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return ring{}, fmt.Errorf("make the sealing cipher: %w", err)
	}
	return r, nil
}

// doorKey derives a door's key from a state key.
func doorKey(state []byte, door core.Door) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, state, nil, infoDoor+string(door), subkeyBytes)
	if err != nil {
		return nil, fmt.Errorf("derive the key of the %s door: %w", door, err)
	}
	return key, nil
}

// mac is HMAC-SHA256 over parts, each behind its length, so that no two
// different lists of parts look alike.
func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(pack(parts...))
	return h.Sum(nil)
}

// pack joins parts without ambiguity: how many there are, then each behind its
// length, as 8 bytes, big-endian.
func pack(parts ...string) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(len(parts)))
	for _, p := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}
