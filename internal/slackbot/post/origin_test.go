package post

import (
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

func origins(t testing.TB, list ...string) Origins {
	t.Helper()
	o, err := ParseOrigins(list)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOriginsCheck(t *testing.T) {
	o := origins(t, append(DefaultOrigins, "http://127.0.0.1:8080", "https://hooks.example.com:8443")...)
	for url, want := range map[string]bool{
		"https://hooks.slack.com/commands/T123/456/abc":                 true,
		"https://hooks.slack.com/actions/A1/4_5/a-b":                    true,
		"https://hooks.slack.com/app/T1/2":                              true,
		"https://hooks.slack-gov.com/commands/T1/2/3":                   true,
		"https://HOOKS.slack.com/commands/T1/2/3":                       true,
		"HTTPS://hooks.slack.com/commands/T1/2/3":                       true,
		"http://127.0.0.1:8080/commands/T1/2/3":                         true,
		"https://hooks.example.com:8443/app/T1":                         true,
		"http://hooks.slack.com/commands/T1/2/3":                        false,
		"https://hooks.slack.com:443/commands/T1/2/3":                   false,
		"https://hooks.slack.com:/commands/T1/2/3":                      false,
		"https://hooks.slack.com.:443/commands/T1/2/3":                  false,
		"https://hooks.slack.com./commands/T1/2/3":                      false,
		"https://hooks.slack.com.example.com/commands/T1":               false,
		"https://example.com/commands/T1/2/3":                           false,
		"https://hooks.slack.com@example.com/commands/T1":               false,
		"https://alice@hooks.slack.com/commands/T1":                     false,
		"https://alice:x@hooks.slack.com/commands/T1":                   false,
		"https://@hooks.slack.com/commands/T1":                          false,
		"https://hooks.slack.com\\@example.com/commands/T1":             false,
		"https://hooks.slack.com/services/T1/2/3":                       false,
		"https://hooks.slack.com/commands":                              false,
		"https://hooks.slack.com/commands/":                             false,
		"https://hooks.slack.com/commandsx/T1":                          false,
		"https://hooks.slack.com//commands/T1":                          false,
		"https://hooks.slack.com/commands/../services/T1":               false,
		"https://hooks.slack.com/commands/%2e%2e/services/T1":           false,
		"https://hooks.slack.com/commands/T1%2f..%2fservices":           false,
		"https://hooks.slack.com/commands/T1?x=y":                       false,
		"https://hooks.slack.com/commands/T1?":                          false,
		"https://hooks.slack.com/commands/T1#x":                         false,
		"https://hooks.slack.com/commands/T1#":                          false,
		"https:hooks.slack.com/commands/T1":                             false,
		"//hooks.slack.com/commands/T1":                                 false,
		"/commands/T1":                                                  false,
		"ftp://hooks.slack.com/commands/T1":                             false,
		"http://127.0.0.1/commands/T1":                                  false,
		"http://127.0.0.1:8081/commands/T1":                             false,
		"http://127.1:8080/commands/T1":                                 false,
		"http://localhost:8080/commands/T1":                             false,
		"http://169.254.169.254/commands/T1":                            false,
		"https://hooks.slack.com/commands/T1\n":                         false,
		"https://hooks.slack.com/commands/" + strings.Repeat("a", 1000): false,
		"":    false,
		"%zz": false,
	} {
		err := o.Check(core.Secret(url))
		if (err == nil) != want {
			t.Errorf("%q: %v", url, err)
		}
		if err != nil && len(url) > 20 && strings.Contains(err.Error(), url[8:20]) {
			t.Errorf("the error holds the URL: %v", err)
		}
	}
	if (Origins{}).Check(hookURL) == nil {
		t.Error("no origin allows any")
	}
}

func TestParseOrigins(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "origin 1 is",
		"hooks.slack.com":                "want https",
		"http://hooks.slack.com":         "literal loopback",
		"http://localhost:80":            "literal loopback",
		"http://[fe80::1%25lo]:80":       "want https",
		"https://hooks.slack.com/x":      "nothing behind the host",
		"https://hooks.slack.com:0":      "want https",
		"https://hooks.slack.com:":       "want https",
		"https://hooks.slack.com:99999":  "want https",
		"https://alice:secret@h.example": "is not shown",
		"https://h.example?token=secret": "is not shown",
		"https://":                       "want https",
		"https://a,https://a":            "is there twice",
		"https://A,https://a":            "is there twice",
	} {
		_, err := ParseOrigins(strings.Split(in, ","))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
	if _, err := ParseOrigins(nil); err == nil {
		t.Error("no origin is taken")
	}
	for _, good := range []string{"https://hooks.slack.com/", "http://[::1]:80", "http://127.0.0.9", "https://h.example:1"} {
		if _, err := ParseOrigins([]string{good}); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}
