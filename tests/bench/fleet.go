package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"stopdesktops/internal/core"
	ecdclient "stopdesktops/internal/ecd"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
)

// A night over a large fleet: what a timer does to it, against what the quota
// alone would let any program do.
const (
	fleetSize  = 10_000
	fleetStops = 6_000
	fleetBatch = 100 // desktops in one call, the most that the admin contract takes
	// callTakes is how long the cloud takes to answer one call.
	callTakes = 50 * time.Millisecond
	// quota is how many calls a second the cloud lets through: 1,000 a minute,
	// which the vendor's page names for most operations.
	quota = 16

	// fleetBound is how much longer than the quota's own time a night may take.
	fleetBound = 1.1
	// fleetMemory is the function's peak on such a night, in MiB.
	fleetMemory = 64

	// scriptStops is how many desktops the baseline stops one by one, as a script
	// would; its time for all of them is this one's times the rest.
	scriptStops = 200
)

// fleetTimer selects everything that is not in use. Grace is off because it
// needs calls of its own, and the canary because it waits for a proof first:
// both are measured by what they are, not by how fast they can be.
const fleetTimer = `Timers:
  - Name: night
    Cron: 0 * * * * *
    Request:
      Select: {RegionId: [cn-hangzhou, cn-shanghai], DesktopName: ["bench-*"]}
      Grace: 0s
      Canary: 0
`

// fleet measures one night.
func (b *bench) fleet(ctx context.Context) error {
	config := filepath.Join(b.dir, "config-fleet")
	policy, err := os.ReadFile("config/policy.cedar")
	if err != nil {
		return err
	}
	if err := firstError(os.MkdirAll(config, 0o755), os.WriteFile(filepath.Join(config, "policy.cedar"), policy, 0o644),
		os.WriteFile(filepath.Join(config, "timers.yaml"), []byte(fleetTimer), 0o644)); err != nil {
		return err
	}
	c, err := b.local(0, func(o *cloud.Options) {
		o.Config = config
		o.ECD.Latency = callTakes
		o.Env = map[string]string{"ECD_BATCH_SIZE": fmt.Sprint(fleetBatch), "ECD_CALLS_PER_SECOND": fmt.Sprint(quota), "ECD_MAX_CONCURRENCY": "8"}
	}, "night")
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.ECD.Add(benchFleet()...); err != nil {
		return err
	}
	// The first tick comes to a warm function in production as well: the hourly
	// timer keeps none warm, so a cold start is part of the measured time.
	began := time.Now()
	if err := c.FC.FireTimer("stopdesktops", "night", began.Truncate(time.Minute)); err != nil {
		return err
	}
	if err := c.Drain(ctx); err != nil {
		return err
	}
	took := time.Since(began)
	if n := count(c, ecd.Stopped); n != fleetStops+fleetSize/10 {
		return fmt.Errorf("%d desktops are Stopped, want %d:\n%s", n, fleetStops+fleetSize/10, c.FC.Logs("stopdesktops"))
	}
	batches := fleetStops / fleetBatch
	needed := fleetSize/100 + 3*batches // pages; a look, a stop and a proof for each batch
	atQuota := time.Duration(needed) * time.Second / quota
	b.row(fmt.Sprintf("%d of %d desktops, %d calls needed", fleetStops, fleetSize, needed), fmt.Sprintf("%.1f s in %d calls", took.Seconds(), len(c.ECD.Calls())),
		fmt.Sprintf("%.1f s at the quota", atQuota.Seconds()), took.Seconds()/atQuota.Seconds(), fleetBound, " x")
	peak := float64(c.FC.PeakRSS("stopdesktops")) / mib
	b.row("peak memory of that night", fmt.Sprintf("%.1f MiB", peak), "", peak, fleetMemory, " MiB")
	return b.script(ctx, c, took)
}

// benchFleet has 6,000 desktops to stop, 3,000 in use and 1,000 that are
// stopped, in two regions.
func benchFleet() []ecd.Desktop {
	var all []ecd.Desktop
	for i := range fleetSize {
		d := ecd.Desktop{Region: []string{"cn-hangzhou", "cn-shanghai"}[i%2], ID: desktopID(i), Name: fmt.Sprintf("bench-%05d", i)}
		switch {
		case i < fleetStops:
		case i < fleetSize-fleetSize/10:
			d.Connection = ecd.Connected
		default:
			d.Status = ecd.Stopped
		}
		all = append(all, d)
	}
	return all
}

func count(c *cloud.Cloud, status string) (n int) {
	for _, d := range c.ECD.Desktops() {
		if d.Status == status {
			n++
		}
	}
	return n
}

// script measures the baseline: the same work on some desktops one by one, with
// a look, a stop and a look after it for each.
func (b *bench) script(ctx context.Context, c *cloud.Cloud, night time.Duration) error {
	key, err := c.RAM.Issue("stopdesktops", time.Hour)
	if err != nil {
		return err
	}
	credential, err := ecdclient.FromInvocation(key.AccessKeyID, key.AccessKeySecret, key.SecurityToken)
	if err != nil {
		return err
	}
	client, err := ecdclient.New(ecdclient.Options{Regions: []string{"cn-hangzhou"}, Endpoint: c.ECDURL, Credential: credential, CallsPerSecond: quota, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	began := time.Now()
	for i := range scriptStops {
		id := []string{fmt.Sprintf("ecd-script%05d", i)}
		if err := c.ECD.Add(ecd.Desktop{Region: "cn-hangzhou", ID: id[0]}); err != nil {
			return err
		}
		if _, err := client.Look(ctx, "cn-hangzhou", id); err != nil {
			return err
		}
		if _, err := client.Stop(ctx, core.StopCall{Contract: core.Admin, RegionId: "cn-hangzhou", DesktopId: id}); err != nil {
			return err
		}
		if _, err := client.Look(ctx, "cn-hangzhou", id); err != nil {
			return err
		}
	}
	all := time.Since(began) * fleetStops / scriptStops
	fmt.Fprintf(b.out, "the same one by one, as a script would\t%.0f s\t%.1f s in one run\t%.1f\t(from %d desktops)\t\n", all.Seconds(), night.Seconds(), all.Seconds()/night.Seconds(), scriptStops)
	return nil
}
