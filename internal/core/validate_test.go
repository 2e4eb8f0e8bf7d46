package core

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestValidate(t *testing.T) {
	yes := true
	adminWhole := Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}, StoppedMode: "KeepCharging", OsUpdate: &yes, DryRun: true, Force: true, Reason: "déjà vu"}
	clientWhole := Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a", "ecd-b"}, OsUpdate: &yes, ClientId: "f4a0dc8e", ClientToken: strings.Repeat("t", 64),
		ClientOS: "Windows_NT 10.0.18363 x64", ClientVersion: "2.1.0-R", Uuid: "u", LoginToken: "v1", SessionId: "s", SessionToken: "x"}
	with := func(q Request, change func(*Request)) Request { change(&q); return q }
	admin := ask("ecd-a")
	client := Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}, ClientId: "c"}

	cases := []struct {
		name  string
		rules Rules
		q     Request
		want  []string // "Field problem…", in order; the problem may be cut
	}{
		{"admin, every field", Rules{}, adminWhole, nil},
		{"client, every field", Rules{}, clientWhole, nil},
		{"no id", Rules{}, Request{RegionId: "cn-hangzhou"}, []string{"DesktopId must name at least one desktop; nothing missing ever means all"}},
		{"nothing at all", Rules{}, Request{}, []string{"RegionId is required", "DesktopId must name at least one desktop"}},
		{"bad id among good", Rules{}, ask("ecd-a", "i-123", "ECD-B"), []string{`DesktopId[1] is "i-123"; want a desktop id such as ecd-7w78ozhjcwa3u`, `DesktopId[2] is "ECD-B"; want`}},
		{"region smuggles a host", Rules{}, with(admin, func(q *Request) { q.RegionId = "u@host/#" }), []string{`RegionId is "u@host/#"; want a region id such as cn-hangzhou`}},
		{"region smuggles a path", Rules{}, with(admin, func(q *Request) { q.RegionId = "/x?" }), []string{`RegionId is "/x?"; want`}},
		{"region with a line end", Rules{}, with(admin, func(q *Request) { q.RegionId = "cn-hangzhou\n" }), []string{`RegionId is "cn-hangzhou\n"; want`}},
		{"region not served", Rules{}, with(admin, func(q *Request) { q.RegionId = "eu-west-1" }), []string{`RegionId is "eu-west-1"; this deployment serves cn-hangzhou, cn-shanghai`}},
		{"token of 65", Rules{}, with(client, func(q *Request) { q.ClientToken = strings.Repeat("t", 65) }), []string{`ClientToken is "` + strings.Repeat("t", 40) + `" and 25 more characters; must have at most 64 characters`}},
		{"token not ASCII", Rules{}, with(client, func(q *Request) { q.ClientToken = "tök" }), []string{`ClientToken is "tök"; must be printable ASCII`}},
		{"stopped mode", Rules{}, with(admin, func(q *Request) { q.StoppedMode = "stopcharging" }), []string{`StoppedMode is "stopcharging"; want one of StopCharging, KeepCharging`}},
		{"reason of two lines", Rules{}, with(admin, func(q *Request) { q.Reason = "a\nb" }), []string{`Reason is "a\nb"; must be one line of printable text`}},
		{"login token is not shown", Rules{}, with(client, func(q *Request) { q.LoginToken = "sécret" }), []string{"LoginToken must be printable ASCII"}},
		{"client field on admin", Rules{}, with(admin, func(q *Request) { q.ClientToken = "t"; q.LoginToken = "v1" }), []string{"ClientToken belongs to the client contract", "LoginToken belongs to the client contract"}},
		{"admin field on client", Rules{}, with(client, func(q *Request) { q.StoppedMode = "StopCharging" }), []string{"StoppedMode belongs to the admin contract"}},
		{"pinned to admin", Rules{Pin: Admin}, client, []string{"ClientId belongs to the client contract (StopDesktops 2020-10-02), and this deployment uses only the admin contract"}},
		{"pinned to client without an id", Rules{Pin: Client}, admin, []string{"ClientId is required on the client contract"}},
		{"pinned to client, id of the deployment", Rules{Pin: Client, ClientId: "d"}, admin, nil},
		{"deployment's id makes it a client request", Rules{ClientId: "d"}, with(admin, func(q *Request) { q.StoppedMode = "StopCharging" }), []string{"StoppedMode belongs to the admin contract"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.rules.Regions = []string{"cn-hangzhou", "cn-shanghai"}
			err := c.rules.Validate(Webhook, c.q)
			if len(c.want) == 0 {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || e.Code != Invalid {
				t.Fatalf("got %v, want an Invalid error", err)
			}
			if strings.Contains(err.Error(), "sécret") {
				t.Errorf("the error shows a secret: %v", err)
			}
			if len(e.Fields) != len(c.want) {
				t.Fatalf("got %d bad fields %v, want %d", len(e.Fields), e.Fields, len(c.want))
			}
			for i, f := range e.Fields {
				if got := f.Field + " " + f.Problem; !strings.HasPrefix(got, c.want[i]) {
					t.Errorf("field %d\n got %s\nwant %s", i, got, c.want[i])
				}
			}
		})
	}
}

