package core

import (
	"context"
	"log/slog"
	"sync"

	"golang.org/x/sync/errgroup"
)

// lookEverywhere looks for ids in several regions side by side.
func (r *Runner) lookEverywhere(ctx context.Context, regions, ids []string) (map[string][]Desktop, error) {
	answers := make([]map[string]Desktop, len(regions))
	g, ctx := errgroup.WithContext(ctx)
	for i, region := range regions {
		g.Go(func() (err error) {
			answers[i], err = r.look(ctx, region, ids)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	seen := map[string][]Desktop{}
	for _, a := range answers {
		for id, d := range a {
			seen[id] = append(seen[id], d)
		}
	}
	return seen, nil
}

// look asks the cloud about ids and keys the answer by id.
func (r *Runner) look(ctx context.Context, region string, ids []string) (map[string]Desktop, error) {
	found, err := r.Desktops.Look(ctx, region, ids)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]Desktop, len(found))
	for _, d := range found {
		seen[d.DesktopId] = d
	}
	return seen, nil
}

// askMore asks for idle time and uptime of the desktops at the places of open.
// What cannot be learnt stays unknown, which is a reason of its own.
func (p *planner) askMore(ctx context.Context, desktops []Desktop, open []int) {
	byRegion := map[string][]int{}
	for _, i := range open {
		byRegion[desktops[i].RegionId] = append(byRegion[desktops[i].RegionId], i)
	}
	var all sync.WaitGroup
	for region, places := range byRegion {
		ids := make([]string, len(places))
		for n, i := range places {
			ids[n] = desktops[i].DesktopId
		}
		if p.terms.needsIdle() {
			all.Go(func() {
				idle, err := p.Fleet.Idle(ctx, region, ids)
				p.sayUnknown(ctx, region, "idle time", err)
				for _, i := range places {
					desktops[i].Idle, desktops[i].IdleKnown = idle[desktops[i].DesktopId], has(idle, desktops[i].DesktopId)
				}
			})
		}
		if p.terms.needsUptime() {
			all.Go(func() {
				up, err := p.Fleet.Uptime(ctx, region, ids)
				p.sayUnknown(ctx, region, "uptime", err)
				for _, i := range places {
					desktops[i].Up, desktops[i].UpKnown = up[desktops[i].DesktopId], has(up, desktops[i].DesktopId)
				}
			})
		}
	}
	all.Wait()
}

func has[K comparable, V any](m map[K]V, k K) bool { _, ok := m[k]; return ok }

func (p *planner) sayUnknown(ctx context.Context, region, what string, err error) {
	if err != nil {
		p.Log.LogAttrs(ctx, slog.LevelWarn, "not known, so desktops are left alone", slog.String("run", string(p.rec.Run)),
			slog.String("what", what), slog.String("region", region), slog.String("error", cloudError(err).Error()))
	}
}
