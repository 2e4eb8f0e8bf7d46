package strictjson_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"stopdesktops/internal/core"
	"stopdesktops/internal/strictjson"
)

// FuzzDecode checks that what Decode accepts means the same to encoding/json at
// its strictest, that what it refuses is refused with words, and that words
// never carry what a secret field held.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"],"OsUpdate":true}`, `{"LoginToken":7,"x":{}}`,
		`{"DesktopId":[null]}`, `{"RegionId":"\ud83d\ude00"}`, `{"a":[[[]]]}`, "{\"\xc3\":1}", `{"DryRun":true}x`, `[1]`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got core.Request
		problems := strictjson.Decode(data, &got)
		for _, p := range problems {
			if p.Field == "" || p.Problem == "" || !utf8.ValidString(p.Field+p.Problem) || strings.ContainsAny(p.Field+p.Problem, "\n\x1b") {
				t.Errorf("problem %q", p)
			}
		}
		if len(problems) > 0 {
			return
		}
		var want core.Request
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("accepted %q, encoding/json says %v", data, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("read %q as %#v, encoding/json as %#v", data, got, want)
		}
	})
}

// FuzzSecret puts any JSON value where a secret belongs and looks for it in the
// problems.
func FuzzSecret(f *testing.F) {
	f.Add([]byte(`["s3cr3t-token"]`))
	f.Add([]byte(`12345678901234567890`))
	f.Add([]byte(`"s3cr3t-token`))
	f.Fuzz(func(t *testing.T, value []byte) {
		marker := []byte("m4rk3r-of-the-secret")
		doc := append([]byte(`{"LoginToken":{"a":["m4rk3r-of-the-secret"]},"SessionId":`), value...)
		doc = append(doc, `,"SessionToken":["m4rk3r-of-the-secret"]}`...)
		for _, p := range strictjson.Decode(doc, &core.Request{}) {
			if bytes.Contains([]byte(p.Problem), marker) {
				t.Errorf("%s shows the secret: %s", p.Field, p.Problem)
			}
		}
	})
}
