package core

import (
	"context"
	"slices"
)

// twoRegions shows each region only its own desktops.
type twoRegions struct {
	*fakeCloud
	of map[string][]string
}

func (c twoRegions) Look(ctx context.Context, region string, ids []string) ([]Desktop, error) {
	found, err := c.fakeCloud.Look(ctx, "cn-hangzhou", ids)
	var mine []Desktop
	for _, d := range found {
		if slices.Contains(c.of[region], d.DesktopId) {
			d.RegionId = region
			mine = append(mine, d)
		}
	}
	return mine, err
}

// twinFleet shows every region the same ids.
type twinFleet struct{ *fakeCloud }

func (c twinFleet) List(ctx context.Context, region string, narrow Narrow, page func([]Desktop)) error {
	return c.fakeCloud.List(ctx, "cn-hangzhou", narrow, func(some []Desktop) {
		for i := range some {
			some[i].RegionId = region
		}
		page(some)
	})
}

// stutter gives every page twice.
type stutter struct{ *fakeCloud }

func (c stutter) List(ctx context.Context, region string, narrow Narrow, page func([]Desktop)) error {
	for range 2 {
		if err := c.fakeCloud.List(ctx, region, narrow, page); err != nil {
			return err
		}
	}
	return nil
}
