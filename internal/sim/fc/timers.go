package fc

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/netresearch/go-cron"
)

// cronParser reads the six-field expressions of FC timers, in UTC unless
// CRON_TZ= says otherwise, and "@every". Other descriptors and the year
// field are not documented and refused.
var cronParser = cron.MustNewParser(cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor | cron.Extended)

func parseCron(expression string) (cron.Schedule, error) {
	rest := expression
	hasZone := strings.HasPrefix(expression, "CRON_TZ=")
	if hasZone {
		_, rest, _ = strings.Cut(expression, " ")
		rest = strings.TrimSpace(rest)
	}
	if strings.HasPrefix(rest, "@") && !strings.HasPrefix(rest, "@every ") {
		return nil, fmt.Errorf("cron expression %q: only @every is known besides six fields", expression)
	}
	if !hasZone && !strings.HasPrefix(rest, "@") {
		expression = "CRON_TZ=UTC " + expression
	}
	s, err := cronParser.Parse(expression)
	if err != nil {
		return nil, fmt.Errorf("cron expression %q (six fields from second to day of week): %w", rest, err)
	}
	return s, nil
}

// timerEvent is the event of a timer trigger.
type timerEvent struct {
	TriggerTime string `json:"triggerTime"` // RFC 3339, UTC, whole seconds
	TriggerName string `json:"triggerName"`
	Payload     string `json:"payload"`
}

// FireTimer delivers the tick of one moment, as if its time had come. It goes
// through the asynchronous queue; Drain waits for its end. A disabled trigger
// never fires.
func (p *Platform) FireTimer(name, trigger string, at time.Time) error {
	f := p.function(name)
	if f == nil {
		return fmt.Errorf("fire timer %s of %s: no such function", trigger, name)
	}
	for _, t := range f.conf.Timers {
		if t.Name != trigger {
			continue
		}
		if !t.Enable {
			return fmt.Errorf("fire timer %s of %s: the trigger is disabled", trigger, name)
		}
		payload, err := json.Marshal(timerEvent{TriggerTime: at.UTC().Format("2006-01-02T15:04:05Z"), TriggerName: t.Name, Payload: t.Payload})
		if err != nil {
			return fmt.Errorf("fire timer %s of %s: %w", trigger, name, err)
		}
		if _, refused := p.enqueue(f, asyncEvent{source: SourceTimer, payload: payload, requestID: p.newRequestID()}); refused != nil {
			return fmt.Errorf("fire timer %s of %s: %w", trigger, name, refused)
		}
		return nil
	}
	return fmt.Errorf("fire timer %s of %s: no such trigger", trigger, name)
}

// StartTimers lets the machine's clock fire the enabled timers of the
// functions deployed now, until ctx ends or the platform closes.
func (p *Platform) StartTimers(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	for _, f := range p.functions {
		for _, t := range f.conf.Timers {
			schedule, err := parseCron(t.Cron)
			if err != nil || !t.Enable {
				continue // Deploy has refused expressions that do not parse
			}
			p.running.Go(func() { p.tick(ctx, f.conf.Name, t.Name, schedule) })
		}
	}
}

func (p *Platform) tick(ctx context.Context, function, trigger string, schedule cron.Schedule) {
	next := schedule.Next(time.Now())
	for !next.IsZero() {
		wait := time.NewTimer(time.Until(next))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return
		case <-p.ctx.Done():
			wait.Stop()
			return
		}
		if err := p.FireTimer(function, trigger, next); err != nil {
			p.opt.Logger.Warn("timer did not fire", "function", function, "trigger", trigger, "error", err)
			return
		}
		next = schedule.Next(next)
	}
}
