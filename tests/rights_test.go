package tests

import (
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	fcapi "github.com/alibabacloud-go/fc-20230330/v4/client"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"

	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ram"
)

// setRole replaces what the function's role may do.
func (w *world) setRole(document string) {
	w.t.Helper()
	p, err := ram.ParsePolicy([]byte(document))
	if err != nil {
		w.t.Fatal(err)
	}
	w.RAM.SetRole("stopdesktops", p)
}

// putAs writes an object with the credentials of a function's role.
func (w *world) putAs(role, key string) error {
	w.t.Helper()
	k, err := w.RAM.Issue(role, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	client := oss.NewClient(oss.LoadDefaultConfig().WithRegion(cloud.Region).WithEndpoint(w.OSSURL).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.AccessKeySecret, k.SecurityToken)))
	_, err = client.PutObject(w.t.Context(), &oss.PutObjectRequest{Bucket: oss.Ptr(cloud.Bucket), Key: oss.Ptr(key), Body: strings.NewReader("{}")})
	return err
}

// invoke sends a bare event, as whoever may invoke the function can.
func (w *world) invoke(event string) { w.t.Helper(); w.invokeAs("stopdesktops", event) }

// invokeAs sends a bare event with the credentials of a function's role.
func (w *world) invokeAs(role, event string) {
	w.t.Helper()
	w.invokeFunction("stopdesktops", role, event)
}

func (w *world) invokeFunction(name, role, event string) {
	w.t.Helper()
	key, err := w.RAM.Issue(role, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	client, err := fcapi.NewClient(new(openapi.Config).SetAccessKeyId(key.AccessKeyID).SetAccessKeySecret(key.AccessKeySecret).
		SetSecurityToken(key.SecurityToken).SetProtocol("http").SetEndpoint(strings.TrimPrefix(w.FC.APIURL(), "http://")))
	if err != nil {
		w.t.Fatal(err)
	}
	async := "Async"
	_, err = client.InvokeFunctionWithOptions(&name, &fcapi.InvokeFunctionRequest{Body: strings.NewReader(event)},
		&fcapi.InvokeFunctionHeaders{XFcInvocationType: &async}, &dara.RuntimeOptions{})
	if err != nil {
		w.t.Fatalf("invoke with %s: %v", event, err)
	}
}

// TestWithSlackcmdsRoleAlone holds all that slackcmd holds, and tries what it
// must not be able to do.
func TestWithSlackcmdsRoleAlone(t *testing.T) {
	t.Parallel()
	w := slackWorld(t, two())
	now := time.Now()
	for name, event := range map[string]string{
		"a webhook":                          `{"version":"v1","rawPath":"/stop","body":"{\"RegionId\":\"cn-hangzhou\",\"DesktopId\":[\"ecd-a\"]}","isBase64Encoded":false,"headers":{"Content-Type":"application/json"},"queryParameters":{},"requestContext":{"http":{"method":"POST","path":"/stop"}}}`,
		"a timer off schedule":               `{"triggerTime":"` + now.UTC().Format(time.RFC3339) + `","triggerName":"x","payload":"{\"Timer\":\"yearly\"}"}`,
		"a foreign run":                      `{"Run":"timer-aaaaaaaaaaaaaaaaaaaaaaaaaa","Step":"stop"}`,
		"a Slack run nobody asked for":       `{"Run":"slack-aaaaaaaaaaaaaaaaaaaaaaaaaa","Step":"stop"}`,
		"a failure record of a tick to come": `{"requestContext":{"requestId":"r"},"requestPayload":"{\"triggerTime\":\"` + now.Add(time.Hour).UTC().Truncate(time.Minute).Format(time.RFC3339) + `\",\"triggerName\":\"admin\",\"payload\":\"{\\\"Timer\\\":\\\"admin\\\"}\"}","responseContext":{}}`,
		"a failure record":                   `{"requestContext":{"requestId":"r"},"requestPayload":"{\"Run\":\"timer-aaaaaaaaaaaaaaaaaaaaaaaaaa\",\"Step\":\"stop\"}","responseContext":{}}`,
	} {
		w.invokeAs("slackcmd", event)
		_ = name
	}
	w.drain()
	for _, key := range []string{"runs/webhook-aaaaaaaaaaaaaaaaaaaaaaaaaa/request", "runs/timer-aaaaaaaaaaaaaaaaaaaaaaaaaa/request", "freeze",
		"runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/plan", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/report", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/attempt-1"} {
		if err := w.putAs("slackcmd", key); err == nil {
			t.Errorf("slackcmd's role wrote %s", key)
		}
	}
	if err := w.putAs("slackcmd", "runs/slack-aaaaaaaaaaaaaaaaaaaaaaaaaa/request"); err != nil {
		t.Errorf("slackcmd's role cannot write its own records: %v", err)
	}
	if n := len(w.stops()); n != 0 {
		t.Errorf("%d StopDesktops calls", n)
	}
	for key := range w.OSS.Objects() {
		if strings.Contains(key, "/timer-") {
			t.Errorf("%s was written: a tick to come is cancelled", key)
		}
	}
}
