package ram

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func allow(action, resource string) Statement {
	return Statement{Effect: "Allow", Action: []string{action}, Resource: []string{resource}}
}

func deny(action, resource string) Statement {
	return Statement{Effect: "Deny", Action: []string{action}, Resource: []string{resource}}
}

func TestParsePolicy(t *testing.T) {
	got, err := ParsePolicy([]byte(`{"Version":"1","Statement":[
		{"Effect":"Allow","Action":["ecd:StopDesktops","ecd:DescribeDesktops"],"Resource":"*"},
		{"Effect":"Deny","Action":"oss:*","Resource":["acs:oss:*:*:state/freeze"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := Policy{Version: "1", Statement: []Statement{
		{Effect: "Allow", Action: []string{"ecd:StopDesktops", "ecd:DescribeDesktops"}, Resource: []string{"*"}},
		deny("oss:*", "acs:oss:*:*:state/freeze"),
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for name, document := range map[string]string{
		"not JSON":         `{`,
		"no version":       `{"Statement":[]}`,
		"AWS's version":    `{"Version":"2012-10-17","Statement":[]}`,
		"action no string": `{"Version":"1","Statement":[{"Effect":"Allow","Action":7,"Resource":"*"}]}`,
	} {
		if p, err := ParsePolicy([]byte(document)); err == nil {
			t.Errorf("%s: parsed as %+v", name, p)
		}
	}
}

func TestAllowed(t *testing.T) {
	const object = "acs:oss:*:*:state/runs/slack-1/request"
	tests := []struct {
		name       string
		statements []Statement
		action     string
		resource   string
		want       bool
	}{
		{"no statement", nil, "ecd:StopDesktops", "*", false},
		{"exact", []Statement{allow("ecd:StopDesktops", "*")}, "ecd:StopDesktops", "*", true},
		{"another action", []Statement{allow("ecd:DescribeDesktops", "*")}, "ecd:StopDesktops", "*", false},
		{"action wildcard", []Statement{allow("ecd:Stop*", "*")}, "ecd:StopDesktops", "*", true},
		{"a narrow resource is not all", []Statement{allow("ecd:*", "acs:ecd:*:*:desktop/ecd-1")}, "ecd:StopDesktops", "*", false},
		{"wildcard over slashes", []Statement{allow("oss:PutObject", "acs:oss:*:*:state/runs/slack-*")}, "oss:PutObject", object, true},
		{"wildcard elsewhere", []Statement{allow("oss:PutObject", "acs:oss:*:*:state/runs/web-*")}, "oss:PutObject", object, false},
		{"prefix without wildcard", []Statement{allow("oss:PutObject", "acs:oss:*:*:state/runs")}, "oss:PutObject", object, false},
		{"deny after allow", []Statement{allow("*", "*"), deny("ecd:StopDesktops", "*")}, "ecd:StopDesktops", "*", false},
		{"deny before allow", []Statement{deny("ecd:StopDesktops", "*"), allow("*", "*")}, "ecd:StopDesktops", "*", false},
		{"deny of something else", []Statement{allow("*", "*"), deny("oss:*", "*")}, "ecd:StopDesktops", "*", true},
		{"unknown effect", []Statement{{Effect: "Maybe", Action: []string{"*"}, Resource: []string{"*"}}}, "ecd:StopDesktops", "*", false},
		{"broken pattern", []Statement{allow("ecd:[", "*")}, "ecd:StopDesktops", "*", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := New(func() time.Time { return start })
			a.SetRole("r", Policy{Version: "1", Statement: tt.statements})
			c, err := a.Issue("r", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			p, err := a.Authenticate(c.AccessKeyID, c.SecurityToken)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Allowed(tt.action, tt.resource); got != tt.want {
				t.Errorf("Allowed(%s, %s) = %v", tt.action, tt.resource, got)
			}
		})
	}
}

func TestAuthenticate(t *testing.T) {
	now := start
	a := New(func() time.Time { return now })
	a.SetRole("stopper", Policy{Version: "1"})
	a.AddUser("alice", "LTAI-alice", "secret-of-alice", Policy{Version: "1"})
	c, err := a.Issue("stopper", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	other, err := a.Issue("stopper", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if c.AccessKeyID == other.AccessKeyID || c.AccessKeySecret == other.AccessKeySecret || c.SecurityToken == other.SecurityToken {
		t.Errorf("two issues share something: %+v, %+v", c, other)
	}
	tests := []struct {
		name  string
		after time.Duration
		key   string
		token string
		role  string
		err   error
	}{
		{"role", 0, c.AccessKeyID, c.SecurityToken, "stopper", nil},
		{"role at its last moment", time.Minute - 1, c.AccessKeyID, c.SecurityToken, "stopper", nil},
		{"role expired", time.Minute, c.AccessKeyID, c.SecurityToken, "", ErrTokenExpired},
		{"role without token", 0, c.AccessKeyID, "", "", ErrMissingToken},
		{"role with another's token", 0, c.AccessKeyID, other.SecurityToken, "", ErrTokenMismatch},
		{"user", 1000 * time.Hour, "LTAI-alice", "", "alice", nil},
		{"user with a token", 0, "LTAI-alice", c.SecurityToken, "", ErrTokenMismatch},
		{"nobody", 0, "LTAI-nobody", "", "", ErrUnknownKey},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now = start.Add(tt.after)
			p, err := a.Authenticate(tt.key, tt.token)
			if !errors.Is(err, tt.err) || p.Role != tt.role {
				t.Errorf("got role %q, error %v; want %q, %v", p.Role, err, tt.role, tt.err)
			}
			if err != nil && p.AccessKeySecret != "" {
				t.Error("a refusal hands out the secret")
			}
		})
	}
	if _, err := a.Issue("unknown", time.Minute); err == nil {
		t.Error("issued credentials of a role that does not exist")
	}
}

func TestExpire(t *testing.T) {
	a := New(func() time.Time { return start })
	a.SetRole("r", Policy{Version: "1"})
	c, err := a.Issue("r", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	a.Expire("unknown")
	a.Expire(c.AccessKeyID)
	if _, err := a.Authenticate(c.AccessKeyID, c.SecurityToken); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("got %v", err)
	}
}

// A changed policy holds for the next call, also under old credentials.
func TestPolicyIsReadAtEachCall(t *testing.T) {
	a := New(func() time.Time { return start })
	a.SetRole("r", Policy{Version: "1", Statement: []Statement{allow("*", "*")}})
	c, err := a.Issue("r", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	a.SetRole("r", Policy{Version: "1"})
	p, err := a.Authenticate(c.AccessKeyID, c.SecurityToken)
	if err != nil {
		t.Fatal(err)
	}
	if p.Allowed("ecd:StopDesktops", "*") {
		t.Error("the old policy still allows")
	}
}

func TestSecrets(t *testing.T) {
	a := New(func() time.Time { return start })
	a.SetRole("r", Policy{Version: "1"})
	a.AddUser("alice", "LTAI-alice", "secret-of-alice", Policy{Version: "1"})
	c, err := a.Issue("r", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	a.Expire(c.AccessKeyID) // what was a secret once stays one
	got := a.Secrets()
	want := []string{"secret-of-alice", c.AccessKeySecret, c.SecurityToken}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConcurrentUse(t *testing.T) {
	a := New(func() time.Time { return start })
	a.SetRole("r", Policy{Version: "1", Statement: []Statement{allow("*", "*")}})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			c, err := a.Issue("r", time.Hour)
			if err != nil {
				t.Error(err)
				return
			}
			p, err := a.Authenticate(c.AccessKeyID, c.SecurityToken)
			if err != nil || !p.Allowed("ecd:StopDesktops", "*") {
				t.Errorf("got %v", err)
			}
			a.SetRole("r", Policy{Version: "1", Statement: []Statement{allow("*", "*")}})
			a.Expire(c.AccessKeyID)
			a.Secrets()
		})
	}
	wg.Wait()
}
