package acs

import (
	"crypto/subtle"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Lookup returns the secret of an access key. securityToken is empty when the
// request carried none.
type Lookup func(accessKeyID, securityToken string) (secret string, err error)

// Signed is what a verified request proved about itself.
type Signed struct {
	AccessKeyID   string
	SecurityToken string
	Action        string
	Version       string
	Nonce         string
	Date          time.Time
}

const (
	// ClockSkew is how far a request's time may be from the gateway's, in
	// either direction.
	ClockSkew = 15 * time.Minute

	// TimeFormat is the one form of time that both schemes take, always UTC.
	TimeFormat = "2006-01-02T15:04:05Z"
)

// CheckTime says whether a request's time is well formed and within ClockSkew
// of now. Unsigned requests carry a time too, so it is exported.
func CheckTime(text string, now time.Time) (time.Time, error) {
	t, err := time.Parse(TimeFormat, text)
	if err != nil {
		return time.Time{}, refuse(CodeTimeStampFormat, 400, "Specified time stamp or date value is not well formatted, want yyyy-MM-ddTHH:mm:ssZ.")
	}
	if t.Sub(now).Abs() > ClockSkew {
		return time.Time{}, refuse(CodeTimeStampExpired, 400, "Specified time stamp or date value is expired.")
	}
	return t, nil
}

func sameText(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// percentEncode is the RFC 3986 encoding that both schemes sign. It differs
// from Go's form encoding in the space only.
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// canonicalQuery joins the parameters in the order of their names, and of
// their values where a name occurs twice.
func canonicalQuery(params url.Values) string {
	names := make([]string, 0, len(params))
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		for _, value := range slices.Sorted(slices.Values(params[name])) {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(percentEncode(name))
			b.WriteByte('=')
			b.WriteString(percentEncode(value))
		}
	}
	return b.String()
}
