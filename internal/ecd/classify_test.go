package ecd

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"stopdesktops/internal/core"
)

func TestClassify(t *testing.T) {
	tests := []struct {
		code    string
		status  int
		class   core.CloudClass
		mayHave bool
	}{
		{"Throttling", 400, core.CloudThrottled, false},
		{"Throttling.User", 429, core.CloudThrottled, false},
		{"Throttling.Api", 503, core.CloudThrottled, false},
		{"ThrottlingException", 403, core.CloudThrottled, false},
		{"Rejected.Throttling", 400, core.CloudThrottled, false},
		{"Api.Throttling", 500, core.CloudThrottled, false},
		{"OperationTooFrequent", 400, core.CloudThrottled, false},
		{"SomethingNew", 429, core.CloudThrottled, false},
		{"ServiceUnavailable", 503, core.CloudDown, true},
		{"ServiceUnavailable.Backend", 500, core.CloudDown, true},
		{"InternalError", 500, core.CloudDown, true},
		{"InternalError", 400, core.CloudDown, true},
		{"SomethingNew", 500, core.CloudDown, true},
		{"SomethingNew", 504, core.CloudDown, true},
		{"SomethingNew", 408, core.CloudDown, true},
		{"NoPermission", 400, core.CloudForbidden, false},
		{"NoPermission", 500, core.CloudForbidden, false},
		{"Forbidden", 403, core.CloudForbidden, false},
		{"Forbidden.RAM", 400, core.CloudForbidden, false},
		{"InvalidClientIp.Policy", 400, core.CloudForbidden, false},
		{"Order.Unpaid", 403, core.CloudForbidden, false},
		{"InvalidSecurityToken.Expired", 403, core.CloudCredentials, false},
		{"InvalidSecurityToken.MismatchWithAccessKey", 400, core.CloudCredentials, false},
		{"MissingSecurityToken", 400, core.CloudCredentials, false},
		{"InvalidAccessKeyId.NotFound", 404, core.CloudCredentials, false},
		{"InvalidAccessKeyId.Inactive", 400, core.CloudCredentials, false},
		{"SignatureDoesNotMatch", 400, core.CloudCredentials, false},
		{"IncompleteSignature", 400, core.CloudCredentials, false},
		{"InvalidTimeStamp.Expired", 400, core.CloudCredentials, false},
		{"InvalidLoginToken", 400, core.CloudCredentials, false},
		{"LoginTokenExpired", 400, core.CloudCredentials, false},
		{"SignatureNonceUsed", 400, core.CloudDown, true},
		{"InvalidDesktopId.NotFound", 400, core.CloudBadDesktop, false},
		{"InvalidDesktopIds", 404, core.CloudBadDesktop, false},
		{"IncorrectDesktopStatus", 400, core.CloudBadDesktop, false},
		{"IncorrectDesktopStatus.Stopping", 500, core.CloudBadDesktop, false},
		{"MissingClientId", 400, core.CloudBadRequest, false},
		{"MissingDesktopId", 400, core.CloudBadRequest, false},
		{"MissingParameter", 400, core.CloudBadRequest, false},
		{"InvalidParameter", 400, core.CloudBadRequest, false},
		{"InvalidRegionId.NotFound", 404, core.CloudBadRequest, false},
		{"IdempotentParameterMismatch", 403, core.CloudBadRequest, false},
		{"IdempotenceParamNotMatch", 400, core.CloudBadRequest, false},
		{"Idempotence.SignatureMismatch", 400, core.CloudBadRequest, false},
		{"InvalidClientToken.Malformed", 400, core.CloudBadRequest, false},
		{"IdempotentProcessing", 403, core.CloudDown, true},
		{"LastTokenProcessing", 403, core.CloudDown, true},
		{"Idempotence.Processing", 400, core.CloudDown, true},
		{"OperationFailed.IdempotentTokenProcessing", 400, core.CloudDown, true},
		{"SomethingNew", 401, core.CloudCredentials, false},
		{"SomethingNew", 403, core.CloudForbidden, false},
		{"SomethingNew", 400, core.CloudBadRequest, false},
		{"SomethingNew", 409, core.CloudUnclear, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.code, " ", tt.status), func(t *testing.T) {
			body := fmt.Sprintf(`{"requestId":"R-1","code":%q,"message":"words of the cloud"}`, tt.code)
			e := classify("StopDesktops", &exchange{status: tt.status, header: http.Header{}, body: []byte(body)}, nil)
			if e.Class != tt.class || e.MayHave != tt.mayHave || e.Code != tt.code || e.Status != tt.status || e.RequestID != "R-1" || e.Text == "" {
				t.Errorf("got %+v, want class %s and MayHave %t", e, tt.class, tt.mayHave)
			}
			if e.Class == core.CloudCredentials && tt.code != "SomethingNew" && strings.Contains(e.Text, "words of the cloud") {
				t.Errorf("the cloud's own words about keys and signatures are shown: %s", e.Text)
			}
		})
	}
}

