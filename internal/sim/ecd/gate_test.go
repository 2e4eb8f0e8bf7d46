package ecd

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
)

var (
	stopParams = &openapiutil.Params{
		Action: dara.String("StopDesktops"), Version: dara.String(VersionAdmin), Protocol: dara.String("HTTPS"),
		Pathname: dara.String("/"), Method: dara.String("POST"), AuthType: dara.String("AK"), Style: dara.String("RPC"),
		ReqBodyType: dara.String("formData"), BodyType: dara.String("json"),
	}
	noRuntime = &dara.RuntimeOptions{}
)

func stopRequest(desktops ...string) *openapiutil.OpenApiRequest {
	return &openapiutil.OpenApiRequest{Query: ids(desktops...).query()}
}

func TestGate(t *testing.T) {
	for name, tt := range map[string]struct {
		point GatePoint
		held  string // what the desktop is while the call is held
	}{
		"before the answer": {BeforeAnswer, Stopped},
		"before the effect": {BeforeEffect, Running},
	} {
		t.Run(name, func(t *testing.T) {
			c := oneDesktop(t, Options{})
			gate := c.Gate("StopDesktops", tt.point)
			done := make(chan error, 1)
			core := c.core(c.key)
			go func() {
				_, err := core.CallApiWithCtx(t.Context(), stopParams, stopRequest("ecd-1"), noRuntime)
				done <- err
			}()
			if err := gate.Wait(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			if got := c.status("ecd-1"); got != tt.held {
				t.Errorf("while the call is held ecd-1 is %s, want %s", got, tt.held)
			}
			call := c.lastCall()
			if call.Done || slices.Equal(call.Effect, []string{"ecd-1"}) != (tt.held == Stopped) {
				t.Errorf("logged while held: %+v", call)
			}
			must(t)(c.describe(ids("ecd-1"))) // another operation passes
			select {
			case err := <-done:
				t.Fatalf("answered through a shut gate: %v", err)
			default:
			}
			gate.Open()
			gate.Open()
			if err := <-done; err != nil {
				t.Error(err)
			}
			if got := c.status("ecd-1"); got != Stopped {
				t.Errorf("after opening ecd-1 is %s", got)
			}
		})
	}
}

func TestGateLetsGoWhoeverLeft(t *testing.T) {
	for name, tt := range map[string]struct {
		point GatePoint
		ends  string
	}{
		"before the answer": {BeforeAnswer, Stopped},
		"before the effect": {BeforeEffect, Running},
	} {
		t.Run(name, func(t *testing.T) {
			c := oneDesktop(t, Options{})
			gate := c.Gate("", tt.point)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			core := c.core(c.key)
			go func() {
				_, err := core.CallApiWithCtx(ctx, stopParams, stopRequest("ecd-1"), noRuntime)
				done <- err
			}()
			if err := gate.Wait(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			cancel()
			if err := <-done; err == nil {
				t.Error("answered")
			}
			for !c.lastCall().Done {
				time.Sleep(time.Millisecond) // polls for the server to notice that its caller left
			}
			gate.Open()
			if call := c.lastCall(); call.Status != 0 {
				t.Errorf("logged %+v", call)
			}
			if got := c.status("ecd-1"); got != tt.ends {
				t.Errorf("ecd-1 is %s, want %s", got, tt.ends)
			}
		})
	}
}

func TestGateWaitEnds(t *testing.T) {
	c := oneDesktop(t, Options{})
	gate := c.Gate("StopDesktops", BeforeAnswer)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := gate.Wait(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A call that a gate held happens when the gate opens, not when it arrived: the
// stop takes its whole time from there, under the options of that moment.
func TestHeldCallHappensLate(t *testing.T) {
	c := oneDesktop(t, Options{StopDuration: time.Second})
	gate := c.Gate("StopDesktops", BeforeEffect)
	done := make(chan error, 1)
	core := c.core(c.key)
	go func() {
		_, err := core.CallApiWithCtx(t.Context(), stopParams, stopRequest("ecd-1"), noRuntime)
		done <- err
	}()
	if err := gate.Wait(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	c.Change(func(o *Options) { o.StopDuration = time.Minute })
	c.pass(2 * time.Minute)
	gate.Open()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := c.status("ecd-1"); got != Stopping {
		t.Errorf("just after the gate opened ecd-1 is %s", got)
	}
}
