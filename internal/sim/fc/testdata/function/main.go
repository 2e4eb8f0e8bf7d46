// Command function is a small function for the tests of the local Function
// Compute: an event names what it shall do.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
	"github.com/aliyun/fc-runtime-go-sdk/fccontext"
)

// order is what an event asks for.
type order struct {
	Do     string          `json:"do"`
	URL    string          `json:"url"`    // for wait and beat
	Print  string          `json:"print"`  // printed before anything else
	Answer json.RawMessage `json:"answer"` // for answer
}

// httpEvent is the part of an HTTP trigger's event that carries an order.
type httpEvent struct {
	Version  string `json:"version"`
	Body     string `json:"body"`
	IsBase64 bool   `json:"isBase64Encoded"`
}

func main() {
	switch os.Getenv("HANDLER") {
	case "only-error":
		fc.Start(func() error { return nil })
	case "struct-input":
		fc.Start(func(in struct{ Name string }) (string, error) { return in.Name, nil })
	case "exit-at-start":
		fmt.Println("cannot start: no configuration")
		os.Exit(7)
	case "never-asks":
		select {}
	case "stubborn":
		signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
		fc.Start(handle)
	default:
		fc.Start(handle)
	}
}

func handle(ctx context.Context, event []byte) (any, error) {
	var web httpEvent
	o := order{}
	if json.Unmarshal(event, &web) == nil && web.Version == "v1" {
		body := []byte(web.Body)
		if web.IsBase64 {
			body, _ = base64.StdEncoding.DecodeString(web.Body)
		}
		json.Unmarshal(body, &o)
		if o.Do == "" { // echo the event as the body of a response
			return map[string]any{"statusCode": 200, "headers": map[string]string{"Content-Type": "application/json"}, "isBase64Encoded": false, "body": string(event)}, nil
		}
	} else {
		json.Unmarshal(event, &o)
	}
	if o.Print != "" {
		fmt.Println(o.Print)
	}
	return carryOut(ctx, o, event)
}

func carryOut(ctx context.Context, o order, event []byte) (any, error) {
	switch o.Do {
	case "bytes":
		return []byte("plain"), nil
	case "string":
		return "plain", nil
	case "struct":
		return struct{ A int }{1}, nil
	case "map":
		return map[string]int{"a": 1}, nil
	case "answer":
		return o.Answer, nil
	case "error":
		return nil, errors.New("this went wrong")
	case "panic":
		panic("out of reach")
	case "exit":
		os.Exit(3)
	case "hang":
		<-make(chan int)
	case "wait":
		return "waited", fetch(ctx, o.URL)
	case "beat": // leave work running after the answer
		go func() {
			for {
				fetch(context.Background(), o.URL)
			}
		}()
		return "beating", fetch(ctx, o.URL)
	case "env":
		return os.Environ(), nil
	case "context":
		deadline, _ := ctx.Deadline()
		c, _ := fccontext.FromContext(ctx)
		return map[string]any{
			"requestId": c.RequestID, "keyId": c.Credentials.AccessKeyId, "secret": c.Credentials.AccessKeySecret, "token": c.Credentials.SecurityToken,
			"name": c.Function.Name, "handler": c.Function.Handler, "memory": c.Function.Memory, "timeout": c.Function.Timeout,
			"region": c.Region, "account": c.AccountId, "qualifier": c.Service.Qualifier, "retries": c.RetryCount, "left": time.Until(deadline).Seconds(), "pid": os.Getpid(),
		}, nil
	}
	return json.RawMessage(event), nil
}

func fetch(ctx context.Context, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
