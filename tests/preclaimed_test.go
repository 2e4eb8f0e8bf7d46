package tests

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/statekey"
)

// putRecordAs writes a record, or something that looks like one, with a
// function's role.
func (w *world) putRecordAs(role, key string, body []byte) error {
	w.t.Helper()
	k, err := w.RAM.Issue(role, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	client := oss.NewClient(oss.LoadDefaultConfig().WithRegion(cloud.Region).WithEndpoint(w.OSSURL).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.AccessKeySecret, k.SecurityToken)))
	_, err = client.PutObject(w.t.Context(), &oss.PutObjectRequest{Bucket: oss.Ptr(cloud.Bucket), Key: oss.Ptr(key), Body: strings.NewReader(string(body))})
	return err
}

func record(kind string, run core.RunID, body any) []byte {
	return []byte(text(map[string]any{"Version": 1, "Kind": kind, "Run": run, "Nonce": "forged", "Body": body}))
}

// TestPreclaimedRuns is a slackcmd that somebody has taken over: it may write
// runs/slack-* records and invoke the other function, and it knows how run ids of
// Slack are made. It cannot become another door's caller, nor get past the
// policy, nor answer for somebody else.
func TestPreclaimedRuns(t *testing.T) {
	t.Parallel()
	w := newSenderWorld(t, "senders.yaml", nil, teamSecrets(), nil, func(o *cloudOptions) {
		o.FC.RetryDelay = func(int) time.Duration { return time.Millisecond }
	})
	if err := w.ECD.Add(append(two(), ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-vault1"})...); err != nil {
		t.Fatal(err)
	}
	door := w.buttonKey(w.Secrets[0])
	now := time.Now().UTC().Truncate(time.Millisecond)
	q := core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}}
	vault := core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-vault1"}}
	all := core.Request{RegionId: "cn-hangzhou", All: true}
	hers := core.Caller{Door: core.Slack, Name: home + "/" + alice, Place: channel}
	his := core.Caller{Door: core.Slack, Name: home + "/" + mallory, Place: channel}
	for name, c := range map[string]struct {
		rec     core.RequestRecord
		confirm *core.Confirm
		body    []byte
	}{
		"as a timer":                 {rec: core.RequestRecord{Caller: core.Caller{Door: core.Timer, Name: "nightly"}, Request: q}},
		"as a sender":                {rec: core.RequestRecord{Caller: core.Caller{Door: core.Webhook, Name: "webhook"}, Request: q}},
		"as an operator":             {rec: core.RequestRecord{Caller: core.Caller{Door: core.Terminal, Name: "root"}, Request: q}},
		"as nobody":                  {rec: core.RequestRecord{Request: q}},
		"as a stranger":              {rec: core.RequestRecord{Caller: core.Caller{Door: core.Slack, Name: "T0OTHER99/" + alice}, Request: q, Unasked: true}},
		"as who may not":             {rec: core.RequestRecord{Caller: his, Request: q}, confirm: &core.Confirm{By: his, Stop: true}},
		"unasked, as who must be":    {rec: core.RequestRecord{Caller: hers, Request: q, Unasked: true}},
		"answered by another":        {rec: core.RequestRecord{Caller: hers, Request: q}, confirm: &core.Confirm{By: his, Stop: true}},
		"answered to no plan":        {rec: core.RequestRecord{Caller: hers, Request: q}, confirm: &core.Confirm{By: hers, Stop: true, Digest: strings.Repeat("0a", 32)}},
		"the vault":                  {rec: core.RequestRecord{Caller: hers, Request: vault}, confirm: &core.Confirm{By: hers, Stop: true}},
		"everything, as who may not": {rec: core.RequestRecord{Caller: his, Request: all, Unasked: true}},
		"the schedule of a timer":    {rec: core.RequestRecord{Caller: hers, Request: core.Request{RegionId: "cn-hangzhou", Select: &core.Selection{Scheduled: true, Tag: []core.Tag{{Key: "a"}}}}, Due: now, Since: now.Add(-time.Hour), Unasked: true}},
		"no record":                  {body: []byte("{}")},
		"nothing":                    {body: []byte{}},
		"a record of later":          {body: []byte(`{"Version":2,"Kind":"request"}`)},
		"deep":                       {body: []byte(strings.Repeat("[", 100_000))},
	} {
		run := door.RunIDs(home, "command:"+name)[0]
		before := w.calm()
		body := c.body
		if body == nil {
			c.rec.Run, c.rec.At = run, now
			body = record("request", run, c.rec)
		}
		if err := w.putRecordAs("slackcmd", "runs/"+string(run)+"/request", body); err != nil {
			t.Fatal(err)
		}
		job := func(step core.Step) {
			w.invokeAs("slackcmd", jobEvent(run, step))
			w.drain()
		}
		job(core.StepStop)
		job(core.StepPlan)
		if c.confirm != nil {
			c.confirm.Run, c.confirm.At = run, time.Now().UTC()
			if c.confirm.Digest == "" {
				c.confirm.Digest = w.digestOf(run)
			}
			if err := w.putRecordAs("slackcmd", "runs/"+string(run)+"/confirm", record("confirm", run, c.confirm)); err != nil {
				t.Fatal(err)
			}
		}
		job(core.StepStop)
		job(core.StepDo)
		job(core.StepShow)
		w.unharmed(t, name, before, "/runs/"+string(run)+"/")
	}
	w.asAlice(t, door, hers)
	// Other doors' records, and its own runs' plan and report, are out of its
	// reach; and an id that was not made with the state key is nobody's delivery.
	before := w.calm()
	for _, key := range []string{"runs/webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa/request", "runs/timer-aaaaaaaaaaaaaaaaaaaaaaaaaa/request", "freeze",
		"runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/plan", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/report", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/halt", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/attempt-1"} {
		if err := w.putRecordAs("slackcmd", key, []byte("{}")); err == nil {
			t.Errorf("slackcmd's role wrote %s", key)
		}
	}
	foreign := w.buttonKey("NIC4zGU4o5VGnneryg6U274vBq0lplx2YU5mxF1ulHc=").RunIDs("webhook", "standard-webhooks:m1")[0]
	w.OSS.Put(cloud.Bucket, "runs/"+string(foreign)+"/request", record("request", foreign, core.RequestRecord{Run: foreign, At: now, Caller: hers, Request: vault}))
	w.unharmed(t, "records of others", before, "/runs/"+string(foreign)+"/")
	if r := w.postWaiting("m1", `{"RegionId":"cn-hangzhou","DesktopId":["ecd-b"]}`); r.Report == nil || r.Repeated || w.changed()["ecd-b"] != 1 {
		t.Errorf("the delivery whose run somebody tried to claim: %d %s", r.Status, r.Text)
	}
}

