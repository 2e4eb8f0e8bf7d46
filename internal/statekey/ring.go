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
func newRing(door []byte) ring {
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
		*d.to = derive(door, d.info, d.n)
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		panic(fmt.Sprintf("make the sealing cipher: %v", err)) // 32 bytes are a key
	}
	// Random nonces allow 2^32 seals under one key; a run makes a handful.
	if r.seal, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		panic(fmt.Sprintf("make the sealing cipher: %v", err)) // AES has the block size that GCM wants
	}
	return r
}

// doorKey derives a door's key from a state key.
func doorKey(state []byte, door core.Door) []byte {
	return derive(state, infoDoor+string(door), subkeyBytes)
}

// derive is HKDF-SHA256 without a salt: the secret is random already.
func derive(secret []byte, info string, n int) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, info, n)
	if err != nil {
		panic(fmt.Sprintf("derive a key: %v", err)) // the sizes of keys were checked when they were parsed
	}
	return key
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
