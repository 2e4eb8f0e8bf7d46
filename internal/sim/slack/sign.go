package slack

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"
)

// The headers of a signed request.
const (
	SignatureHeader = "X-Slack-Signature"
	TimestampHeader = "X-Slack-Request-Timestamp"
)

// Sign returns the value of SignatureHeader for a raw body: the v0 scheme of
// Slack's documentation, "Verifying requests from Slack". The timestamp is in
// Unix seconds as decimal text. The secret is used as text, never decoded.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// alphanumeric is what the last part of a response URL is made of.
const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// randomText has n characters of the alphabet.
func randomText(n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[randomNumber(int64(len(alphabet)))]
	}
	return string(b)
}

func randomNumber(below int64) int64 {
	n, err := rand.Int(rand.Reader, big.NewInt(below))
	if err != nil {
		panic(err) // The system has no randomness: nothing here could go on.
	}
	return n.Int64()
}

// newTriggerID has the shape of the real ones: digits, digits, 32 hex digits.
func newTriggerID() string {
	return fmt.Sprintf("%d.%d.%s", 1e12+randomNumber(9e12), 1e10+randomNumber(9e10), randomText(32, "0123456789abcdef"))
}

// nextTS returns a message's name in its channel: Unix seconds with six
// decimals, unlike any before. The lock is held.
func (s *Server) nextTS() string {
	now := s.o.Now().UnixMicro()
	s.lastTS = max(now, s.lastTS+1)
	return formatTS(s.lastTS)
}

func formatTS(micro int64) string {
	t := time.UnixMicro(micro)
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}
