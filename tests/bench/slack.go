package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/slack"
)

const (
	// ackBound is what acknowledging a command may add to its two calls, in
	// milliseconds at the 99th percentile.
	ackBound = 5

	// ackRate is how many commands come in a second.
	ackRate = 200

	// slackZipBound is the largest zip of slackcmd, in MB: it links neither the
	// desktop service nor the policy.
	slackZipBound = 6
)

// acknowledge measures the time to a command's answer beside a function that
// makes the same two calls and nothing else. The two take turns of a second, and
// what counts is the middle of the turns: a machine that stands still for a moment
// spoils the hundredth of one turn and not the figure.
func (b *bench) acknowledge(ctx context.Context) error {
	var clouds [2]*cloud.Cloud
	for i, name := range []string{"twocalls", "slackcmd"} {
		c, err := cloud.Start(cloud.Options{Root: ".", Binaries: map[string]string{"slackcmd": b.path(name), "stopdesktops": b.path("bare")},
			Slack: slack.Options{Deadline: time.Minute}, Function: unbounded})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		defer c.Close()
		clouds[i] = c
		if _, err := drive(ctx, c, ackRate); err != nil { // so that instances are warm
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	var took [2][]time.Duration
	var more []time.Duration
	for range b.size.ackTurns {
		for i, c := range clouds {
			turn, err := drive(ctx, c, ackRate)
			if err != nil {
				return err
			}
			took[i] = append(took[i], percentile(turn, 99))
		}
		more = append(more, took[1][len(took[1])-1]-took[0][len(took[0])-1])
	}
	calls, ours := median(took[0]), median(took[1])
	added := float64(median(more)) / float64(time.Millisecond)
	b.row(fmt.Sprintf("acknowledgement, p99 at %d/s", ackRate), ours.Round(10*time.Microsecond).String(), calls.Round(10*time.Microsecond).String()+" two calls", added, ackBound, " ms")
	return nil
}

// unbounded gives a function as many instances as commands ask for and time
// enough: how long a command takes is measured, not when the bounds of s.yaml
// turn one away, which on a busy machine they would.
func unbounded(f *fc.Function) { f.Timeout, f.MaxInstances = time.Minute, 0 }

// drive sends n commands at the rate and returns how long each took.
func drive(ctx context.Context, c *cloud.Cloud, n int) ([]time.Duration, error) {
	var (
		all  sync.WaitGroup
		mu   sync.Mutex
		took []time.Duration
		bad  error
	)
	tick := time.NewTicker(time.Second / ackRate)
	defer tick.Stop()
	for i := range n {
		<-tick.C
		all.Go(func() {
			r, err := c.Slack.Command(ctx, slack.Command{URL: c.FC.HTTPURL("slackcmd") + "/slack/command", Text: "ecd-bench00001", UserID: fmt.Sprintf("U0BENCH%03d", i%100), ChannelID: "C0BENCH"})
			mu.Lock()
			defer mu.Unlock()
			if err == nil && r.Error != "" {
				err = fmt.Errorf("%s: %s", r.Error, r.Cause)
			}
			if err != nil {
				bad = err
				return
			}
			took = append(took, r.Took)
		})
	}
	all.Wait()
	return took, bad
}

func percentile(d []time.Duration, p int) time.Duration {
	slices.Sort(d)
	return d[(len(d)-1)*p/100]
}