// asAlice is what a slackcmd that was taken over can do: act as any Slack user, in
// full, for what that user may stop. It also shows that the forgeries above fail
// for what they are and not for how they are written.
func (w *senderWorld) asAlice(t *testing.T, door *statekey.Door, hers core.Caller) {
	t.Helper()
	run, now := door.RunIDs(home, "command:hers")[0], time.Now().UTC().Truncate(time.Millisecond)
	put := func(kind string, body any) {
		if err := w.putRecordAs("slackcmd", "runs/"+string(run)+"/"+kind, record(kind, run, body)); err != nil {
			t.Fatal(err)
		}
	}
	put("request", core.RequestRecord{Run: run, At: now, Caller: hers, Request: core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}}})
	w.invokeAs("slackcmd", jobEvent(run, core.StepPlan))
	w.drain()
	put("confirm", core.Confirm{Run: run, At: time.Now().UTC(), By: hers, Stop: true, Digest: w.digestOf(run)})
	w.invokeAs("slackcmd", jobEvent(run, core.StepStop))
	w.drain()
	if got := w.changed()["ecd-a"]; got != 1 {
		t.Errorf("a whole forgery of alice's request stopped her desktop %d times, want 1: it is what the page says of it", got)
	}
}

// digestOf reads a plan's digest, which whoever knows the desktops can work out,
// or returns nothing where there is no plan.
func (w *world) digestOf(run core.RunID) string {
	w.t.Helper()
	plan, ok := w.OSS.Object(cloud.Bucket, "runs/"+string(run)+"/plan")
	var shown struct{ Body struct{ Digest string } }
	if ok && json.Unmarshal(plan, &shown) != nil {
		w.t.Fatalf("the plan of %s is no JSON", run)
	}
	return shown.Body.Digest
}
