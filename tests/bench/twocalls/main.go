// Command twocalls makes the two calls that acknowledging a Slack command
// cannot do without, one record and one invocation, and nothing else. The
// benchmark measures slackcmd beside it.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"time"

	sdk "github.com/aliyun/fc-runtime-go-sdk/fc"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/journal"
	"stopdesktops/internal/statekey"
)

func main() {
	keys, err := statekey.ParseDoor(core.Slack, os.Getenv("SLACK_STATE_KEY"))
	if err != nil {
		panic(err)
	}
	queue, err := fc.NewInvoker(fc.InvokerOptions{Function: os.Getenv("INVOKE_FUNCTION"), Endpoint: os.Getenv("INVOKE_ENDPOINT")})
	if err != nil {
		panic(err)
	}
	sdk.Start(func(ctx context.Context, _ []byte) (json.RawMessage, error) {
		ctx = fc.Enter(ctx)
		inv, _ := fc.FromContext(ctx)
		c := inv.Credentials
		j, err := journal.New(journal.Options{Bucket: os.Getenv("STATE_BUCKET"), Region: os.Getenv("STATE_REGION"), Endpoint: os.Getenv("STATE_ENDPOINT"),
			Sealer: keys, WriteOnly: true, Log: slog.New(slog.DiscardHandler),
			Credentials: func(context.Context) (journal.Credentials, error) {
				return journal.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken}, nil
			}})
		if err != nil {
			return nil, err
		}
		run := core.RunID("slack-" + strings.ToLower(rand.Text()[:26]))
		if _, _, err := j.Claim(ctx, core.RequestRecord{Run: run, At: time.Now(), Caller: core.Caller{Door: core.Slack, Name: "T/U"}}); err != nil {
			return nil, err
		}
		if err := queue.Enqueue(ctx, run, core.StepPlan); err != nil {
			return nil, err
		}
		return json.RawMessage(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"isBase64Encoded":false,"body":"{\"text\":\"ok\"}"}`), nil
	})
}
