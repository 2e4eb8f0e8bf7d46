package journal

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

func TestRecordsComeBackAsWritten(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	ctx := t.Context()
	run := c.run(core.Webhook, "d1")

	request := requestRecord(run)
	// A time of the machine's clock and another zone is the same record.
	request.Until, request.Due, request.Since = noon.Add(time.Hour), noon.Add(2*time.Hour), noon.Add(-time.Hour)
	want := request
	zone := time.FixedZone("CST", 8*3600)
	request.At, request.Until, request.Due, request.Since = request.At.In(zone), request.Until.In(zone), request.Due.In(zone), request.Since.In(zone)
	got, won, err := j.Claim(ctx, request)
	request = want
	if err != nil || !won || !reflect.DeepEqual(got, request) {
		t.Fatalf("Claim = %+v, %t, %v; want %+v", got, won, err, request)
	}
	if got, err := j.Request(ctx, run); err != nil || !reflect.DeepEqual(got, request) {
		t.Fatalf("Request = %+v, %v; want %+v", got, err, request)
	}

	plan := planOf(run)
	if got, err := j.PutPlan(ctx, plan); err != nil || !reflect.DeepEqual(got, plan) {
		t.Fatalf("PutPlan = %+v, %v", got, err)
	}
	if got, err := j.Plan(ctx, run); err != nil || !reflect.DeepEqual(got, plan) {
		t.Fatalf("Plan = %+v, %v", got, err)
	}

	for n := 1; n <= 2; n++ {
		attempt := attemptOf(n)
		if got, won, err := j.PutAttempt(ctx, run, attempt); err != nil || !won || got != attempt {
			t.Fatalf("PutAttempt = %+v, %t, %v", got, won, err)
		}
		if got, err := j.Attempt(ctx, run, n); err != nil || got != attempt {
			t.Fatalf("Attempt = %+v, %v", got, err)
		}
	}

	for n := 1; n <= 2; n++ {
		part, abroad := partOf(run, n), partOf(run, n)
		abroad.At, abroad.ProveUntil = abroad.At.In(zone), abroad.ProveUntil.In(zone)
		if _, err := j.PutPart(ctx, abroad); err != nil {
			t.Fatal(err)
		}
		if got, err := j.PutPart(ctx, part); err != nil || !reflect.DeepEqual(got, part) {
			t.Fatalf("PutPart = %+v, %v", got, err)
		}
		if got, err := j.Part(ctx, run, n); err != nil || !reflect.DeepEqual(got, part) {
			t.Fatalf("Part = %+v, %v", got, err)
		}
	}

	report := reportOf(run)
	report.Estimate = &core.Estimate{Currency: "CNY", Amount: 1.5, Until: noon.Add(20 * time.Hour)}
	elsewhere := *report.Estimate
	elsewhere.Until = elsewhere.Until.In(zone)
	abroad := report
	abroad.Estimate = &elsewhere
	if _, err := j.PutReport(ctx, abroad); err != nil || elsewhere.Until.Location() != zone {
		t.Fatalf("PutReport = %v, and the caller's estimate is %+v", err, elsewhere)
	}
	if got, err := j.PutReport(ctx, report); err != nil || !reflect.DeepEqual(got, report) {
		t.Fatalf("PutReport = %+v, %v", got, err)
	}
	if got, err := j.Report(ctx, run); err != nil || !reflect.DeepEqual(got, report) {
		t.Fatalf("Report = %+v, %v", got, err)
	}

	for _, name := range []string{"request", "plan", "attempt-1", "attempt-2", "part-1", "part-2", "report"} {
		key := "runs/" + string(run) + "/" + name
		if _, ok := c.Object(testBucket, key); !ok {
			t.Errorf("no object %s", key)
		}
	}
}

