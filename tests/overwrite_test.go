package tests

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
)

// TestNobodyReplacesARecord is a door that somebody has taken over: he puts something
// else over the halt of a run and over the request of one that has ended, without the
// header with which the product asks for one write only. So do slackcmd and an operator
// with what they may write. The bucket's own rule keeps all of it, and no role can take
// the rule away. On a bucket without the rule each is replaced, so that it is the rule
// which this shows.
func TestNobodyReplacesARecord(t *testing.T) {
	t.Parallel()
	for name, without := range map[string]bool{"with the rule of template.yml": false, "on a bucket without it": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShape(t, true, two(), func(o *cloud.Options) { o.WithoutOverwriteRules = without })
			const body = `{"RegionId":"cn-hangzhou","DesktopId":["ecd-b"]}`
			ended := s.knock(http.MethodPost, "/stop", s.signed(fresh(), body), body)
			s.drain()
			halted := core.RunID("webhook-" + strings.Repeat("d", 26))
			now := time.Now().UTC().Truncate(time.Millisecond)
			for kind, said := range map[string]any{
				"request": core.RequestRecord{Run: halted, At: now, Caller: core.Caller{Door: core.Webhook, Name: "webhook"},
					Request: core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}}},
				"halt": core.Halt{Run: halted, At: now, By: core.Caller{Door: core.Terminal, Name: "alice"}, Reason: "wrong desktops"},
			} {
				s.OSS.Put(cloud.Bucket, "runs/"+string(halted)+"/"+kind, record(kind, halted, said))
			}
			pressed := "runs/slack-" + strings.Repeat("d", 26) + "/confirm"
			s.OSS.Put(cloud.Bucket, pressed, []byte("cancelled"))
			if _, err := s.Operator(); err != nil {
				t.Fatal(err)
			}

			for _, a := range []struct {
				role, key string
				forged    []byte
			}{
				{doorOnly, "runs/" + string(halted) + "/halt", []byte("{}")},
				{doorOnly, "runs/" + string(ended.RunId) + "/request", record("request", ended.RunId, core.RequestRecord{Run: ended.RunId, At: now,
					Caller: core.Caller{Door: core.Webhook, Name: "somebody-else"}})},
				{"slackcmd", pressed, []byte("confirmed")},
				{cloud.OperatorUser, "runs/" + string(halted) + "/halt", []byte("null")},
			} {
				before, there := s.OSS.Object(cloud.Bucket, a.key)
				if !there {
					t.Fatalf("there is no %s", a.key)
				}
				err := s.putRecordAs(a.role, a.key, a.forged)
				after, _ := s.OSS.Object(cloud.Bucket, a.key)
				if without {
					if err != nil || !bytes.Equal(after, a.forged) {
						t.Errorf("%s is kept from %s by something else: %v", a.key, a.role, err)
					}
					continue
				}
				wantRefused(t, a.role+" replaces "+a.key, err, http.StatusConflict, "FileAlreadyExists")
				if !bytes.Equal(after, before) {
					t.Errorf("%s replaced %s", a.role, a.key)
				}
			}
			if without { // a halt that was spoilt holds all the same, also a stop by id
				s.invokeAs(doorOnly, jobEvent(halted, core.StepStop))
				s.drain()
				if n := s.changed()["ecd-a"]; n > 0 {
					t.Errorf("a run whose halt was spoilt stopped its desktop, %d times", n)
				}
				return
			}

			for _, role := range []string{doorOnly, "slackcmd", worker, cloud.OperatorUser} {
				s.wantRuleKept(role)
			}
			s.invokeAs(doorOnly, jobEvent(halted, core.StepStop))
			s.drain()
			if n := s.changed()["ecd-a"]; n > 0 {
				t.Errorf("the halted run stopped its desktop, %d times", n)
			}
			if r := s.knock(http.MethodGet, "/runs/"+string(halted), s.asBearer(), ""); !strings.Contains(r.Text, "wrong desktops") {
				t.Errorf("who halted the run, and why, is gone: %d %s", r.Status, r.Text)
			}
			if r := s.knock(http.MethodGet, "/runs/"+string(ended.RunId), s.asBearer(), ""); r.Report == nil || r.Report.Counts[core.Stopped] != 1 {
				t.Errorf("the run that had ended: %d %s", r.Status, r.Text)
			}
		})
	}
}

// wantRuleKept tries to take the bucket's rule away with a function's role, and to
// put another in its place.
func (s *shape) wantRuleKept(role string) {
	s.t.Helper()
	k, err := s.RAM.Issue(role, time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	client := oss.NewClient(oss.LoadDefaultConfig().WithRegion(cloud.Region).WithEndpoint(s.OSSURL).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.AccessKeySecret, k.SecurityToken)))
	_, err = client.DeleteBucketOverwriteConfig(s.t.Context(), &oss.DeleteBucketOverwriteConfigRequest{Bucket: oss.Ptr(cloud.Bucket)})
	wantRefused(s.t, role+" removes the rule", err, http.StatusForbidden, "AccessDenied")
	_, err = client.PutBucketOverwriteConfig(s.t.Context(), &oss.PutBucketOverwriteConfigRequest{Bucket: oss.Ptr(cloud.Bucket),
		OverwriteConfiguration: &oss.OverwriteConfiguration{Rules: []oss.OverwriteRule{{Action: oss.Ptr("forbid"), Prefix: oss.Ptr("elsewhere/")}}}})
	wantRefused(s.t, role+" replaces the rule", err, http.StatusForbidden, "AccessDenied")
}

func wantRefused(t *testing.T, what string, err error, status int, code string) {
	t.Helper()
	if e := (*oss.ServiceError)(nil); !errors.As(err, &e) || e.StatusCode != status || e.Code != code {
		t.Errorf("%s: %v; want %d %s", what, err, status, code)
	}
}
