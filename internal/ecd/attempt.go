package ecd

import (
	"context"
	"log/slog"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"

	"stopdesktops/internal/core"
)

// call is one operation with its parameters, ready to be tried.
type call struct {
	op       string
	version  string
	region   string
	at       place
	unsigned bool
	params   map[string]*string
	desktops int            // how many it names, for the log
	reads    bool           // it changes nothing
	waits    *time.Duration // how long it may still wait for its turn; nil is no limit
	secrets  []string       // end users' tokens among the parameters
	// read takes the body of a successful answer and returns the cloud's
	// request id, or why the body is no answer.
	read func(body []byte) (requestID string, failed *core.CloudError)
}

// attempt waits for the call's turn, tries it once, and returns the cloud's
// request id, or why there is no answer. From its turn on it never takes longer
// than ctx and attemptTimeout allow.
func (c *Client) attempt(ctx context.Context, k call) (string, *core.CloudError) {
	turn, failed := c.turn(ctx, k)
	begin := time.Now()
	x := &exchange{through: c.transport}
	requestID := ""
	if failed == nil {
		if failed = c.try(ctx, k, x); failed == nil {
			requestID, failed = k.read(x.body)
		}
		c.learn(ctx, turn, x, failed)
	}
	if failed != nil {
		requestID = failed.RequestID
		// Looking has no effect that could be feared.
		failed.MayHave = failed.MayHave && !k.reads
	}
	c.record(ctx, k, x, requestID, failed, time.Since(begin))
	return requestID, failed
}

// try signs and sends the call through the official core.
func (c *Client) try(ctx context.Context, k call, x *exchange) *core.CloudError {
	if ctx.Err() != nil {
		return noTime(k.op)
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	secrets := k.secrets
	client := openapi.Client{
		Endpoint:        tea.String(k.at.host),
		Protocol:        tea.String(k.at.scheme),
		UserAgent:       tea.String(c.userAgent), // given even where empty, or the environment decides
		HttpClient:      x,
		DisableSDKError: tea.Bool(true),
		// RetryOptions stays nil: the core retries nothing, retry.go does.
	}
	if !k.unsigned {
		key, failed := c.keys.get(ctx, k.op)
		if failed != nil {
			return failed
		}
		client.Credential = key
		m := key.model
		secrets = append(secrets[:len(secrets):len(secrets)], tea.StringValue(m.AccessKeyId), tea.StringValue(m.AccessKeySecret), tea.StringValue(m.SecurityToken), tea.StringValue(m.BearerToken))
	}
	// The core's own error is not used: exchange has the whole story, and the
	// core's text may hold the URL with every token in it.
	coreErr := send(ctx, &client, k)
	switch {
	case !x.called:
		return unprepared(k.op, coreErr)
	case x.err != nil && x.status < 300:
		return broken(ctx, k.op, x)
	case x.status >= 200 && x.status < 300:
		return nil
	}
	return classify(k.op, x, append(secrets, x.signature))
}

// noTime is a call whose context ended before it began.
func noTime(op string) *core.CloudError {
	return &core.CloudError{Class: core.CloudDown, Op: op, Text: "no call was made: there was no time left"}
}

// send hands the call to the official core: signed calls as the vendor's SDK
// for 2020-09-30 sends its own (ACS3-HMAC-SHA256), unsigned ones as the SDK for
// 2020-10-02 does. Parameters travel in the query in both.
func send(ctx context.Context, client *openapi.Client, k call) error {
	request := &openapi.OpenApiRequest{Query: k.params}
	// ReadTimeout and its siblings would do nothing here: the core does not
	// apply them to a client that it is given.
	runtime := &dara.RuntimeOptions{}
	if k.unsigned {
		_, err := client.DoRPCRequestWithCtx(ctx, tea.String(k.op), tea.String(k.version), tea.String(k.at.scheme), tea.String("POST"), tea.String("Anonymous"), tea.String("json"), request, runtime)
		return err
	}
	_, err := client.CallApiWithCtx(ctx, &openapi.Params{
		Action: tea.String(k.op), Version: tea.String(k.version), Protocol: tea.String(k.at.scheme), Pathname: tea.String("/"),
		Method: tea.String("POST"), AuthType: tea.String("AK"), Style: tea.String("RPC"),
		ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
	}, request, runtime)
	return err
}

// record writes the line that each attempt leaves in the log. Looks that work
// are the ordinary noise of a run; everything else is worth seeing.
func (c *Client) record(ctx context.Context, k call, x *exchange, requestID string, failed *core.CloudError, took time.Duration) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("op", k.op), slog.String("version", k.version), slog.String("region", k.region),
		slog.Int("desktops", k.desktops), slog.Int("status", x.status), slog.Duration("took", took),
		slog.String("cloud_request_id", requestID),
	}
	switch {
	case failed != nil:
		attrs = append(attrs, slog.String("class", string(failed.Class)), slog.String("code", failed.Code),
			slog.Bool("may_have_worked", failed.MayHave))
	case k.reads:
		level = slog.LevelDebug
	}
	c.log.LogAttrs(ctx, level, "cloud call", attrs...)
}
