package journal

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/oss"
	"stopdesktops/internal/sim/ram"
	"stopdesktops/internal/statekey"
)

// TestLostAnswer loses the answer to a write that took place. The nonce tells
// that the record is ours, after the SDK's own repeat was told that it exists
// and also when no try got an answer.
func TestLostAnswer(t *testing.T) {
	for name, lost := range map[string]int{"the first": 1, "every": maxAttempts} {
		t.Run(name+" answer", func(t *testing.T) {
			c := newCloud(t)
			j := c.journal(t, "stopdesktops")
			run := c.run(core.Webhook, "d1")
			record := requestRecord(run)

			c.Fault(oss.Fault{Method: http.MethodPut, Count: lost, Kind: oss.AnswerLost})
			got, won, err := j.Claim(t.Context(), record)
			if err != nil || !won || !reflect.DeepEqual(got, record) {
				t.Fatalf("Claim = %+v, %t, %v", got, won, err)
			}
			if !strings.Contains(c.logged(), "the answer to a write was lost") {
				t.Errorf("the log does not say so: %s", c.logged())
			}

			c.Fault(oss.Fault{Method: http.MethodPut, Count: lost, Kind: oss.AnswerLost})
			if got, won, err := j.PutAttempt(t.Context(), run, attemptOf(1)); err != nil || !won || got != attemptOf(1) {
				t.Fatalf("PutAttempt = %+v, %t, %v", got, won, err)
			}
			c.Fault(oss.Fault{Method: http.MethodPut, Count: lost, Kind: oss.AnswerLost})
			if got, err := j.PutReport(t.Context(), reportOf(run)); err != nil || !reflect.DeepEqual(got, reportOf(run)) {
				t.Fatalf("PutReport = %+v, %v", got, err)
			}

			// A later writer whose answers are lost is not fooled.
			c.Fault(oss.Fault{Method: http.MethodPut, Count: lost, Kind: oss.AnswerLost})
			other := record
			other.Caller.Name = "bob"
			if got, won, err := j.Claim(t.Context(), other); err != nil || won || !reflect.DeepEqual(got, record) {
				t.Fatalf("later Claim = %+v, %t, %v", got, won, err)
			}
		})
	}
}

// TestFaults shows what passes unnoticed and what becomes Busy.
func TestFaults(t *testing.T) {
	for _, kind := range []oss.Kind{oss.InternalError, oss.ServiceUnavailable, oss.Reset} {
		t.Run(string(kind), func(t *testing.T) {
			c := newCloud(t)
			j := c.journal(t, "stopdesktops")
			run := c.run(core.Webhook, "d1")
			record := requestRecord(run)

			// For good: Busy, and nothing is written.
			c.Fault(oss.Fault{Kind: kind})
			got, won, err := j.Claim(t.Context(), record)
			c.wantCode(t, err, core.Busy, "PutObject runs/"+string(run)+"/request")
			if won || !reflect.DeepEqual(got, core.RequestRecord{}) {
				t.Errorf("Claim = %+v, %t", got, won)
			}
			if e := (*core.Error)(nil); !errors.As(err, &e) || e.Retry <= 0 {
				t.Error("the error does not say when to come again")
			}
			_, err = j.Request(t.Context(), run)
			c.wantCode(t, err, core.Busy)
			if n := len(c.Objects()); n != 0 {
				t.Fatalf("%d records were written", n)
			}
			c.ClearFaults()

			// For two tries each: nobody notices.
			c.Fault(oss.Fault{Method: http.MethodPut, Count: maxAttempts - 1, Kind: kind})
			c.Fault(oss.Fault{Method: http.MethodGet, Count: maxAttempts - 1, Kind: kind})
			if _, won, err := j.Claim(t.Context(), record); err != nil || !won {
				t.Fatalf("Claim after two faults: %t, %v", won, err)
			}

			// Written, and then nobody can read it back: nobody may say who won.
			c.Fault(oss.Fault{Method: http.MethodGet, Kind: kind})
			_, won, err = j.PutAttempt(t.Context(), run, attemptOf(1))
			c.wantCode(t, err, core.Busy)
			if won {
				t.Error("an attempt that could not be read back was won")
			}
		})
	}
}