func TestTheFirstWriterStays(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	ctx := t.Context()
	run := c.run(core.Timer, "d1")

	first, second := requestRecord(run), requestRecord(run)
	second.Caller.Name, second.Confidential = "bob", nil
	if _, won, err := j.Claim(ctx, first); err != nil || !won {
		t.Fatal(won, err)
	}
	if got, won, err := j.Claim(ctx, second); err != nil || won || !reflect.DeepEqual(got, first) {
		t.Errorf("second Claim = %+v, %t, %v", got, won, err)
	}

	plan, otherPlan := planOf(run), planOf(run)
	otherPlan.Digest = "other"
	report, otherReport := reportOf(run), reportOf(run)
	otherReport.Note = "other"
	part, otherPart := partOf(run, 1), partOf(run, 1)
	otherPart.Outcomes = nil
	if _, err := j.PutPart(ctx, part); err != nil {
		t.Fatal(err)
	}
	if got, err := j.PutPart(ctx, otherPart); err != nil || !reflect.DeepEqual(got, part) {
		t.Errorf("second PutPart = %+v, %v", got, err)
	}
	if _, err := j.PutPlan(ctx, plan); err != nil {
		t.Fatal(err)
	}
	if got, err := j.PutPlan(ctx, otherPlan); err != nil || !reflect.DeepEqual(got, plan) {
		t.Errorf("second PutPlan = %+v, %v", got, err)
	}
	if _, err := j.PutReport(ctx, report); err != nil {
		t.Fatal(err)
	}
	if got, err := j.PutReport(ctx, otherReport); err != nil || !reflect.DeepEqual(got, report) {
		t.Errorf("second PutReport = %+v, %v", got, err)
	}
	attempt, otherAttempt := attemptOf(1), attemptOf(1)
	otherAttempt.Holder = "other"
	if _, won, err := j.PutAttempt(ctx, run, attempt); err != nil || !won {
		t.Fatal(won, err)
	}
	if got, won, err := j.PutAttempt(ctx, run, otherAttempt); err != nil || won || got != attempt {
		t.Errorf("second PutAttempt = %+v, %t, %v", got, won, err)
	}
}

func TestOfManyClaimsOneWins(t *testing.T) {
	const writers = 50
	c := newCloud(t)
	run := c.run(core.Webhook, "d1")
	var wg sync.WaitGroup
	start := make(chan struct{})
	type result struct {
		record  core.RequestRecord
		attempt core.Attempt
		claimed bool
		holds   bool
		err     error
	}
	results := make([]result, writers)
	for i := range writers {
		// Each invocation makes its own journal, as the functions do.
		j := c.journal(t, "stopdesktops")
		wg.Go(func() {
			<-start
			request, attempt, r := requestRecord(run), attemptOf(1), &results[i]
			request.Caller.Name = fmt.Sprintf("caller-%d", i)
			attempt.Holder = fmt.Sprintf("holder-%d", i)
			if r.record, r.claimed, r.err = j.Claim(t.Context(), request); r.err != nil {
				return
			}
			r.attempt, r.holds, r.err = j.PutAttempt(t.Context(), run, attempt)
		})
	}
	close(start)
	wg.Wait()
	claims, leases := 0, 0
	for i, r := range results {
		if r.err != nil {
			t.Fatal(r.err)
		}
		if !reflect.DeepEqual(r.record, results[0].record) || r.attempt != results[0].attempt {
			t.Errorf("writers 0 and %d were told different records", i)
		}
		if r.claimed {
			claims++
			if want := fmt.Sprintf("caller-%d", i); r.record.Caller.Name != want {
				t.Errorf("%s won with the record of %s", want, r.record.Caller.Name)
			}
		}
		if r.holds {
			leases++
		}
	}
	if claims != 1 || leases != 1 {
		t.Errorf("%d claims and %d leases won, want one of each", claims, leases)
	}
}

