package hosts

import (
	"net/url"
	"testing"
)

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.8.9.1": true, "::1": true,
		"": false, "localhost": false, "LOCALHOST": false, "127.1": false, "2130706433": false, "0x7f.0.0.1": false, "0177.0.0.1": false,
		"::1%lo": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "::": false, "169.254.169.254": false, "100.100.100.200": false,
		"10.0.0.1": false, "127.0.0.1.example.com": false, "[::1]": false, "127.0.0.1 ": false,
	} {
		ip, got := Loopback(host)
		if got != want || got != ip.IsValid() || got != IsLoopback(host) {
			t.Errorf("%q: %v, %t", host, ip, got)
		}
	}
}

func TestGoodPort(t *testing.T) {
	for host, want := range map[string]bool{
		"a.example.com": true, "a.example.com:443": true, "[::1]:1": true, "a.example.com:65535": true,
		"a.example.com:": false, "a.example.com:0": false, "a.example.com:65536": false, "[::1]:": false,
	} {
		if got := GoodPort(&url.URL{Scheme: "https", Host: host}); got != want {
			t.Errorf("%q: %t", host, got)
		}
	}
}
