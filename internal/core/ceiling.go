package core

import (
	"context"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// percentAsker is a Permit that may speak of the percentage of Running desktops.
// It costs a call a region, so it is found out only where somebody asks.
type percentAsker interface{ AsksPercent() bool }

// countRunning counts the Running desktops of the regions, where a ceiling or
// the policy goes by a percentage of them.
func (p *planner) countRunning(ctx context.Context, regions []string) error {
	asker, _ := p.Permit.(percentAsker)
	limited := p.Rules.Percent(p.rec.Caller.Door) < 100
	if !limited && (asker == nil || !asker.AsksPercent()) {
		return nil
	}
	counts := make([]int, len(regions))
	g, ctx := errgroup.WithContext(ctx)
	for i, region := range regions {
		g.Go(func() (err error) {
			counts[i], err = p.Fleet.Running(ctx, region)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	p.running = make(map[string]int, len(regions))
	for i, region := range regions {
		p.running[region] = counts[i]
	}
	return nil
}

// counted fixes how many desktops the policy is asked about as one request.
func (p *planner) counted(n int) { p.count = n }

// percentage is how much of what is Running in a region n stops there, in the
// region where that is most: whoever adds regions to a request never makes it
// smaller. It is rounded up, so that none is taken for less than it is, and -1
// where nobody has counted one of these regions.
func percentage(n, running map[string]int) int {
	if running == nil {
		return -1
	}
	most := 0
	for region, stops := range n {
		of, known := running[region]
		switch {
		case stops == 0:
		case !known:
			return -1
		case of <= 0:
			most = 100
		default:
			most = max(most, min(100, (stops*100+of-1)/of))
		}
	}
	return most
}

func sum(of map[string]int) int {
	n := 0
	for _, some := range of {
		n += some
	}
	return n
}

// aboveCeiling says why a plan may not be carried out through the door: it is
// refused whole, never cut to size. A plan of one desktop is in no percentage too
// big, or a small fleet could stop none.
func (r *Runner) aboveCeiling(door Door, p Plan) error {
	n := len(p.stops())
	if most := r.Rules.Ceiling(door); n > most {
		return Errorf(AboveCeiling, "The plan would stop %d desktops; the most for one %s run is %d. Nothing was stopped. Narrow the selection, or ask whoever keeps the deployment.", n, door, most)
	}
	if percent := r.Rules.Percent(door); percent < 100 && n > 1 {
		return abovePercent(door, p, percent)
	}
	return nil
}

// abovePercent holds a plan of several desktops to the percentage in each region in
// which it stops something, so that no other region makes room for more, and in all
// of these together. One desktop of a region is in no percentage of it too big, or a
// small region would have the whole night refused.
func abovePercent(door Door, p Plan, percent int) error {
	in := p.stopsIn()
	stops, of, runs := 0, 0, p.runningIn()
	for _, region := range slices.Sorted(maps.Keys(in)) {
		n := in[region]
		running, known := runs[region]
		if !known {
			return Errorf(AboveCeiling, "The plan would stop %d desktops of region %s, and nobody knows how many are Running there; one %s run may stop %d %% of them. Nothing was stopped. Name one desktop, or ask whoever keeps the deployment.", n, region, door, percent)
		}
		stops, of = stops+n, of+running
		if most := max(1, running*percent/100); n > most {
			return Errorf(AboveCeiling, "The plan would stop %d of %d Running desktops of region %s; the most for one %s run is %d %%, which is %d. Nothing was stopped. Narrow the selection, or ask whoever keeps the deployment.", n, running, region, door, percent, most)
		}
	}
	if most := of * percent / 100; stops > most {
		return Errorf(AboveCeiling, "The plan would stop %d of %d Running desktops of its regions; the most for one %s run is %d %%, which is %d. Nothing was stopped. Narrow the selection, or ask whoever keeps the deployment.", stops, of, door, percent, most)
	}
	return nil
}

// emptySelection says that a selection reached nothing, which is a mistake more
// often than it is true.
func emptySelection(q Request, p Plan) error {
	if !q.Selects() || len(p.Entries) > 0 {
		return nil
	}
	return Errorf(Invalid, "The selection reaches no desktop in %s. Check its words: tags, names and ids count letter by letter.", regionsSaid(q))
}

func regionsSaid(q Request) string {
	switch {
	case q.Select != nil && len(q.Select.RegionId) > 0 && q.Select.RegionId[0] != allRegions:
		return "region " + strings.Join(q.Select.RegionId, ", ")
	case q.RegionId != "":
		return "region " + q.RegionId
	}
	return "any region of this deployment"
}