// TestTwoFirstWritesBothSucceed puts the other writer's record in place after
// our write succeeded, which the OSS documentation does not rule out.
func TestTwoFirstWritesBothSucceed(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run := c.run(core.Webhook, "d1")
	other := requestRecord(run)
	other.Caller.Name = "bob"
	at := requests.of(run, 0)
	sealed, err := j.conceal(run, confidential, at.key(), other.Confidential)
	if err != nil {
		t.Fatal(err)
	}
	data, _, err := encode(at, envelope[core.RequestRecord]{Version: version, Kind: "request", Run: run, Nonce: "OTHER", Sealed: sealed, Body: other})
	if err != nil {
		t.Fatal(err)
	}
	c.onSlow = func(context.Context) error { c.Put(testBucket, at.key(), data); return nil }
	c.Fault(oss.Fault{Method: http.MethodGet, Count: 1, Kind: oss.Slow})
	got, won, err := j.Claim(t.Context(), requestRecord(run))
	if err != nil || won || !reflect.DeepEqual(got, other) {
		t.Fatalf("Claim = %+v, %t, %v; want bob's", got, won, err)
	}
	if !strings.Contains(c.logged(), "both succeeded") {
		t.Errorf("the log does not say so: %s", c.logged())
	}
}

func TestRecordRemovedInBetween(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run := c.run(core.Webhook, "d1")
	c.onSlow = func(context.Context) error { c.Delete(testBucket, requests.of(run, 0).key()); return nil }
	c.Fault(oss.Fault{Method: http.MethodGet, Count: 1, Kind: oss.Slow})
	_, won, err := j.Claim(t.Context(), requestRecord(run))
	c.wantCode(t, err, core.Busy, "removed")
	if won {
		t.Error("a record that is gone was won")
	}
}

func TestCallerGivesUp(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run := c.run(core.Webhook, "d1")
	ctx, cancel := context.WithCancel(t.Context())
	c.onSlow = func(held context.Context) error { cancel(); <-held.Done(); return held.Err() }
	c.Fault(oss.Fault{Method: http.MethodPut, Kind: oss.Slow})
	_, _, err := j.Claim(ctx, requestRecord(run))
	c.wantCode(t, err, core.Busy)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %q does not tell that the caller gave up", err)
	}
	if n := c.calls(http.MethodGet); n != 0 {
		t.Errorf("%d reads were made for a caller who is gone", n)
	}
}

