package oss

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/sim/ram"
)

// The words of signature version 4, from the OSS documentation "Include
// signatures in the Authorization header (V4)".
const (
	signAlgorithm   = "OSS4-HMAC-SHA256"
	signKeyPrefix   = "aliyun_v4"
	signProduct     = "oss"
	signTerminator  = "aliyun_v4_request"
	unsignedPayload = "UNSIGNED-PAYLOAD"
	signTimeFormat  = "20060102T150405Z"
	signDateFormat  = "20060102"
)

// MaxSkew is how far a request's date may be from the service's clock, in
// either direction, from the same documentation.
const MaxSkew = 15 * time.Minute

// authorization is a parsed Authorization header.
type authorization struct {
	keyID      string
	date       string // day of the scope, yyyymmdd
	region     string
	additional []string // further signed headers, lower case, sorted
	signature  string   // hex
}

// authenticate finds out who sent the request and proves it by the signature.
func (s *Server) authenticate(r *http.Request, at place, query map[string]string) (ram.Principal, *apiError) {
	var nobody ram.Principal
	_, signedV4 := query["x-oss-signature"]
	_, signedV1 := query["Signature"]
	if signedV4 || signedV1 {
		return nobody, notImplemented("signed URLs")
	}
	if len(r.Header.Values("Authorization")) == 0 {
		return nobody, errAnonymous
	}
	for _, once := range []string{"Authorization", "x-oss-date", "x-oss-content-sha256", "x-oss-security-token"} {
		if len(r.Header.Values(once)) > 1 {
			return nobody, invalidArgument("0002-00000213", "The header "+once+" may be given only once.")
		}
	}
	auth, err := parseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return nobody, err
	}
	date := r.Header.Get("x-oss-date")
	when, parseErr := time.Parse(signTimeFormat, date)
	switch {
	case parseErr != nil:
		return nobody, errNoDate
	case auth.date != when.Format(signDateFormat):
		return nobody, invalidArgument("0002-00000212", "Invalid signing date in Authorization header.")
	case auth.region != s.region:
		return nobody, invalidArgument("0002-00000228", "Invalid signing region in Authorization header.")
	case r.Header.Get("x-oss-content-sha256") != unsignedPayload:
		return nobody, invalidArgument("0002-00000214", "The value of x-oss-content-sha256 must be UNSIGNED-PAYLOAD.")
	case s.now().Sub(when).Abs() > MaxSkew:
		return nobody, errSkewed
	}
	who, authErr := s.authority.Authenticate(auth.keyID, r.Header.Get("x-oss-security-token"))
	switch {
	case errors.Is(authErr, ram.ErrMissingToken):
		return nobody, errMissingToken
	case errors.Is(authErr, ram.ErrTokenMismatch):
		return nobody, errTokenMismatch
	case errors.Is(authErr, ram.ErrTokenExpired):
		return nobody, errTokenExpired
	case authErr != nil:
		return nobody, errInvalidAccessKey
	}
	// Go's server moves Host out of the header, where a signer had it.
	header := r.Header.Clone()
	header.Set("Host", r.Host)
	for _, name := range auth.additional {
		if header.Values(name) == nil {
			return nobody, invalidArgument("0002-00000213", "AdditionalHeaders names "+name+", which the request does not have.")
		}
	}
	toSign := stringToSign(date, auth, canonicalRequest(r.Method, at, query, header, auth.additional))
	if !hmac.Equal([]byte(signature(who.AccessKeySecret, auth, toSign)), []byte(auth.signature)) {
		return nobody, signatureMismatch(toSign)
	}
	return who, nil
}

