package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"stopdesktops/internal/core"
)

// refusedRequest is what everybody may ask, unless everything is frozen.
const refusedRequest = `{"RegionId": "cn-hangzhou", "DesktopId": ["ecd-demo0004"]}`

// why asks in Slack what decides about one of alice's desktops, which the night
// left running.
func (p *playground) why(ctx context.Context) error {
	i := slices.IndexFunc(p.asleep, func(r resident) bool { return slices.Contains(r.EndUserIDs, alice) })
	if i < 0 {
		return errors.New("alice has no desktop")
	}
	command := "why " + p.asleep[i].ID
	p.title("6. Why was it left running? Alice types in Slack: /stop-desktop " + command)
	if err := p.types(ctx, channel, command); err != nil {
		return err
	}
	return p.read(channel, "It would be left alone", string(core.Kept), "This decides")
}

// brake freezes everything, shows that a stop is refused, and ends the freeze.
func (p *playground) brake(ctx context.Context) error {
	p.title("7. The brake: alice types in Slack: /stop-desktop freeze 30m release night")
	if err := p.types(ctx, channel, "freeze 30m release night"); err != nil {
		return err
	}
	if err := p.read(channel, "Frozen until", "release night"); err != nil {
		return err
	}
	p.step("Meanwhile a ticket asks for a stop:")
	fmt.Fprintln(p.out, indented(refusedRequest))
	headers, err := signed(p.cloud.WebhookSecret, "", []byte(refusedRequest))
	if err != nil {
		return err
	}
	status, text, err := p.send(ctx, http.MethodPost, "/stop", headers, refusedRequest)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "   -> %d %s\n", status, text)
	if status != http.StatusConflict {
		// The freeze has to be ended all the same.
		if err := p.allow(otherwisef("a stop during the freeze was answered with %d and not %d", status, http.StatusConflict)); err != nil {
			return err
		}
	}
	p.step("Alice types: /stop-desktop unfreeze")
	if err := p.types(ctx, channel, "unfreeze"); err != nil {
		return err
	}
	return p.read(channel, "The freeze is over")
}