func TestCredentials(t *testing.T) {
	c := newCloud(t)
	run := c.run(core.Webhook, "d1")
	first, err := c.auth.Issue("stopdesktops", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.auth.Issue("stopdesktops", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	var current atomic.Pointer[ram.Credentials]
	current.Store(&first)
	var provided error
	j := c.journal(t, "stopdesktops", func(o *Options) {
		o.Credentials = func(context.Context) (Credentials, error) { return signing(*current.Load()), provided }
	})
	if _, won, err := j.Claim(t.Context(), requestRecord(run)); err != nil || !won {
		t.Fatal(won, err)
	}

	c.auth.Expire(first.AccessKeyID)
	before := len(c.Calls())
	_, err = j.Request(t.Context(), run)
	c.wantCode(t, err, core.Busy, "expired", "SecurityTokenExpired")
	_, err = j.PutPlan(t.Context(), planOf(run))
	c.wantCode(t, err, core.Busy, "expired")
	// One read, one write, and one look whether the write arrived.
	if n := len(c.Calls()) - before; n != 3 {
		t.Errorf("%d calls with expired credentials, want 3: they are not worth a repeat", n)
	}

	// Nothing of the first credentials is kept.
	current.Store(&second)
	if _, err := j.Request(t.Context(), run); err != nil {
		t.Error(err)
	}

	// The service answers a wrong signature with the string it signed.
	wrong := second
	wrong.AccessKeySecret = "another-secret-" + second.AccessKeySecret
	c.secrets = append(c.secrets, "OSS4-HMAC-SHA256")
	current.Store(&wrong)
	_, err = j.Request(t.Context(), run)
	c.wantCode(t, err, core.Internal, "SignatureDoesNotMatch")

	current.Store(&ram.Credentials{})
	_, err = j.Request(t.Context(), run)
	c.wantCode(t, err, core.Internal, "access key id or secret is empty", "Check the function's role")
	provided = errors.New("no role is attached")
	_, err = j.Request(t.Context(), run)
	c.wantCode(t, err, core.Internal, "no role is attached")
}

// TestRightsOfSlackcmd uses a role that may write records of its own door and
// nothing else.
func TestRightsOfSlackcmd(t *testing.T) {
	c := newCloud(t)
	derived, err := c.keys.Derived(core.Slack)
	if err != nil {
		t.Fatal(err)
	}
	doorKey, err := statekey.ParseDoor(core.Slack, derived.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	j := c.journal(t, "slackcmd", writeOnly, func(o *Options) { o.Sealer = doorKey })
	run := c.run(core.Slack, "d1")
	record := requestRecord(run)
	if got, won, err := j.Claim(t.Context(), record); err != nil || !won || !reflect.DeepEqual(got, record) {
		t.Fatalf("Claim = %+v, %t, %v", got, won, err)
	}
	if got, won, err := j.Claim(t.Context(), record); err != nil || won || !reflect.DeepEqual(got, core.RequestRecord{}) {
		t.Fatalf("second Claim = %+v, %t, %v", got, won, err)
	}
	if _, won, err := j.PutAttempt(t.Context(), run, attemptOf(1)); err != nil || !won {
		t.Fatalf("PutAttempt: %t, %v", won, err)
	}
	if got, won, err := j.PutAttempt(t.Context(), run, attemptOf(1)); err != nil || won || got != (core.Attempt{}) {
		t.Fatalf("second PutAttempt = %+v, %t, %v", got, won, err)
	}
	if _, err := j.PutPlan(t.Context(), planOf(run)); err != nil {
		t.Fatal(err)
	}
	// The first plan would have to be read, so there is no answer but an error.
	_, err = j.PutPlan(t.Context(), planOf(run))
	c.wantCode(t, err, core.Internal, "may only write")
	_, err = j.Request(t.Context(), run)
	c.wantCode(t, err, core.Internal, "may only write")
	if n := c.calls(http.MethodGet); n != 0 {
		t.Errorf("%d reads were tried by a journal that only writes", n)
	}

	// Another door's records are out of reach, and the error names the right.
	webhook := c.run(core.Webhook, "d1")
	foreign := requestRecord(webhook)
	_, _, err = j.Claim(t.Context(), foreign)
	c.wantCode(t, err, core.Internal, "the key of that door is not held here")
	if !errors.Is(err, core.ErrOtherDoor) {
		t.Errorf("the cause of %v is lost", err)
	}
	foreign.Confidential = nil
	_, _, err = j.Claim(t.Context(), foreign)
	c.wantCode(t, err, core.Internal, "oss:PutObject on acs:oss:*:*:"+testBucket+"/runs/webhook-*", string(webhook))

	// A role without the right to read, where reading back is wanted.
	reading := c.journal(t, "slackcmd")
	_, won, err := reading.Claim(t.Context(), requestRecord(c.run(core.Slack, "d2")))
	c.wantCode(t, err, core.Internal, "oss:GetObject on acs:oss:*:*:"+testBucket+"/runs/slack-*")
	if won {
		t.Error("a claim that could not be read back was won")
	}

	// What slackcmd sealed with its door's key opens under the whole state key.
	if got, err := c.journal(t, "stopdesktops").Request(t.Context(), run); err != nil || !reflect.DeepEqual(got, record) {
		t.Errorf("Request = %+v, %v", got, err)
	}
}

// TestRecordOfAnotherDoor reads with the key of one door what is sealed for another:
// all but that part, with an error that says whose it is and is not tried again.
func TestRecordOfAnotherDoor(t *testing.T) {
	c := newCloud(t)
	derived, err := c.keys.Derived(core.Webhook)
	if err != nil {
		t.Fatal(err)
	}
	doorKey, err := statekey.ParseDoor(core.Webhook, derived.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	run := c.run(core.Slack, "d1")
	record := requestRecord(run)
	if _, won, err := c.journal(t, "stopdesktops").Claim(t.Context(), record); err != nil || !won {
		t.Fatalf("Claim: %t, %v", won, err)
	}
	got, err := c.journal(t, "stopdesktops", func(o *Options) { o.Sealer = doorKey }).Request(t.Context(), run)
	c.wantCode(t, err, core.Forbidden, "sealed with the key of the slack door", "Nothing was done", "STATE_KEY")
	if !errors.Is(err, core.ErrOtherDoor) {
		t.Errorf("the cause of %v is lost", err)
	}
	record.Confidential = nil
	if !reflect.DeepEqual(got, record) {
		t.Errorf("read %+v, want the record without what is sealed: %+v", got, record)
	}
}