// parseAuthorization reads
//
//	OSS4-HMAC-SHA256 Credential=<id>/<yyyymmdd>/<region>/oss/aliyun_v4_request[,AdditionalHeaders=a;b],Signature=<hex>
func parseAuthorization(header string) (authorization, *apiError) {
	malformed := func(ec, what string) (authorization, *apiError) {
		return authorization{}, invalidArgument(ec, "The Authorization header is invalid: "+what+".")
	}
	scheme, rest, _ := strings.Cut(header, " ")
	if scheme != signAlgorithm {
		return malformed("", "only "+signAlgorithm+" is taken")
	}
	fields := map[string]string{}
	for field := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(field, "=")
		name = strings.TrimSpace(name)
		_, twice := fields[name]
		if !ok || twice || value == "" || !slices.Contains([]string{"Credential", "AdditionalHeaders", "Signature"}, name) {
			return malformed("0002-00000213", "its fields are Credential, AdditionalHeaders and Signature, each once and with a value")
		}
		fields[name] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	if len(scope) != 5 || scope[3] != signProduct || scope[4] != signTerminator {
		return malformed("0002-00000213", "Credential must be <AccessKeyId>/<SignDate>/<Region>/oss/aliyun_v4_request")
	}
	a := authorization{keyID: scope[0], date: scope[1], region: scope[2], signature: fields["Signature"]}
	if a.keyID == "" {
		return malformed("0002-00000206", "the AccessKeyId is empty")
	}
	if a.signature == "" {
		return malformed("0002-00000219", "the Signature is missing")
	}
	if names := fields["AdditionalHeaders"]; names != "" {
		a.additional = strings.Split(names, ";")
		for i, name := range a.additional {
			unordered := i > 0 && a.additional[i-1] >= name
			if name == "" || name != strings.ToLower(name) || unordered || alwaysSigned(name) {
				return malformed("0002-00000213", "AdditionalHeaders must be lower-case names in order, without those that are signed anyway")
			}
		}
	}
	return a, nil
}

// parseQuery decodes the query. Parameters given twice are refused: which of
// the two is signed would be a guess.
func parseQuery(raw string) (map[string]string, *apiError) {
	query := map[string]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		k, v, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(k)
		value, err2 := url.QueryUnescape(v)
		_, twice := query[name]
		if err != nil || err2 != nil || twice || name == "" {
			return nil, errInvalidURI
		}
		query[name] = value
	}
	return query, nil
}

// canonicalRequest is what both sides agree the request is. The bucket is in
// its path also when it came in the host name.
func canonicalRequest(method string, at place, query map[string]string, header http.Header, additional []string) string {
	var params []string
	for name, value := range query {
		p := escape(name, "")
		if value != "" {
			p += "=" + escape(value, "")
		}
		params = append(params, p)
	}
	slices.SortFunc(params, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, "=")
		nameB, _, _ := strings.Cut(b, "=")
		return strings.Compare(nameA, nameB)
	})
	var lines []string
	for name, values := range header {
		low := strings.ToLower(name)
		if !alwaysSigned(low) && !slices.Contains(additional, low) {
			continue
		}
		trimmed := make([]string, len(values))
		for i, v := range values {
			trimmed[i] = strings.TrimSpace(v)
		}
		lines = append(lines, low+":"+strings.Join(trimmed, ",")+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, ":")
		nameB, _, _ := strings.Cut(b, ":")
		return strings.Compare(nameA, nameB)
	})
	return strings.Join([]string{
		method,
		escape("/"+at.bucket+"/"+at.key, "/"),
		strings.Join(params, "&"),
		strings.Join(lines, ""),
		strings.Join(additional, ";"),
		unsignedPayload,
	}, "\n")
}

func stringToSign(date string, a authorization, canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	scope := strings.Join([]string{a.date, a.region, signProduct, signTerminator}, "/")
	return strings.Join([]string{signAlgorithm, date, scope, hex.EncodeToString(sum[:])}, "\n")
}

// signature derives the day's key and signs with it, in lower-case hex.
func signature(secret string, a authorization, toSign string) string {
	key := []byte(signKeyPrefix + secret)
	for _, part := range []string{a.date, a.region, signProduct, signTerminator, toSign} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	return hex.EncodeToString(key)
}

func alwaysSigned(name string) bool {
	return strings.HasPrefix(name, "x-oss-") || name == "content-type" || name == "content-md5"
}

// escape percent-encodes every byte that is neither unreserved nor kept.
func escape(s, keep string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if letter || strings.IndexByte("-._~", c) >= 0 || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}
