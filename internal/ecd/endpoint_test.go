package ecd

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestEndpoints(t *testing.T) {
	client, err := New(Options{
		Regions:   []string{"cn-hangzhou", "cn-shanghai"},
		Endpoints: map[string]string{"cn-shanghai": "https://ecd-vpc.example.com:8443/"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]place{
		"cn-hangzhou": {"https", "ecd.cn-hangzhou.aliyuncs.com"},
		"cn-shanghai": {"https", "ecd-vpc.example.com:8443"},
	} {
		if got, failed := client.place("StopDesktops", region); failed != nil || got != want {
			t.Errorf("%s: got %v %v, want %v", region, got, failed, want)
		}
	}
	everywhere, err := New(Options{Regions: []string{"cn-hangzhou"}, Endpoint: "http://[::1]:9000", Endpoints: map[string]string{"cn-shanghai": "https://other.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, failed := everywhere.place("StopDesktops", "cn-hangzhou"); failed != nil || got != (place{"http", "[::1]:9000"}) {
		t.Errorf("got %v %v", got, failed)
	}
	if _, failed := everywhere.place("StopDesktops", "cn-shanghai"); failed == nil {
		t.Error("an endpoint makes a region known that the deployment does not serve")
	}
	if _, failed := (&Client{}).place("StopDesktops", "cn-hangzhou"); failed == nil {
		t.Error("no regions mean every region")
	}
	if p, failed := (&Client{regions: []string{"u@host/#"}}).place("StopDesktops", "u@host/#"); failed == nil {
		t.Errorf("a region that names a host became %v", p)
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	bad := map[string]Options{
		"plain http":            {Endpoint: "http://ecd.example.com"},
		"plain http, localhost": {Endpoint: "http://localhost:9000"},
		"loopback by name":      {Endpoint: "http://127.0.0.1.example.com"},
		"password":              {Endpoint: "https://alice:secret-word@ecd.example.com"},
		"path":                  {Endpoint: "https://ecd.example.com/x"},
		"query":                 {Endpoint: "https://ecd.example.com?"},
		"fragment":              {Endpoint: "https://ecd.example.com#x"},
		"no scheme":             {Endpoint: "ecd.example.com"},
		"no host":               {Endpoint: "https://"},
		"no URL":                {Endpoint: "https://secret-word:%zz"},
		"other scheme":          {Endpoint: "ftp://127.0.0.1"},
		"region's endpoint":     {Endpoints: map[string]string{"cn-hangzhou": "http://example.com"}},
		"endpoint's region":     {Endpoints: map[string]string{"u@host/#": "https://example.com"}},
		"region":                {Regions: []string{"cn-hangzhou/"}},
		"authentication":        {ClientAuth: "none"},
		"source of tags":        {TagSource: "describe"},
		"session window":        {SessionWindow: SessionWindowMax + time.Second},
		"no session window":     {SessionWindow: -time.Hour},
		"negative rate":         {CallsPerSecond: -1},
		"rate that is none":     {CallsPerSecond: math.NaN()},
		"rate without end":      {CallsPerSecond: math.Inf(1)},
		"central host":          {Central: map[string]string{"cn-hangzhou": "u@host/#"}},
		"central of a host":     {Central: map[string]string{"u@host/#": "cn-shanghai"}},
	}
	for name, o := range bad {
		t.Run(name, func(t *testing.T) {
			_, err := New(o)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), "secret-word") {
				t.Errorf("the error repeats a password: %v", err)
			}
		})
	}
}

func TestDebuggingTheVendorsLibraryIsRefused(t *testing.T) {
	for value, ok := range map[string]bool{"": true, "sdk": true, "dara": false, "x,credential": false, "tea,x": false, "darabonba": true} {
		t.Setenv("DEBUG", value)
		if _, err := New(Options{}); (err == nil) != ok {
			t.Errorf("DEBUG=%s: %v", value, err)
		}
	}
}
