package tests

import (
	"fmt"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/oss"
)

// TestCloudFaults lets every fault of the desktop service hit every operation,
// once and for good, on both contracts. Every desktop has an outcome that does
// not contradict the cloud.
func TestCloudFaults(t *testing.T) {
	kinds := []ecd.Kind{ecd.Throttle, ecd.ThrottleRetryAfter, ecd.ThrottlePlain, ecd.InternalError, ecd.ServiceUnavailable, ecd.HTML502, ecd.TokenExpired, ecd.Reset, ecd.AnswerLost, ecd.Slow}
	bodies := map[string]string{"admin": wholeAdmin, "client": `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-b"],"ClientId":"c"}`}
	for contract, body := range bodies {
		for _, operation := range []string{"DescribeDesktops", "StopDesktops"} {
			for _, kind := range kinds {
				for times, count := range map[string]int{"once": 1, "for good": -1} {
					t.Run(fmt.Sprintf("%s/%s/%s/%s", contract, operation, kind, times), func(t *testing.T) {
						t.Parallel()
						w := newWorld(t, two(), shortLease)
						w.ECD.Fault(ecd.Fault{Operation: operation, Kind: kind, Count: count, Delay: 1200 * time.Millisecond})
						if r := w.post("m1", body); r.Status/100 != 2 {
							t.Errorf("answer: %d %s", r.Status, r.Text)
						}
						w.drain()
						w.ECD.ClearFaults()
						r := w.complete()
						if times == "once" && kind != ecd.TokenExpired {
							wantOutcomes(t, r, map[string]core.Code{"ecd-a": core.Stopped, "ecd-b": core.Stopped})
						}
					})
				}
			}
		}
	}
}

// TestJournalFaults lets the bucket fail once at each kind of record. Nothing
// is lost: what was not recorded was not answered with a success.
func TestJournalFaults(t *testing.T) {
	for _, record := range []string{"/request", "/attempt-", "/plan", "/report"} {
		for _, kind := range []oss.Kind{oss.InternalError, oss.ServiceUnavailable, oss.Reset, oss.AnswerLost} {
			for times, count := range map[string]int{"once": 1, "often": 4} {
				t.Run(record[1:]+"/"+string(kind)+"/"+times, func(t *testing.T) {
					t.Parallel()
					w := newWorld(t, two(), shortLease)
					w.OSS.Fault(oss.Fault{KeyContains: record, Kind: kind, Count: count})
					w.insist(func() response { return w.post("m1", wholeAdmin) })
					w.drain()
					w.OSS.ClearFaults()
					wantOutcomes(t, w.complete(), map[string]core.Code{"ecd-a": core.Stopped, "ecd-b": core.Stopped})
				})
			}
		}
	}
}

// TestBadIdNeverSinksTheOthers runs under each way the cloud may treat a bad
// id, because the vendor does not say which it is.
func TestBadIdNeverSinksTheOthers(t *testing.T) {
	for name, policy := range map[string]ecd.BadIDPolicy{"fails the call": ecd.BadIDFailsCall, "ignored": ecd.BadIDIgnored, "fails the call after the others": ecd.BadIDFailsCallAfterOthers} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, two(), withEnv(map[string]string{"ECD_CLIENT_LOOKUP": "off"}))
			w.ECD.Change(func(o *ecd.Options) { o.BadID = policy })
			// The client contract without a look cannot know that one id is bad.
			w.post("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-gone","ecd-b"],"ClientId":"c"}`)
			w.drain()
			codes := map[string]core.Code{}
			for _, o := range w.onlyReport().Outcomes {
				codes[o.DesktopId] = o.Code
			}
			for _, id := range []string{"ecd-a", "ecd-b"} {
				d, _ := w.ECD.Desktop("cn-hangzhou", id)
				if d.Status != ecd.Stopped {
					t.Errorf("%s is %s and reported %s", id, d.Status, codes[id])
				}
			}
			if policy == ecd.BadIDFailsCall && codes["ecd-gone"] != core.CloudRefused {
				t.Errorf("the bad id is reported %s", codes["ecd-gone"])
			}
		})
	}
}

func TestCredentialsExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two(), func(o *cloudOptions) { o.FC.CredentialTTL = time.Second })
	w.postWaiting("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`)
	w.drain()
	// A second apart, the same warm instance must not use the first
	// invocation's credentials again.
	time.Sleep(1100 * time.Millisecond)
	r := w.postWaiting("m2", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-b"]}`)
	if r.Report == nil {
		t.Fatalf("answer: %d %s", r.Status, r.Text)
	}
	wantOutcomes(t, *r.Report, map[string]core.Code{"ecd-b": core.Stopped})
}
