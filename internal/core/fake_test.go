package core

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"
)

// fakeCloud is a cloud of desktops in one region. Its hooks let a test fail a
// call before or after it has had its effect.
type fakeCloud struct {
	mu       sync.Mutex
	desktops map[string]Desktop
	stops    []StopCall           // every call that was made
	looks    [][]string           // ids of every look
	stopErr  func(StopCall) error // before the effect
	lost     func(StopCall) error // after the effect
	lookErr  func() error
	now      func() time.Time
	slow     bool // stopped desktops stay Stopping

	idle, up           map[string]time.Duration
	askedIdle, askedUp []string
	spanErr            error
	countErr           error
	tagErr             error
	narrowed           []Narrow
}

// List lists a region in the order of ids, in pages of 100.
func (c *fakeCloud) List(_ context.Context, region string, narrow Narrow, page func([]Desktop)) error {
	c.mu.Lock()
	if c.lookErr != nil {
		if err := c.lookErr(); err != nil {
			c.mu.Unlock()
			return err
		}
	}
	var all []Desktop
	for _, id := range slices.Sorted(maps.Keys(c.desktops)) {
		if d := c.desktops[id]; d.RegionId == region {
			d.SeenAt = c.now()
			all = append(all, d)
		}
	}
	c.narrowed = append(c.narrowed, narrow)
	c.mu.Unlock()
	for some := range slices.Chunk(all, 100) {
		page(some)
	}
	return nil
}

func (c *fakeCloud) Running(_ context.Context, region string) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, d := range c.desktops {
		if d.RegionId == region && d.Status == StatusRunning {
			n++
		}
	}
	return n, c.countErr
}

func (c *fakeCloud) Idle(_ context.Context, _ string, ids []string) (map[string]time.Duration, error) {
	return c.spans(ids, c.idle, &c.askedIdle)
}

func (c *fakeCloud) Uptime(_ context.Context, _ string, ids []string) (map[string]time.Duration, error) {
	return c.spans(ids, c.up, &c.askedUp)
}

func (c *fakeCloud) spans(ids []string, known map[string]time.Duration, asked *[]string) (map[string]time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*asked = append(*asked, ids...)
	some := map[string]time.Duration{}
	for _, id := range ids {
		if d, ok := known[id]; ok {
			some[id] = d
		}
	}
	return some, c.spanErr
}

func (c *fakeCloud) SetTag(_ context.Context, region, id string, tag Tag) error {
	return c.retag(region, id, func(tags map[string]string) { tags[tag.Key] = tag.Value })
}

func (c *fakeCloud) RemoveTag(_ context.Context, region, id, key string) error {
	return c.retag(region, id, func(tags map[string]string) { delete(tags, key) })
}

