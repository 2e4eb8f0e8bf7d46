package core

import (
	"context"
	"log/slog"
	"time"
)

// Alive is the line that says that a timer was heard of and dealt with, whatever
// came of it. An alarm goes off where it is missing.
func Alive(ctx context.Context, log *slog.Logger, timer string, scheduled time.Time, what string, stopped int) {
	log.LogAttrs(ctx, slog.LevelInfo, "alive", slog.String("timer", timer), slog.Time("scheduled", scheduled), slog.String("what", what), slog.Int("stopped", stopped))
}
