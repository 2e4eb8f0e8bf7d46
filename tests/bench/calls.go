package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"stopdesktops/internal/sim/cloud"
)

// callsBound is the most API calls for a thousand named desktops. In calls of a
// hundred, ten looks, ten stops and ten looks after them leave room for more.
const callsBound = 60

// functionMemoryMB is memorySize of s.yaml; a test keeps the two equal.
const functionMemoryMB = 256

// calls counts what a timer over a thousand desktops asks of the cloud.
func (b *bench) calls(ctx context.Context) error {
	c, err := b.local(1000, func(o *cloud.Options) { o.Env = map[string]string{"ECD_BATCH_SIZE": "100"} }, "all")
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.FC.FireTimer("stopdesktops", "all", time.Now().Truncate(time.Minute)); err != nil {
		return err
	}
	if err := c.Drain(ctx); err != nil {
		return err
	}
	stopped := 0
	for _, d := range c.ECD.Desktops() {
		if d.Status == "Stopped" {
			stopped++
		}
	}
	if stopped != 1000 {
		return fmt.Errorf("%d of 1000 desktops stopped:\n%s", stopped, c.FC.Logs("stopdesktops"))
	}
	n := float64(len(c.ECD.Calls()))
	b.row("API calls for 1,000 named desktops", fmt.Sprint(n), "", n, callsBound, " calls")
	return nil
}

// timerConfig writes a configuration whose timer names n desktops.
func timerConfig(dir string, n int) (string, error) {
	config := filepath.Join(dir, fmt.Sprint("config-", n))
	if err := os.MkdirAll(config, 0o755); err != nil {
		return "", err
	}
	policy, err := os.ReadFile("config/policy.cedar")
	if err != nil {
		return "", err
	}
	var timers strings.Builder
	timers.WriteString("Timers:\n  - Name: all\n    Cron: 0 * * * * *\n    Request:\n      RegionId: cn-hangzhou\n      DesktopId:\n")
	for i := range n {
		fmt.Fprintf(&timers, "        - %s\n", desktopID(i))
	}
	return config, firstError(os.WriteFile(filepath.Join(config, "policy.cedar"), policy, 0o644),
		os.WriteFile(filepath.Join(config, "timers.yaml"), []byte(timers.String()), 0o644))
}
