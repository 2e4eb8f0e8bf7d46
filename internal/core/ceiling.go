package core

import (
	"context"
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
	p.running = 0
	for _, n := range counts {
		p.running += n
	}
	return nil
}

// counted fixes how many desktops the policy is asked about as one request. A
// percentage is rounded up, so that none is taken for less than it is.
func (p *planner) counted(n int) {
	p.count = n
	switch {
	case p.running > 0:
		p.percent = min(100, (n*100+p.running-1)/p.running)
	case p.running == 0:
		p.percent = 100
	}
}

// aboveCeiling says why a plan may not be carried out through the door: it is
// refused whole, never cut to size. One desktop may always be stopped, or a
// small fleet could stop none.
func (r *Runner) aboveCeiling(door Door, p Plan) error {
	n := len(p.stops())
	if most := r.Rules.Ceiling(door); n > most {
		return Errorf(AboveCeiling, "The plan would stop %d desktops; the most for one %s run is %d. Nothing was stopped. Narrow the selection, or ask whoever keeps the deployment.", n, door, most)
	}
	percent := r.Rules.Percent(door)
	if p.Running < 0 || percent >= 100 {
		return nil
	}
	if most := max(1, p.Running*percent/100); n > most {
		return Errorf(AboveCeiling, "The plan would stop %d of %d Running desktops; the most for one %s run is %d %%, which is %d. Nothing was stopped. Narrow the selection, or ask whoever keeps the deployment.", n, p.Running, door, percent, most)
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
