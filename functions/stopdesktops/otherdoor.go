package main

import (
	"context"
	"log/slog"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// otherDoor refuses what belongs to a door whose key this function does not hold,
// before anything of it is done. The function of s-door.yaml holds the key of
// webhooks only, and nobody has a reason to send it a tick or a job of Slack.
func (d *deployment) otherDoor(ctx context.Context, e fc.Event, log *slog.Logger) bool {
	door := doorOf(e)
	if _, held := d.keys.Door(door); held || door == "" {
		return false
	}
	raise(ctx, log, alarmOtherDoor, "An event belongs to a door whose key this function does not hold. Nothing was done. Triggers of timers, jobs and records of failures belong to the function that INVOKE_FUNCTION names: if one of yours comes here, correct where it goes, else find out who invokes this function.",
		slog.String("door", string(door)), slog.String("shape", string(e.Shape)))
	return true
}

// doorOf is the door whose keys it takes to deal with an event. It is nothing for
// HTTP requests, whose runs are this function's own, and for what is refused
// whoever holds which key: malformed jobs, and those of a terminal's run.
func doorOf(e fc.Event) core.Door {
	if e.Shape == fc.ShapeFailure {
		e = e.Failure().Original
	}
	switch e.Shape {
	case fc.ShapeTimer:
		return core.Timer
	case fc.ShapeJob:
		if j, err := e.Job(); err == nil && j.Run.Door() != core.Terminal {
			return j.Run.Door()
		}
	}
	return ""
}