func TestPermissionNamesTheRight(t *testing.T) {
	for body, want := range map[string]string{
		`{"Code":"NoPermission","Message":"no"}`:                                                          "the right ecd:StopDesktops: no",
		`{"Code":"NoPermission","Message":"no","AccessDeniedDetail":{"AuthAction":"ecd:Other"}}`:          "the right ecd:Other: no",
		`{"Code":"NoPermission","Message":"","AccessDeniedDetail":{"AuthAction":"not a right","X":"yz"}}`: "the right ecd:StopDesktops",
	} {
		e := classify("StopDesktops", &exchange{status: 403, body: []byte(body)}, nil)
		if !strings.HasSuffix(e.Text, want) {
			t.Errorf("got %q, want the end %q", e.Text, want)
		}
	}
}

func TestHint(t *testing.T) {
	tests := []struct {
		headers [][2]string
		want    time.Duration
	}{
		{nil, 0},
		{[][2]string{{"x-ratelimit-user-api", "Limit:10,Remain:0,TimeLeft:1500"}}, 1500 * time.Millisecond},
		{[][2]string{{"x-ratelimit-user-api", "TimeLeft:100"}, {"X-Ratelimit-User", "Limit:1, TimeLeft:700"}}, 700 * time.Millisecond},
		{[][2]string{{"x-acs-retry-after", "250"}}, 250 * time.Millisecond},
		{[][2]string{{"Retry-After", "2"}, {"x-acs-retry-after", "250"}}, 2 * time.Second},
		{[][2]string{{"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"}}, 0},
		{[][2]string{{"x-ratelimit-user", "TimeLeft:-5"}}, 0},
		{[][2]string{{"x-ratelimit-user", "TimeLeft:many"}, {"Retry-After", ""}}, 0},
		{[][2]string{{"Retry-After", "9223372036854775807"}}, hintCap},
	}
	for _, tt := range tests {
		h := http.Header{}
		for _, kv := range tt.headers {
			h.Set(kv[0], kv[1])
		}
		if got := hint(h); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.headers, got, tt.want)
		}
	}
	e := classify("StopDesktops", &exchange{status: 429, header: http.Header{"X-Ratelimit-User": {"TimeLeft:40"}}, body: []byte(`{"Code":"Throttling"}`)}, nil)
	if e.RetryAfter != 40*time.Millisecond {
		t.Errorf("the error carries %s", e.RetryAfter)
	}
}

func TestSafeText(t *testing.T) {
	const secret = "abcdefgh12345678+/"
	tests := []struct{ message, want string }{
		{"The desktop is not running.", "The desktop is not running."},
		{"two\r\nlines\tand\x1b[31m colour\u202e", "two lines and[31m colour"},
		{"token abcdefgh12345678+/ is old", "token [hidden] is old"},
		{"token abcdefgh12345678%2B%2F is old", "token [hidden] is old"},
		{"token abcdefgh12345678%252B%252F is old", "token [hidden] is old"},
		{"token cdefgh123456... is old", "token [hidden]... is old"},
		{"token abcdefg is too short to be told", "token abcdefg is too short to be told"},
		{"server String To Sign is POST&%2F&x", "the cloud's message is not shown, because it repeats the signed request"},
		{"", ""},
		{"token abcdefgh\x001234\u200b5678+/ is old", "token [hidden] is old"},
	}
	for _, tt := range tests {
		if got := safeText(tt.message, []string{"", secret}); got != tt.want {
			t.Errorf("%q became %q, want %q", tt.message, got, tt.want)
		}
	}
	// A secret with a space is no word, and the message holds it broken up.
	if got := safeText("is pass\x00 word old", []string{"pass word"}); got != "is [hidden] old" {
		t.Errorf("got %q", got)
	}
	if got := safeText(strings.Repeat("é", 1000), nil); utf8.RuneCountInString(got) != textRunes || !utf8.ValidString(got) {
		t.Errorf("a long text has %d runes", utf8.RuneCountInString(got))
	}
}

func FuzzSafeText(f *testing.F) {
	f.Add("before ", "abcdefgh12345678+/", " after")
	f.Add("x\n", "aaaaaaaaaaaaaaaa", "aaaa")
	f.Add("%", "[hidden]", "%")
	f.Add("", "hiddenhidden", "\x00")
	f.Add("a\u200bb", "p\u200bassword-1234", "")
	f.Fuzz(func(t *testing.T, before, secret, after string) {
		if len(secret) < fragment || strings.ContainsFunc(secret, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(hidden, secret) {
			return
		}
		// A sentence of ours may hold the secret only if the secret is a word.
		got := safeText(before+secret+after, []string{secret})
		if strings.Contains(got, secret) && strings.Contains(before+secret+after, secret) && !strings.HasPrefix(got, "the cloud's message is not shown") {
			t.Errorf("%q is in %q", secret, got)
		}
		if utf8.RuneCountInString(got) > textRunes || strings.ContainsAny(got, "\n\r") {
			t.Errorf("not one short line: %q", got)
		}
	})
}
