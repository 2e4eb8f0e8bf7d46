package acs

import (
	"errors"
	"testing"
)

// No Authorization header but the vector's own is accepted, and none panics.
func FuzzAuthorization(f *testing.F) {
	good := acs3Vector().Header.Get("Authorization")
	for _, seed := range []string{
		good, "", "ACS3-HMAC-SHA256 ", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=;;,Signature=b",
		"ACS3-HMAC-SHA256 =,=,=", good + ",", "Bearer x", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host;\xff,Signature=\x00",
	} {
		f.Add(seed)
	}
	want, err := parseAuthorization([]string{good})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := acs3Vector()
		r.Header.Set("Authorization", header)
		_, err := VerifyACS3(r, nil, vectorLookup, vectorTime)
		if err == nil {
			got, _ := parseAuthorization([]string{header})
			// The key's name is not part of what is signed; its secret is.
			if got.signature != want.signature || len(got.signedHeaders) != len(want.signedHeaders) {
				t.Errorf("accepted %q", header)
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) || e.Code == "" || e.HTTPStatus < 400 {
			t.Errorf("got error %v, want an *Error", err)
		}
	})
}
