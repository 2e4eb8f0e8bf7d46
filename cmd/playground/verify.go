package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"
)

// table prints the desktops as they are; remarks stand beside them.
func (p *playground) table(remarks map[string]string) {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "   DESKTOP\tNAME\tREGION\tSTATUS\tCONNECTION\t")
	for _, d := range p.cloud.ECD.Desktops() {
		fmt.Fprintf(w, "   %s\t%s\t%s\t%s\t%s\t%s\n", d.ID, d.Name, d.Region, d.Status, d.Connection, remarks[d.ID])
	}
	w.Flush()
}

// verify waits until nothing is Stopping any more and compares every desktop
// with what it must be.
func (p *playground) verify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*stopTakes)
	defer cancel()
	for p.anyStopping() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the last desktop to stop: %w", ctx.Err())
		case <-time.After(stopTakes / 5):
		}
	}
	wrong := 0
	remarks := map[string]string{}
	for _, r := range fleet {
		d, _ := p.cloud.ECD.Desktop(r.Region, r.ID)
		remarks[r.ID] = r.why
		if d.Status != r.end {
			wrong++
			remarks[r.ID] = "WRONG: must be " + r.end + ", because " + r.why
		}
	}
	p.table(remarks)
	if wrong > 0 {
		return fmt.Errorf("%d of %d desktops are not as they must be", wrong, len(fleet))
	}
	fmt.Fprintf(p.out, "\nAll %d desktops are as they must be.\n", len(fleet))
	return nil
}

func (p *playground) anyStopping() bool {
	for _, d := range p.cloud.ECD.Desktops() {
		if d.Status == "Stopping" {
			return true
		}
	}
	return false
}

// invite prints what to type to stop another desktop.
func (p *playground) invite() {
	p.title("Your turn")
	fmt.Fprintf(p.out, `The function is up. Stop another desktop:

  echo '{"RegionId":"cn-hangzhou","DesktopId":["ecd-demo0004"],"Reason":"my first stop"}' |
    go run ./cmd/playground sign -secret %s |
    curl -sS -K - %s/stop

See how a run ends:

  RUN=webhook-...  # the RunId of the answer above
  curl -sS -H 'Authorization: Bearer %s' "%s/runs/$RUN"

Add  -H 'Prefer: wait=10'  to the first curl to have the report at once. A 401
has no body: its secret or token is wrong. `+"`go run ./cmd/playground -logs`"+` shows
what the functions log. Who may do what is said in cmd/playground/config here,
and in config/ for a deployment.
Press Ctrl-C to end.
`, p.cloud.WebhookSecret, p.cloud.FC.HTTPURL("stopdesktops"), p.cloud.WebhookToken, p.cloud.FC.HTTPURL("stopdesktops"))
}
