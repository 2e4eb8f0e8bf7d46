package ecd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/sim/ram"
)

// adminCalls has one good call of every operation of the admin version. The
// desktop ecd-1 is there, and runs.
var adminCalls = map[string]params{
	"StopDesktops":                 ids("ecd-1"),
	"DescribeDesktops":             ids("ecd-1"),
	"ListTagResources":             tagging("ecd-1"),
	"TagResources":                 tagging("ecd-1").with(tag("env", "dev")),
	"UntagResources":               tagging("ecd-1").with(params{"All": "true"}),
	"DescribeDesktopSessions":      ids("ecd-1"),
	"DescribeGlobalDesktopRecords": central("ecd-1"),
}

// No operation escapes the tests below.
func TestEveryOperationIsListed(t *testing.T) {
	var registered []string
	for key := range operations {
		if key.version == VersionAdmin {
			registered = append(registered, key.name)
		}
	}
	slices.Sort(registered)
	wantIDs(t, "operations", registered, slices.Sorted(maps.Keys(adminCalls))...)
}

// Each operation needs its own action and no other.
func TestEveryOperationNeedsItsRight(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(Desktop{ID: "ecd-1", Tags: map[string]string{"was": "1"}})
	for operation, p := range adminCalls {
		var others []string
		for other := range adminCalls {
			if other != operation {
				others = append(others, "ecd:"+other)
			}
		}
		c.authority.SetRole("others", ram.Policy{Version: "1", Statement: []ram.Statement{{Effect: "Allow", Action: others, Resource: []string{"*"}}}})
		c.authority.SetRole("own", ram.Policy{Version: "1", Statement: []ram.Statement{{Effect: "Allow", Action: []string{"ecd:" + operation}, Resource: []string{"*"}}}})
		_, err := c.acs3(c.issue("others"), VersionAdmin, operation, p)
		wantRefusal(t, err, "NoPermission", 403)
		if got := refusalOf(t, err).denied["AuthAction"]; got != "ecd:"+operation {
			t.Errorf("%s: denied action is %v", operation, got)
		}
		if d, _ := c.Desktop(region, "ecd-1"); d.Status != Running || !maps.Equal(d.Tags, map[string]string{"was": "1"}) {
			t.Fatalf("%s without a right changed the desktop: %+v", operation, d)
		}
		must(t)(c.acs3(c.issue("own"), VersionAdmin, operation, p))
		c.Update(region, "ecd-1", func(d *Desktop) { d.Status, d.Tags = Running, map[string]string{"was": "1"} })
	}
	for operation, p := range adminCalls {
		if _, err := c.rpc(ram.Credentials{}, "Anonymous", VersionAdmin, operation, p); err == nil || refusalOf(t, err).code != "MissingAccessKeyId" {
			t.Errorf("%s unsigned: %v", operation, err)
		}
		_, err := c.acs3(c.key, VersionClient, operation, p)
		if operation == "StopDesktops" {
			wantRefusal(t, err, "MissingClientId", 400)
		} else {
			wantRefusal(t, err, "InvalidApi.NotFound", 404)
		}
		for name, bad := range map[string]params{"a misspelt name": {"Regionid": "x"}, "a protocol name": {"Action": operation}, "a region that is not": {"RegionId": "cn-atlantis"}} {
			if _, err := c.admin(operation, p.with(bad)); err == nil {
				t.Errorf("%s with %s: answered", operation, name)
			}
		}
	}
}