func TestCeilings(t *testing.T) {
	many := func(n int) Request { return ask(idsOfDesktops(running(n))...) }
	r := Rules{Regions: []string{"cn-hangzhou"}}
	for door, most := range map[Door]int{Slack: 200, Webhook: 500, Timer: 20_000, Terminal: 20_000} {
		if err := r.Validate(door, many(most)); err != nil {
			t.Errorf("%s refuses %d desktops: %v", door, most, err)
		}
		if err := r.Validate(door, many(most+1)); CodeOf(err) != AboveCeiling {
			t.Errorf("%s takes %d desktops: %v", door, most+1, err)
		}
	}
	lower := Rules{Regions: r.Regions, Ceilings: map[Door]int{Webhook: 3, Timer: 999_999}}
	if err := lower.Validate(Webhook, many(4)); CodeOf(err) != AboveCeiling {
		t.Errorf("a lowered ceiling does not hold: %v", err)
	}
	if err := lower.Validate(Timer, many(20_001)); CodeOf(err) != AboveCeiling {
		t.Errorf("configuration raised a ceiling: %v", err)
	}
	twice := many(3)
	twice.DesktopId = append(twice.DesktopId, twice.DesktopId...)
	if err := lower.Validate(Webhook, twice); err != nil {
		t.Errorf("repeated ids count twice: %v", err)
	}
}

func TestSecretNeverPrints(t *testing.T) {
	q := Request{LoginToken: "hunter2-login", SessionId: "hunter2-sid", SessionToken: "hunter2-session"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if s := fmt.Sprintf(verb, q); strings.Contains(s, "hunter2") {
			t.Errorf("%s prints a secret: %s", verb, s)
		}
	}
}

// TestRegionShape compares the hand-made check with the expression that it
// stands for.
func TestRegionShape(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]+)+$`)
	for _, s := range []string{"cn-hangzhou", "ap-southeast-1", "cn-shanghai-finance-1", "me-east-1", "", "cn", "cn-", "-cn", "cn--x", "c-x", "cnnn-x", "cn-x-", "CN-x",
		"cn-X", "cn-x\n", "cn-x/", "u@host/#", "cn-hang zhou", "cñ-x", "cn-é", "1n-x", "cn-1"} {
		if got := ValidRegionShape(s); got != shape.MatchString(s) {
			t.Errorf("%q: %t, the expression says %t", s, got, !got)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("acn-1Z@/\n"))).Draw(rt, "s")
		if got := ValidRegionShape(s); got != shape.MatchString(s) {
			rt.Errorf("%q: %t, the expression says %t", s, got, !got)
		}
	})
}
