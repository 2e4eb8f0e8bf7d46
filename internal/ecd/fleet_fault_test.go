package ecd

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

// TestFleetFaults plays faults against every operation that only looks, and
// wants of each what a look does.
func TestFleetFaults(t *testing.T) {
	ops := map[string]func(*testing.T, *Client) error{
		opDescribe: func(t *testing.T, c *Client) error {
			return c.List(t.Context(), region, core.Narrow{}, func([]core.Desktop) {})
		},
		"Running": func(t *testing.T, c *Client) error { _, err := c.Running(t.Context(), region); return err },
		opSessions: func(t *testing.T, c *Client) error {
			_, err := c.Idle(t.Context(), region, []string{"ecd-1"})
			return err
		},
		opRecords: func(t *testing.T, c *Client) error {
			_, err := c.Uptime(t.Context(), region, []string{"ecd-1"})
			return err
		},
		opTag:   func(t *testing.T, c *Client) error { return c.SetTag(t.Context(), region, "ecd-1", core.Tag{Key: "a"}) },
		opUntag: func(t *testing.T, c *Client) error { return c.RemoveTag(t.Context(), region, "ecd-1", "a") },
	}
	tests := []struct {
		kind  sim.Kind
		count int
		calls int
		class core.CloudClass
	}{
		{sim.Throttle, 2, 3, ""},
		{sim.InternalError, 2, 3, ""},
		{sim.HTML502, 1, 2, ""},
		{sim.Reset, 1, 2, ""},
		{sim.AnswerLost, 2, 3, ""},
		{sim.Throttle, -1, lookTries, core.CloudThrottled},
		{sim.ServiceUnavailable, -1, lookTries, core.CloudDown},
		{sim.TokenExpired, -1, 1, core.CloudCredentials},
	}
	for name, do := range ops {
		for _, tt := range tests {
			t.Run(fmt.Sprint(name, " ", tt.kind, " ", tt.count), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := newCloud(t, sim.Options{})
					c.add(t, "ecd-1")
					c.Fault(sim.Fault{Kind: tt.kind, Count: tt.count, Delay: time.Second})
					err := do(t, c.client(t, Options{}, inProcess{c}))
					if n := len(c.Calls()); n != tt.calls {
						t.Errorf("%d calls, want %d", n, tt.calls)
					}
					if lines := c.log.of("cloud call"); len(lines) != tt.calls {
						t.Errorf("%d lines in the log for %d calls", len(lines), tt.calls)
					}
					if tt.class == "" {
						if err != nil {
							t.Error(err)
						}
						return
					}
					e := cloudError(t, err)
					changes := name == opTag || name == opUntag
					if e.Class != tt.class || e.MayHave != (changes && tt.kind == sim.ServiceUnavailable) {
						t.Errorf("got %+v, want class %s", e, tt.class)
					}
					wantNoSecret(t, name, []string{c.key.AccessKeySecret, c.key.SecurityToken}, err, c.log)
				})
			})
		}
		t.Run(name+" not permitted", func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			c.add(t, "ecd-1")
			c.allow(opStop)
			err := do(t, c.client(t, Options{}, inProcess{c}))
			right := "ecd:" + strings.Replace(name, "Running", opDescribe, 1)
			if e := cloudError(t, err); e.Class != core.CloudForbidden || !strings.Contains(e.Text, right) || len(c.Calls()) != 1 {
				t.Errorf("got %+v after %d calls, want the missing right %s", e, len(c.Calls()), right)
			}
		})
		t.Run(name+" elsewhere", func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			client := c.client(t, Options{}, answering(func(*http.Request) (*http.Response, error) {
				t.Error("a request went out")
				return nil, http.ErrHandlerTimeout
			}))
			client.regions = nil
			if e := cloudError(t, do(t, client)); e.Class != core.CloudBadRequest {
				t.Errorf("got %+v", e)
			}
		})
	}
}