func (c *fakeCloud) retag(region, id string, change func(map[string]string)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.desktops[id]
	if !ok || d.RegionId != region {
		return &CloudError{Class: CloudBadDesktop, Op: "TagResources"}
	}
	tags := maps.Clone(d.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	change(tags)
	d.Tags = tags
	c.desktops[id] = d
	return c.tagErr
}

// called says whether a call named the desktop; the lock is held.
func (c *fakeCloud) called(id string) bool {
	return slices.ContainsFunc(c.stops, func(call StopCall) bool { return slices.Contains(call.DesktopId, id) })
}

func newFakeCloud(now func() time.Time, ds ...Desktop) *fakeCloud {
	c := &fakeCloud{desktops: map[string]Desktop{}, now: now}
	for _, d := range ds {
		d.RegionId = cmp.Or(d.RegionId, "cn-hangzhou")
		c.desktops[d.DesktopId] = d
	}
	return c
}

func (c *fakeCloud) Look(_ context.Context, region string, ids []string) ([]Desktop, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks = append(c.looks, slices.Clone(ids))
	if c.lookErr != nil {
		if err := c.lookErr(); err != nil {
			return nil, err
		}
	}
	var found []Desktop
	for _, id := range ids {
		if d, ok := c.desktops[id]; ok && d.RegionId == region {
			d.SeenAt = c.now()
			found = append(found, d)
		}
	}
	return found, nil
}

func (c *fakeCloud) Stop(_ context.Context, call StopCall) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stops = append(c.stops, call)
	if c.stopErr != nil {
		if err := c.stopErr(call); err != nil {
			return "", err
		}
	}
	for _, id := range call.DesktopId {
		d := c.desktops[id]
		d.Status = StatusStopped
		if c.slow {
			d.Status = StatusStopping
		}
		c.desktops[id] = d
	}
	if c.lost != nil {
		if err := c.lost(call); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("REQ-%d", len(c.stops)), nil
}

func (c *fakeCloud) stopped() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	for id, d := range c.desktops {
		if d.Status == StatusStopped && c.called(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// fakeKeys makes readable ids.
type fakeKeys struct{ generations []string }

func (k fakeKeys) RunIDs(d Door, sender, delivery string) []RunID {
	var ids []RunID
	for _, g := range append([]string{"k1"}, k.generations...) {
		ids = append(ids, RunID(fmt.Sprintf("%s-%s-%s-%s", d, sender, delivery, g)))
	}
	return ids
}
func (fakeKeys) Fingerprint(m []byte) string               { return string(m) }
func (fakeKeys) SameFingerprint(m []byte, was string) bool { return string(m) == was }

// permitFunc is a policy that one function decides.
type permitFunc func(Ask) bool

func (f permitFunc) Permitted(_ context.Context, a Ask) Verdict { return Verdict{Allowed: f(a)} }

// allow permits the listed actions to everybody.
func allow(actions ...Action) permitFunc {
	return func(a Ask) bool { return slices.Contains(actions, a.Action) }
}

// all is everything but what nobody is given.
var all = allow(ActionSubmit, ActionStop, ActionForce, ActionPreview, ActionRead)

// fakeQueue counts what is queued.
type fakeQueue struct {
	mu   sync.Mutex
	jobs []RunID
	err  error
}

func (q *fakeQueue) Enqueue(_ context.Context, run RunID, _ Step) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return q.err
	}
	q.jobs = append(q.jobs, run)
	return nil
}

// world is a runner among fakes.
type world struct {
	*Runner
	cloud   *fakeCloud
	journal *fakeJournal
	queue   *fakeQueue
}

func newWorld(t *testing.T, ds ...Desktop) *world {
	t.Helper()
	w := &world{cloud: newFakeCloud(time.Now, ds...), journal: newFakeJournal(), queue: &fakeQueue{}}
	w.Runner = &Runner{
		Rules:    Rules{Regions: []string{"cn-hangzhou", "cn-shanghai"}},
		Desktops: w.cloud, Fleet: w.cloud, Tagger: w.cloud, Journal: w.journal, Queue: w.queue, Keys: fakeKeys{}, Permit: all,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Now: time.Now,
		Me:  Invocation{RequestID: "inv-1", Deadline: time.Now().Add(time.Minute)},
	}
	return w
}

// running makes n desktops that are Running and disconnected.
func running(n int) []Desktop {
	var ds []Desktop
	for i := range n {
		ds = append(ds, Desktop{DesktopId: fmt.Sprintf("ecd-%04d", i), Status: StatusRunning, Connection: ConnDisconnected})
	}
	return ds
}

func idsOfDesktops(ds []Desktop) []string {
	var ids []string
	for _, d := range ds {
		ids = append(ids, d.DesktopId)
	}
	return ids
}

// ask is an admin request for ids.
func ask(ids ...string) Request { return Request{RegionId: "cn-hangzhou", DesktopId: ids} }

// codesOf is a report's outcomes by id.
func codesOf(r Report) map[string]Code {
	m := map[string]Code{}
	for _, o := range r.Outcomes {
		m[o.DesktopId] = o.Code
	}
	return m
}

func wantCodes(t *testing.T, r Report, want map[string]Code) {
	t.Helper()
	if got := codesOf(r); !maps.Equal(got, want) {
		t.Errorf("outcomes\n got %v\nwant %v", got, want)
	}
	if len(r.Outcomes) != len(want) {
		t.Errorf("%d outcomes for %d desktops", len(r.Outcomes), len(want))
	}
}

func contextWithDeadline(t *testing.T, at time.Time) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithDeadline(t.Context(), at)
}
