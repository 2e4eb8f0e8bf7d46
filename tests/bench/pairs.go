package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// pair is a benchmark of ours beside one of what no program could leave out.
// Both are in the package's tests, so that they can reach what they measure.
type pair struct {
	what   string
	folder string
	ours   string
	bare   string
	bound  float64 // of ours to bare
	// rate makes the bound one of calls a second, bare to ours, which must not be
	// below it.
	rate   bool
	allocs float64 // the most allocations for one of per; 0 is not looked at
	per    float64 // decisions in one round
}

var pairs = []pair{
	{what: "100,000 decisions beside a bare loop", folder: "./internal/core", ours: "Decide100k", bare: "BareLoop100k", allocs: 3, per: 100_000},
	{what: "50 policies over 10,000 desktops", folder: "./internal/policy", ours: "Permitted50", bare: "BareAuthorize50", bound: 1.3},
	{what: "webhook of 20 desktops, verified and permitted", folder: "./functions/stopdesktops", ours: "Webhook20", bare: "Webhook20Parts", bound: 1.5},
	{what: "forged webhook, as a rate", folder: "./internal/webhook", ours: "Forged", bare: "ForgedBare", bound: 0.7, rate: true},
}

// measured is the best round of one benchmark. The best, because whatever else
// runs on the machine only ever makes a round slower.
type measured struct{ ns, allocs float64 }

// pairs measures every pair.
func (b *bench) pairs(ctx context.Context) error {
	for _, p := range pairs {
		results, err := run(ctx, p.folder, p.ours, p.bare, b.size.rounds)
		if err != nil {
			return err
		}
		ours, bare := results[p.ours], results[p.bare]
		if ours.ns == 0 || bare.ns == 0 {
			return fmt.Errorf("%s: no figures of %s and %s", p.folder, p.ours, p.bare)
		}
		figure, baseline, ratio := micros(ours.ns), micros(bare.ns), ours.ns/bare.ns
		switch {
		case p.rate:
			b.atLeast(p.what, figure, baseline, 1/ratio, p.bound)
		case p.bound > 0:
			b.row(p.what, figure, baseline, ratio, p.bound, " x")
		default:
			fmt.Fprintf(b.out, "%s\t%s\t%s\t%.2f\t\t\n", p.what, figure, baseline, ratio)
		}
		if p.allocs > 0 {
			each := ours.allocs / p.per
			b.row("... allocations each", fmt.Sprintf("%.2f", each), "", each, p.allocs, "")
		}
	}
	return nil
}

// run runs two benchmarks of a package and returns the best round of each.
func run(ctx context.Context, folder, ours, bare string, rounds int) (map[string]measured, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark("+ours+"|"+bare+")$", "-benchmem", "-count", strconv.Itoa(rounds), folder)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("measure %s: %w\n%s", folder, err, out)
	}
	best := map[string]measured{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		name, m, ok := figures(lines.Text())
		if was, seen := best[name]; ok && (!seen || m.ns < was.ns) {
			best[name] = m
		}
	}
	return best, lines.Err()
}

// figures reads one line that go test writes about a benchmark.
func figures(line string) (name string, m measured, ok bool) {
	words := strings.Fields(line)
	if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
		return "", m, false
	}
	name, _, _ = strings.Cut(strings.TrimPrefix(words[0], "Benchmark"), "-")
	for i := 2; i+1 < len(words); i += 2 {
		v, err := strconv.ParseFloat(words[i], 64)
		if err != nil {
			return "", m, false
		}
		switch words[i+1] {
		case "ns/op":
			m.ns = v
		case "allocs/op":
			m.allocs = v
		}
	}
	return name, m, m.ns > 0
}

func micros(ns float64) string { return fmt.Sprintf("%.1f µs", ns/1000) }
