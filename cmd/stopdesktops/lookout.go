package main

import (
	"context"
	"errors"
	"sync"

	"stopdesktops/internal/core"
	"stopdesktops/internal/ecd"
)

// lookout is the cloud, and keeps what it refused for good: a run whose stops
// were refused ends with a report and not with an error, and whoever reads the
// report has to know what to mend.
type lookout struct {
	*ecd.Client

	mu      sync.Mutex
	refusal *core.CloudError
}

// note keeps the first refusal that no repetition mends.
func (l *lookout) note(err error) {
	e := (*core.CloudError)(nil)
	if !errors.As(err, &e) || e.Class != core.CloudForbidden && e.Class != core.CloudCredentials {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refusal == nil {
		l.refusal = e
	}
}

// seen is the first refusal, or nil.
func (l *lookout) seen() *core.CloudError {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refusal
}

// Look implements core.Desktops.
func (l *lookout) Look(ctx context.Context, region string, ids []string) ([]core.Desktop, error) {
	found, err := l.Client.Look(ctx, region, ids)
	l.note(err)
	return found, err
}

// Stop implements core.Desktops.
func (l *lookout) Stop(ctx context.Context, call core.StopCall) (string, error) {
	id, err := l.Client.Stop(ctx, call)
	l.note(err)
	return id, err
}

// List implements core.Fleet.
func (l *lookout) List(ctx context.Context, region string, narrow core.Narrow, page func([]core.Desktop)) error {
	err := l.Client.List(ctx, region, narrow, page)
	l.note(err)
	return err
}

// SetTag implements core.Tagger.
func (l *lookout) SetTag(ctx context.Context, region, id string, tag core.Tag) error {
	err := l.Client.SetTag(ctx, region, id, tag)
	l.note(err)
	return err
}

// RemoveTag implements core.Tagger.
func (l *lookout) RemoveTag(ctx context.Context, region, id, key string) error {
	err := l.Client.RemoveTag(ctx, region, id, key)
	l.note(err)
	return err
}
