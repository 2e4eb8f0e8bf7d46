package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"stopdesktops/internal/fc"
)

// handle takes every event of the function. An error means "platform, retry
// this" and nothing else: what is expected to fail is an answer.
func (d *deployment) handle(ctx context.Context, event []byte) (any, error) {
	fc.ReleaseLarge(event)
	ctx = fc.Enter(ctx)
	inv, _ := fc.FromContext(ctx)
	log := d.log.With(slog.String("invocation", inv.RequestID))
	e := fc.Open(event)
	if d.otherDoor(ctx, e, log) {
		return nothing, nil
	}
	switch e.Shape {
	case fc.ShapeHTTP:
		return fc.Serve(ctx, e, d.routes(inv, log), log), nil
	case fc.ShapeTimer:
		return d.tick(ctx, e, inv, log)
	case fc.ShapeJob:
		return d.job(ctx, e, inv, log)
	case fc.ShapeFailure:
		d.failure(ctx, e, inv, log)
		return json.RawMessage("null"), nil
	}
	raise(ctx, log, alarmEventUnknown, "The event is none that this function knows. Nothing was done; find out who invokes it.")
	return json.RawMessage("null"), nil
}