func TestMissing(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	read := map[string]func(context.Context, core.RunID) error{
		"request":   func(ctx context.Context, run core.RunID) error { _, err := j.Request(ctx, run); return err },
		"plan":      func(ctx context.Context, run core.RunID) error { _, err := j.Plan(ctx, run); return err },
		"report":    func(ctx context.Context, run core.RunID) error { _, err := j.Report(ctx, run); return err },
		"part-3":    func(ctx context.Context, run core.RunID) error { _, err := j.Part(ctx, run, 3); return err },
		"attempt-7": func(ctx context.Context, run core.RunID) error { _, err := j.Attempt(ctx, run, 7); return err },
	}
	run := c.run(core.Webhook, "never")
	for name, f := range read {
		c.wantCode(t, f(t.Context(), run), core.Missing, "runs/"+string(run)+"/"+name)
	}
	// What is no run id never becomes a key, and is not repeated.
	before := len(c.Calls())
	for _, bad := range []core.RunID{"", "../freeze", "webhook-short", "fax-aaaaaaaaaaaaaaaaaaaaaaaaaa", run + "/plan", "<script>"} {
		for name, f := range read {
			err := f(t.Context(), bad)
			c.wantCode(t, err, core.Missing)
			if bad != "" && strings.Contains(err.Error(), string(bad)) {
				t.Errorf("%s: error %q repeats the id", name, err)
			}
		}
	}
	_, err := j.Attempt(t.Context(), run, 0)
	c.wantCode(t, err, core.Missing)
	_, err = j.Part(t.Context(), run, 0)
	c.wantCode(t, err, core.Missing)
	if n := len(c.Calls()); n != before {
		t.Errorf("%d calls were made for ids that cannot be", n-before)
	}
}

func TestRefusedBeforeItIsWritten(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	ctx := t.Context()
	run := c.run(core.Webhook, "d1")
	claim := func(change func(*core.RequestRecord)) error {
		r := requestRecord(run)
		change(&r)
		_, _, err := j.Claim(ctx, r)
		return err
	}
	c.wantCode(t, claim(func(r *core.RequestRecord) { r.Request.LoginToken = token }), core.Internal, "tokens")
	c.wantCode(t, claim(func(r *core.RequestRecord) { r.Request.SessionId = token }), core.Internal, "tokens")
	c.wantCode(t, claim(func(r *core.RequestRecord) { r.Request.SessionToken = token }), core.Internal, "tokens")
	c.wantCode(t, claim(func(r *core.RequestRecord) { r.Caller.Door = core.Slack }), core.Internal, "door")
	c.wantCode(t, claim(func(r *core.RequestRecord) { r.Run = "webhook-x" }), core.Internal)
	c.wantCode(t, claim(func(r *core.RequestRecord) { r.At = r.At.AddDate(9000, 0, 0) }), core.Internal)
	c.wantCode(t, claim(func(r *core.RequestRecord) { r.Request.Reason = strings.Repeat("x", maxRequestBytes) }), core.TooLarge, "fewer desktops")
	_, _, err := j.PutAttempt(ctx, run, attemptOf(0))
	c.wantCode(t, err, core.Internal)
	_, err = j.PutPlan(ctx, core.Plan{Run: run, Entries: make([]core.Entry, maxDesktops+1)})
	c.wantCode(t, err, core.Internal, "20001 desktops")
	_, err = j.PutPart(ctx, partOf(run, 0))
	c.wantCode(t, err, core.Internal)
	_, err = j.PutPart(ctx, core.Part{Run: run, Attempt: 1, Outcomes: make([]core.Outcome, maxDesktops+1)})
	c.wantCode(t, err, core.Internal, "20001 desktops")
	_, err = j.PutPart(ctx, core.Part{Run: run, Attempt: 1, Doubted: make([]string, maxDesktops+1)})
	c.wantCode(t, err, core.Internal, "20001 desktops")
	report := reportOf(run)
	report.Caller.Door = core.Slack
	_, err = j.PutReport(ctx, report)
	c.wantCode(t, err, core.Internal, "door")
	if n := len(c.Calls()); n != 0 {
		t.Errorf("%d calls were made for records that are refused", n)
	}
}
