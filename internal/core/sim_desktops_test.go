package core

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// simDesktops is the cloud as one invocation reaches it.
type simDesktops struct{ *invocation }

// lookTrouble is what goes wrong with calls that change nothing.
func (v simDesktops) lookTrouble(r *rand.Rand) *trouble {
	if !chance(r, v.lookRate) {
		return nil
	}
	class := oneOf(r, CloudThrottled, CloudDown, CloudDown, CloudUnclear)
	if chance(r, 0.1) {
		class = oneOf(r, CloudForbidden, CloudBadRequest, CloudCredentials)
	}
	return &trouble{err: &CloudError{Class: class, Op: "DescribeDesktops", RequestID: v.id}}
}

func (v simDesktops) Look(ctx context.Context, region string, ids []string) (found []Desktop, err error) {
	begun := time.Now()
	if len(ids) == 0 {
		v.fault("a look at no desktop")
	}
	err = v.step(ctx, "look", region+strings.Join(ids, ","), v.lookTrouble, func() error {
		v.cloud.mu.Lock()
		defer v.cloud.mu.Unlock()
		for _, id := range ids {
			if d, ok := v.cloud.see(v.invocation, keyOf(region, id), begun); ok {
				found = append(found, d)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// listPage is small, so that the fleet moves between pages.
const listPage = 10

func (v simDesktops) List(ctx context.Context, region string, narrow Narrow, page func([]Desktop)) error {
	v.cloud.mu.Lock()
	keys := slices.DeleteFunc(slices.Clone(v.cloud.order), func(key string) bool { return !strings.HasPrefix(key, region+"/") })
	v.cloud.mu.Unlock()
	for some := range slices.Chunk(append(keys, ""), listPage) {
		begun := time.Now()
		var seen []Desktop
		err := v.step(ctx, "list", region+some[0], v.lookTrouble, func() error {
			v.cloud.mu.Lock()
			defer v.cloud.mu.Unlock()
			for _, key := range some {
				if d := v.cloud.at(key); d != nil && narrowed(d.Desktop, narrow) {
					d, _ := v.cloud.see(v.invocation, key, begun)
					seen = append(seen, d)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		page(seen)
	}
	return nil
}

// narrowed says whether the cloud's own filter lets a desktop through.
func narrowed(d Desktop, n Narrow) bool {
	is := func(want, found string) bool { return want == "" || want == found }
	for _, t := range n.Tag {
		if v, has := d.Tags[t.Key]; !d.TagsUnknown && (!has || t.Value != "" && v != t.Value) {
			return false
		}
	}
	return (n.EndUserId == "" || slices.Contains(d.EndUserIds, n.EndUserId)) && is(n.OfficeSiteId, d.OfficeSiteId) && is(n.DesktopGroupId, d.DesktopGroupId) && is(n.ChargeType, d.ChargeType)
}

func (v simDesktops) Running(ctx context.Context, region string) (n int, err error) {
	err = v.step(ctx, "running", region, v.lookTrouble, func() error {
		v.cloud.mu.Lock()
		defer v.cloud.mu.Unlock()
		for _, key := range v.cloud.order {
			if d := v.cloud.at(key); d != nil && d.RegionId == region && d.Status == StatusRunning {
				n++
			}
		}
		return nil
	})
	return n, err
}

func (v simDesktops) Idle(ctx context.Context, region string, ids []string) (map[string]time.Duration, error) {
	return v.spans(ctx, "idle", region, ids, func(d *simDesktop) time.Duration { return d.idle })
}

func (v simDesktops) Uptime(ctx context.Context, region string, ids []string) (map[string]time.Duration, error) {
	return v.spans(ctx, "uptime", region, ids, func(d *simDesktop) time.Duration { return d.up })
}

func (v simDesktops) spans(ctx context.Context, what, region string, ids []string, of func(*simDesktop) time.Duration) (map[string]time.Duration, error) {
	known := map[string]time.Duration{}
	err := v.step(ctx, what, region, v.lookTrouble, func() error {
		for _, id := range ids {
			if d := v.cloud.desktops[keyOf(region, id)]; d != nil && !d.unknown {
				known[id] = of(d)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return known, nil
}

// stopTrouble is what goes wrong with StopDesktops: with MayHave the call may
// have worked, and without it nothing has happened.
func (v simDesktops) stopTrouble(r *rand.Rand) *trouble {
	if !chance(r, v.stopRate) {
		return nil
	}
	fail := func(class CloudClass, mayHave bool) error {
		return &CloudError{Class: class, Op: "StopDesktops", RequestID: v.id, MayHave: mayHave, Text: "as the seed has it"}
	}
	switch r.IntN(10) {
	case 0:
		return &trouble{err: fail(CloudThrottled, false)}
	case 2:
		return &trouble{err: fail(CloudDown, false)}
	case 1, 3, 4:
		return &trouble{err: fail(CloudDown, true), effect: true}
	case 5:
		return &trouble{err: fail(CloudDown, true)}
	case 6, 9:
		return &trouble{err: fail(CloudBadDesktop, false)}
	case 7:
		return &trouble{err: oneOf(r, fail(CloudUnclear, true), fmt.Errorf("an error of no class")), effect: chance(r, 0.5)}
	}
	return &trouble{err: fail(oneOf(r, CloudForbidden, CloudCredentials, CloudBadRequest), false)}
}

func (v simDesktops) Stop(ctx context.Context, call StopCall) (string, error) {
	notes := map[string]*simCalled{}
	_, planned := v.planOf(v.run)
	v.cloud.mu.Lock()
	for _, id := range call.DesktopId {
		notes[id] = &simCalled{run: v.run, begun: time.Now(), planned: planned}
		d := v.cloud.desktops[keyOf(call.RegionId, id)]
		if d == nil || v.dead() {
			continue
		}
		d.calls = append(d.calls, notes[id])
	}
	v.cloud.mu.Unlock()
	if !slices.IsSorted(call.DesktopId) || len(call.DesktopId) == 0 || len(call.DesktopId) > v.rules.batch(call.Contract) || call.RegionId == "" {
		v.fault("a call that may not be made: %+v", call)
	}
	err := v.step(ctx, "stop", call.RegionId+strings.Join(call.DesktopId, ","), v.stopTrouble, func() error { return v.cloud.stop(v.invocation, call, notes) })
	v.cloud.mu.Lock()
	defer v.cloud.mu.Unlock()
	for _, n := range notes {
		n.ended = time.Now()
		n.accepted = err == nil
		n.lost = err != nil && (v.dead() || cloudError(err).MayHave)
	}
	if err != nil {
		return "", err
	}
	return "REQ-" + v.id, nil
}

// planOf is the recorded plan of a run.
func (s *simulation) planOf(run RunID) (Plan, bool) {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	p, ok := s.journal.plans[run]
	return p, ok
}
