package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

const (
	mib = 1 << 20

	// ordinaryBound is the peak of a function at ordinary work, in MiB.
	ordinaryBound = 40

	// hostileBound is the share of the function's memory that the largest
	// bodies may fill. The rest is the platform's.
	hostileBound = 0.75

	// largestBody is what the platform hands over before any code of ours can
	// refuse it.
	largestBody = 32*mib - 1
)

// local starts a local cloud with n desktops and one timer, which is over all of
// them unless the configuration is another.
func (b *bench) local(n int, edit func(*cloud.Options), timer string) (*cloud.Cloud, error) {
	config, err := timerConfig(b.dir, n)
	if err != nil {
		return nil, err
	}
	o := cloud.Options{Root: ".", Config: config, Binaries: map[string]string{"stopdesktops": b.path("stopdesktops")},
		Function: func(f *fc.Function) {
			f.MaxInstances = 1
			f.Timers = []fc.TimerTrigger{{Name: timer, Cron: "0 * * * * *", Payload: `{"Timer":"` + timer + `"}`, Enable: true}}
		}}
	if edit != nil {
		edit(&o)
	}
	c, err := cloud.Start(o)
	if err != nil {
		return nil, err
	}
	for i := range n {
		if err := c.ECD.Add(ecd.Desktop{Region: "cn-hangzhou", ID: desktopID(i)}); err != nil {
			return nil, firstError(err, c.Close())
		}
	}
	return c, nil
}

func desktopID(i int) string { return fmt.Sprintf("ecd-bench%05d", i) }

// memory measures the function's peak at ordinary work, and then under bodies
// of the largest size that the platform takes.
func (b *bench) memory(ctx context.Context) error {
	c, err := b.local(100, nil, "all")
	if err != nil {
		return err
	}
	defer c.Close()
	for i := range 50 {
		body := fmt.Sprintf(`{"RegionId":"cn-hangzhou","DesktopId":["%s","%s"]}`, desktopID(2*i), desktopID(2*i+1))
		if err := post(ctx, c, fmt.Sprint("k", i), strings.NewReader(body), http.StatusAccepted); err != nil {
			return err
		}
		if err := c.Drain(ctx); err != nil {
			return err
		}
	}
	peak := float64(c.FC.PeakRSS("stopdesktops")) / mib
	b.row("peak memory, ordinary work", fmt.Sprintf("%.1f MiB", peak), "", peak, ordinaryBound, " MiB")
	for i := range b.size.bodies {
		if err := post(ctx, c, fmt.Sprint("large", i), io.LimitReader(letters{}, largestBody), http.StatusRequestEntityTooLarge); err != nil {
			return err
		}
	}
	b.hostile(c, "stopdesktops", b.size.bodies)
	return nil
}

// slackMemory measures slackcmd's peak under bodies of the largest size. Its URL is
// as open to anybody as the other's, and it has as much memory.
func (b *bench) slackMemory(ctx context.Context) error {
	c, err := cloud.Start(cloud.Options{Root: ".", Binaries: map[string]string{"slackcmd": b.path("slackcmd"), "stopdesktops": b.path("bare")},
		Function: func(f *fc.Function) { f.MaxInstances = 1 }})
	if err != nil {
		return err
	}
	defer c.Close()
	for range b.size.slackBodies {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.FC.HTTPURL("slackcmd")+"/slack/command", io.LimitReader(letters{}, largestBody))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if err := answers(r, http.StatusRequestEntityTooLarge); err != nil {
			return err
		}
	}
	b.hostile(c, "slackcmd", b.size.slackBodies)
	return nil
}

// hostile prints a function's peak after so many of the largest bodies.
func (b *bench) hostile(c *cloud.Cloud, function string, bodies int) {
	peak := float64(c.FC.PeakRSS(function)) / mib
	b.row(fmt.Sprintf("peak memory, %s, %d bodies of 32 MB", function, bodies), fmt.Sprintf("%.1f MiB", peak),
		fmt.Sprintf("%d MB function", functionMemoryMB), peak/functionMemoryMB, hostileBound, " x")
}

// letters is an endless body.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// post sends one request by bearer token.
func post(ctx context.Context, c *cloud.Cloud, key string, body io.Reader, want int) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.FC.HTTPURL("stopdesktops")+"/stop", body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.WebhookToken)
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("Content-Type", "application/json")
	return answers(r, want)
}

// answers sends a request and wants a status.
func answers(r *http.Request, want int) error {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, mib))
	if err == nil && resp.StatusCode != want {
		err = fmt.Errorf("%s %s: %d, want %d: %s", r.Method, r.URL.Path, resp.StatusCode, want, text)
	}
	return err
}