// Every fault can hit every operation, and has its effect or not as it says.
func TestEveryOperationHasFaults(t *testing.T) {
	answered := map[Kind]bool{Slow: true, Lag: true}
	effective := map[Kind]bool{Slow: true, Lag: true, AnswerLost: true}
	for operation, p := range adminCalls {
		for _, kind := range []Kind{Throttle, ThrottleRetryAfter, ThrottlePlain, InternalError, ServiceUnavailable, HTML502, TokenExpired, Reset, AnswerLost, Slow, Lag} {
			t.Run(operation+" "+string(kind), func(t *testing.T) {
				c := newCloud(t, Options{})
				c.add(Desktop{ID: "ecd-1", Tags: map[string]string{"was": "1"}})
				c.Fault(Fault{Operation: operation, Kind: kind, Delay: time.Millisecond})
				if _, err := c.admin(operation, p); (err == nil) != answered[kind] {
					t.Errorf("got %v", err)
				}
				call := c.lastCall()
				changes := operation == "StopDesktops" || operation == "TagResources" || operation == "UntagResources"
				if call.Fault != kind || (len(call.Effect) == 1) != (changes && effective[kind]) {
					t.Errorf("logged fault %s and effect %v", call.Fault, call.Effect)
				}
			})
		}
	}
}

// One quota over all operations counts by the injected clock, and its hint is
// the wait that suffices.
func TestQuotaAcrossOperations(t *testing.T) {
	c := newCloud(t, Options{Limits: map[string]Limit{"": {PerSecond: 2, Burst: 1}}})
	c.add(Desktop{ID: "ecd-1"})
	c.freeze()
	for _, operation := range slices.Sorted(maps.Keys(adminCalls)) {
		must(t)(c.admin(operation, adminCalls[operation]))
		_, err := c.describe(ids("ecd-1"))
		wantRefusal(t, err, "Throttling.User", 429)
		if got := c.header.Load().Get("x-ratelimit-user-api"); got != "Limit:1000,Remain:0,TimeLeft:500" {
			t.Errorf("after %s the hint is %q", operation, got)
		}
		c.pass(499 * time.Millisecond)
		if _, err = c.describe(ids("ecd-1")); err == nil {
			t.Error("a call before the time was answered")
		}
		c.pass(time.Millisecond)
	}
}

func TestLatency(t *testing.T) {
	var slept atomic.Int64
	stay := atomic.Bool{}
	stay.Store(true)
	c := newCloud(t, Options{Latency: 50 * time.Millisecond, Sleep: func(_ context.Context, d time.Duration) bool {
		slept.Add(int64(d))
		return stay.Load()
	}})
	c.add(Desktop{ID: "ecd-1"})
	for _, operation := range slices.Sorted(maps.Keys(adminCalls)) {
		must(t)(c.admin(operation, adminCalls[operation]))
	}
	if got, want := time.Duration(slept.Swap(0)), time.Duration(len(adminCalls))*50*time.Millisecond; got != want {
		t.Errorf("%d calls took %s, want %s", len(adminCalls), got, want)
	}
	c.Fault(Fault{Kind: Slow, Delay: time.Hour})
	must(t)(c.describe(ids("ecd-1")))
	if got := time.Duration(slept.Swap(0)); got != time.Hour+50*time.Millisecond {
		t.Errorf("a slow call took %s", got)
	}
	c.Change(func(o *Options) { o.Latency = 0 })
	must(t)(c.describe(ids("ecd-1")))
	if got := slept.Load(); got != 0 {
		t.Errorf("without latency a call took %s", time.Duration(got))
	}
	c.Change(func(o *Options) { o.Latency = time.Second })
	stay.Store(false)
	if _, err := c.describe(ids("ecd-1")); err == nil || c.lastCall().Status != 0 {
		t.Errorf("a caller that left got %v, logged %s", err, fmt.Sprint(c.lastCall().Status))
	}
}

// The machine's clock waits when no other was given.
func TestLatencyByTheMachinesClock(t *testing.T) {
	const latency = 30 * time.Millisecond
	c := oneDesktop(t, Options{Latency: latency})
	start := time.Now()
	must(t)(c.describe(ids("ecd-1")))
	// A lower bound holds on any machine.
	if took := time.Since(start); took < latency {
		t.Errorf("answered after %s", took)
	}
}
