package acs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// AlgorithmACS3 names the only ACS3 variant verified here. The SM3 and RSA
// variants exist but nothing in this product sends them.
const AlgorithmACS3 = "ACS3-HMAC-SHA256"

// VerifyACS3 checks an ACS3-HMAC-SHA256 request. body is the whole request
// body. The error, if any, is an *Error.
//
// The signature is computed from the request's own list of signed headers,
// which must hold host and every x-acs-* header that is present: an unsigned
// one could be changed on the way.
func VerifyACS3(r *http.Request, body []byte, lookup Lookup, now time.Time) (Signed, error) {
	auth, err := parseAuthorization(r.Header.Values("Authorization"))
	if err != nil {
		return Signed{}, err
	}
	if err := auth.coversHeaders(r); err != nil {
		return Signed{}, err
	}
	s := Signed{
		AccessKeyID:   auth.accessKeyID,
		SecurityToken: r.Header.Get("X-Acs-Security-Token"),
		Action:        r.Header.Get("X-Acs-Action"),
		Version:       r.Header.Get("X-Acs-Version"),
		Nonce:         r.Header.Get("X-Acs-Signature-Nonce"),
	}
	if s.Nonce == "" {
		return Signed{}, refuse("MissingSignatureNonce", http.StatusBadRequest, "x-acs-signature-nonce is mandatory for this action.")
	}
	if id := r.Header.Get("X-Acs-Accesskey-Id"); id != "" && id != s.AccessKeyID {
		return Signed{}, refuse(CodeIncompleteSignature, http.StatusBadRequest, "x-acs-accesskey-id differs from the Credential of the Authorization header.")
	}
	if s.Date, err = CheckTime(r.Header.Get("X-Acs-Date"), now); err != nil {
		return Signed{}, err
	}
	secret, err := lookup(s.AccessKeyID, s.SecurityToken)
	if err != nil {
		return Signed{}, lookupError(err)
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return Signed{}, refuse("InvalidParameter", http.StatusBadRequest, "The query string is malformed.")
	}
	sum := sha256.Sum256(body)
	hashed := hex.EncodeToString(sum[:])
	canonical := strings.Join([]string{
		r.Method,
		canonicalPath(r.URL),
		canonicalQuery(query),
		auth.canonicalHeaders(r),
		strings.Join(auth.signedHeaders, ";"),
		hashed,
	}, "\n")
	sum = sha256.Sum256([]byte(canonical))
	toSign := AlgorithmACS3 + "\n" + hex.EncodeToString(sum[:])
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(toSign))
	if !sameText(hex.EncodeToString(mac.Sum(nil)), auth.signature) || !sameText(hashed, r.Header.Get("X-Acs-Content-Sha256")) {
		e := refuse(CodeSignatureDoesNotMatch, http.StatusBadRequest, "Specified signature does not match our calculation.")
		e.StringToSign = canonical
		return Signed{}, e
	}
	return s, nil
}

// authorization is the parsed Authorization header:
// ACS3-HMAC-SHA256 Credential=<key>,SignedHeaders=<a;b>,Signature=<hex>.
type authorization struct {
	accessKeyID   string
	signedHeaders []string
	signature     string
}

func parseAuthorization(values []string) (authorization, error) {
	incomplete := func(why string) (authorization, error) {
		return authorization{}, refuse(CodeIncompleteSignature, http.StatusBadRequest, "The request signature does not conform to Aliyun standards: %s.", why)
	}
	if len(values) != 1 {
		return incomplete("want exactly one Authorization header")
	}
	rest, ok := strings.CutPrefix(values[0], AlgorithmACS3+" ")
	if !ok {
		return incomplete("want " + AlgorithmACS3)
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := fields[name]; !ok || twice || value == "" {
			return incomplete("the Authorization header is malformed")
		}
		fields[name] = value
	}
	a := authorization{
		accessKeyID:   fields["Credential"],
		signedHeaders: strings.Split(fields["SignedHeaders"], ";"),
		signature:     fields["Signature"],
	}
	if len(fields) != 3 || a.accessKeyID == "" || fields["SignedHeaders"] == "" || a.signature == "" {
		return incomplete("want Credential, SignedHeaders and Signature")
	}
	if !slices.IsSorted(a.signedHeaders) || len(slices.Compact(slices.Clone(a.signedHeaders))) != len(a.signedHeaders) {
		return incomplete("SignedHeaders must be sorted and name each header once")
	}
	return a, nil
}

// coversHeaders demands that everything the gateway acts on is signed, and
// that everything signed is there.
func (a authorization) coversHeaders(r *http.Request) error {
	demand := func(name string) error {
		if !slices.Contains(a.signedHeaders, name) {
			return refuse(CodeIncompleteSignature, http.StatusBadRequest, "Header %s is not signed.", name)
		}
		return nil
	}
	if err := demand("host"); err != nil {
		return err
	}
	for name := range r.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-acs-") {
			if err := demand(name); err != nil {
				return err
			}
		}
	}
	for _, name := range a.signedHeaders {
		if name != strings.ToLower(name) || (name != "host" && len(r.Header.Values(name)) == 0) {
			return refuse(CodeIncompleteSignature, http.StatusBadRequest, "Signed header %q is not in the request.", name)
		}
	}
	return nil
}

// canonicalHeaders lists the signed headers, one a line, each line ended.
func (a authorization) canonicalHeaders(r *http.Request) string {
	var b strings.Builder
	for _, name := range a.signedHeaders {
		values := slices.Clone(r.Header.Values(name))
		if name == "host" {
			values = []string{r.Host}
		}
		for i, v := range values {
			values[i] = strings.TrimSpace(v)
		}
		slices.Sort(values)
		b.WriteString(name + ":" + strings.Join(values, ",") + "\n")
	}
	return b.String()
}

// canonicalPath is the path as it was sent, with the three characters that
// form encoding and RFC 3986 disagree about made equal.
func canonicalPath(u *url.URL) string {
	p := u.EscapedPath()
	if p == "" {
		return "/"
	}
	p = strings.ReplaceAll(p, "+", "%20")
	p = strings.ReplaceAll(p, "*", "%2A")
	return strings.ReplaceAll(p, "%7E", "~")
}
