// Package signingkey checks a secret of Standard Webhooks, with which tickets sign
// what they send and callbacks sign what they answer. The official library takes an
// empty secret and one of any length.
package signingkey

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// The specification of Standard Webhooks wants 24 to 64 bytes ("Signature scheme").
const (
	minBytes = 24
	maxBytes = 64
)

// Check says what is wrong with a secret, which is whsec_ and then base64. The error
// quotes nothing of it.
func Check(secret string) error {
	encoded, ok := strings.CutPrefix(secret, "whsec_")
	if !ok {
		return errors.New("does not begin with whsec_")
	}
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || strings.ContainsAny(encoded, "\r\n") { // The decoder skips line ends.
		return errors.New("is not base64 after whsec_")
	}
	if len(key) < minBytes || len(key) > maxBytes {
		return fmt.Errorf("holds %d bytes, want %d to %d; make one with: echo whsec_$(openssl rand -base64 32)", len(key), minBytes, maxBytes)
	}
	return nil
}
