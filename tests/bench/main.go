// Command bench measures the product beside its baselines in one run, prints
// ratios and exits with an error where one is above its bound. Ratios, because
// machines differ and are noisy; memory and sizes are absolute.
//
//	go run ./tests/bench       everything
//	go run ./tests/bench -ci   fewer rounds
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"text/tabwriter"
)

// size is how much a run measures.
type size struct {
	starts      int // process starts of each binary
	bodies      int // bodies of 32 MB
	slackBodies int // the same for slackcmd
	ackTurns    int // seconds of Slack commands, for each side
	rounds      int // of each benchmark of a pair
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := realMain(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func realMain(ctx context.Context) error {
	ci := flag.Bool("ci", false, "fewer rounds")
	quick := flag.Bool("start", false, "only size and start")
	fleet := flag.Bool("fleet", false, "only the night over a large fleet")
	ack := flag.Bool("ack", false, "only acknowledging commands")
	bodies := flag.Bool("memory", false, "only the largest bodies")
	only := flag.Bool("pairs", false, "only the pairs of benchmarks")
	flag.Parse()
	n := size{starts: 60, bodies: 1000, slackBodies: 100, ackTurns: 15, rounds: 10}
	if *ci {
		n = size{starts: 20, bodies: 50, slackBodies: 20, ackTurns: 5, rounds: 4}
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir, size: n, out: tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)}
	fmt.Fprintln(b.out, "MEASURED\tFIGURE\tBASELINE\tRATIO\tBOUND\t")
	build := step{"building the programs", b.build}
	size := []step{{"packing them", b.zip}, {"starting each of them again and again", b.starts}}
	night, pairs := step{"a night over a large fleet", b.fleet}, step{"pairs of benchmarks", b.pairs}
	commands := step{"acknowledging commands", b.acknowledge}
	steps := slices.Concat([]step{build}, size, []step{commands, {"a thousand named desktops", b.calls}, night, pairs,
		{fmt.Sprint(n.slackBodies, " bodies of 32 MB for slackcmd"), b.slackMemory}, {fmt.Sprint(n.bodies, " bodies of 32 MB for stopdesktops"), b.memory}})
	switch {
	case *quick:
		steps = append([]step{build}, size...)
	case *only:
		steps = []step{pairs}
	case *fleet:
		steps = []step{build, night}
	case *ack:
		steps = []step{build, commands}
	case *bodies:
		steps = append([]step{build}, steps[len(steps)-2:]...)
	}
	for i, s := range steps {
		fmt.Fprintf(os.Stderr, "%d of %d: %s ...\n", i+1, len(steps), s.what)
		if err := s.do(ctx); err != nil {
			return errors.Join(err, b.out.Flush())
		}
	}
	if err := b.out.Flush(); err != nil {
		return err
	}
	return errors.Join(b.broken...)
}

// step is a part of a run. It may take minutes, so it is told what goes on.
type step struct {
	what string
	do   func(context.Context) error
}

// bench is one run.
type bench struct {
	dir    string
	size   size
	out    *tabwriter.Writer
	broken []error
}

// path is where a program is that was built.
func (b *bench) path(name string) string { return filepath.Join(b.dir, "bin", name) }

// row prints one figure and notes where it is above its bound.
func (b *bench) row(what, figure, baseline string, value, bound float64, unit string) {
	ratio := ""
	if baseline != "" {
		ratio = fmt.Sprintf("%.2f", value)
	}
	verdict := ""
	if value > bound {
		verdict = "ABOVE"
		b.broken = append(b.broken, fmt.Errorf("%s: %.2f%s is above %.2f%s", what, value, unit, bound, unit))
	}
	fmt.Fprintf(b.out, "%s\t%s\t%s\t%s\t%g%s\t%s\n", what, figure, baseline, ratio, bound, unit, verdict)
}

// atLeast prints a figure that must not be below its bound.
func (b *bench) atLeast(what, figure, baseline string, value, bound float64) {
	verdict := ""
	if value < bound {
		verdict = "BELOW"
		b.broken = append(b.broken, fmt.Errorf("%s: %.2f x is below %.2f x", what, value, bound))
	}
	fmt.Fprintf(b.out, "%s\t%s\t%s\t%.2f\t%g x at least\t%s\n", what, figure, baseline, value, bound, verdict)
}
