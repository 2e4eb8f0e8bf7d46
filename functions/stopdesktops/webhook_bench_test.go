package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cedar-policy/cedar-go"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// The webhook of twenty desktops that both benchmarks take, up to the point
// where its record would be written and each desktop looked at.
const (
	benchSecret   = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
	benchDesktops = 20
)

func benchBody() []byte {
	ids := make([]string, benchDesktops)
	for i := range ids {
		ids[i] = fmt.Sprintf("ecd-bench%04d", i)
	}
	body, err := json.Marshal(core.Request{RegionId: "cn-hangzhou", DesktopId: ids, StoppedMode: "StopCharging", Reason: "ticket 4711: the build is over"})
	if err != nil {
		panic(err)
	}
	return body
}

// BenchmarkWebhook20 verifies, decodes, validates and permits a webhook and each
// of its desktops.
func BenchmarkWebhook20(b *testing.B) {
	env := []string{"ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=bench-state", "STATE_REGION=cn-hangzhou", "INVOKE_FUNCTION=f",
		"STATE_KEY=q7Qm0Jf2pZ8yVdT4wXnR6sK1uEoLbHcA9gIiNtMzCvY=", "WEBHOOK_SECRETS=" + benchSecret, "CONFIG_DIR=../../config"}
	d, err := deploy(env, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	at := &door{deployment: d, inv: fc.Invocation{}, log: d.log}
	body := benchBody()
	header := benchHeader(b, body)
	for b.Loop() {
		got, err := at.delivery((&http.Request{Method: http.MethodPost, Header: header, Body: io.NopCloser(bytes.NewReader(body))}).WithContext(b.Context()))
		if err != nil {
			b.Fatal(err)
		}
		if err := d.rules.Validate(core.Webhook, got.Request); err != nil {
			b.Fatal(err)
		}
		ask := core.Ask{Caller: got.Caller, Action: core.ActionSubmit, Count: benchDesktops, Percent: -1, Reason: got.Request.Reason, At: d.now()}
		if !d.policy.Permitted(b.Context(), ask).Allowed {
			b.Fatal("submit is not permitted")
		}
		ask.Action = core.ActionStop
		for _, id := range got.Request.DesktopId {
			ask.Desktop = &core.Desktop{RegionId: got.Request.RegionId, DesktopId: id, Status: core.StatusRunning, Connection: core.ConnDisconnected}
			if !d.policy.Permitted(b.Context(), ask).Allowed {
				b.Fatal("stop is not permitted")
			}
		}
	}
}

func benchHeader(b *testing.B, body []byte) http.Header {
	hook, err := standardwebhooks.NewWebhook(benchSecret)
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	signature, err := hook.Sign("msg_bench", now, body)
	if err != nil {
		b.Fatal(err)
	}
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("webhook-id", "msg_bench")
	h.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	h.Set("webhook-signature", signature)
	return h
}

// BenchmarkWebhook20Parts does what no program can leave out: the HMAC, reading
// the JSON, and asking the same policy about ready entities.
func BenchmarkWebhook20Parts(b *testing.B) {
	text, err := os.ReadFile("../../config/policy.cedar")
	if err != nil {
		b.Fatal(err)
	}
	policies, err := cedar.NewPolicySetFromBytes("policy.cedar", text)
	if err != nil {
		b.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(benchSecret, "whsec_"))
	if err != nil {
		b.Fatal(err)
	}
	body := benchBody()
	principal := cedar.NewEntityUID("Sender", "webhook")
	context := cedar.NewRecord(cedar.RecordMap{"count": cedar.Long(benchDesktops), "reason": cedar.String("ticket 4711: the build is over"), "dryRun": cedar.False})
	entities := cedar.EntityMap{}
	uids := make([]cedar.EntityUID, benchDesktops)
	for i := range uids {
		uids[i] = cedar.NewEntityUID("Desktop", cedar.String(fmt.Sprintf("cn-hangzhou/ecd-bench%04d", i)))
		entities[uids[i]] = cedar.Entity{UID: uids[i], Attributes: cedar.NewRecord(cedar.RecordMap{"id": cedar.String("ecd-bench"), "connected": cedar.False})}
	}
	for b.Loop() {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("msg_bench.1700000000."))
		mac.Write(body)
		mac.Sum(nil)
		var q core.Request
		if err := json.Unmarshal(body, &q); err != nil {
			b.Fatal(err)
		}
		ask := func(action string, resource cedar.EntityUID) {
			if ok, _ := cedar.Authorize(policies, entities, cedar.Request{Principal: principal, Action: cedar.NewEntityUID("Action", cedar.String(action)), Resource: resource, Context: context}); !ok {
				b.Fatal(action, " is not permitted")
			}
		}
		ask("submit", cedar.NewEntityUID("Fleet", "all"))
		for _, uid := range uids {
			ask("stop", uid)
		}
	}
}
