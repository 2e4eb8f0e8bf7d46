package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

// playground is the running show.
type playground struct {
	out   io.Writer
	cloud *cloud.Cloud
	bin   string // folder of the compiled functions

	slackRun string            // the run that somebody in Slack began
	asleep   []resident        // the night's desktops
	nights   []core.Report     // of the timers that the night fired
	seen     map[string]string // what was printed of each channel
}

// start builds the functions and starts the local cloud.
func start(ctx context.Context, out io.Writer, logs bool) (*playground, error) {
	root, err := repository(ctx)
	if err != nil {
		return nil, err
	}
	bin, err := os.MkdirTemp("", "playground-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the binaries: %w", err)
	}
	p := &playground{out: out, bin: bin, asleep: nightFleet(time.Now()), seen: map[string]string{}}
	fmt.Fprintln(out, "Building the functions for this machine (the first time takes a minute) ...")
	binaries := map[string]string{}
	for _, name := range []string{"stopdesktops", "slackcmd"} {
		binaries[name] = filepath.Join(bin, name)
		build := exec.CommandContext(ctx, "go", "build", "-o", binaries[name], "./functions/"+name)
		build.Dir, build.Stdout, build.Stderr = root, os.Stderr, os.Stderr
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if err := build.Run(); err != nil {
			return nil, errors.Join(fmt.Errorf("build functions/%s: %w", name, err), p.close())
		}
	}
	botToken := "xoxb-" + rand.Text()
	options := cloud.Options{
		Root: root, Config: filepath.Join(root, "cmd", "playground", "config"),
		Binaries: binaries,
		Env:      settingsHere(botToken),
		Slack:    workspace(botToken),
		ECD:      ecd.Options{StopDuration: stopTakes, LoginTokens: []ecd.EndUserToken{{Token: alicesToken, EndUserID: "alice"}}},
		Function: func(f *fc.Function) {
			if f.Name != "stopdesktops" {
				return
			}
			f.Timers = triggers
		},
	}
	if logs {
		options.FC.Log = os.Stderr
	}
	if p.cloud, err = cloud.Start(options); err != nil {
		return nil, errors.Join(err, p.close())
	}
	for _, r := range p.everybody() {
		if err := p.cloud.ECD.Add(r.Desktop); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	return p, nil
}

// settingsHere are the settings that differ from the defaults: who is who in
// Slack is said in a file, nobody throttles the local cloud, and no desktop takes
// long to stop.
func settingsHere(botToken string) map[string]string {
	return map[string]string{
		"SLACK_BOT_TOKEN": botToken, "SLACK_IDENTITY": "file", "HELP_CONTACT": "#desktops",
		"ECD_CALLS_PER_SECOND": "1000", "WAIT": "30s",
	}
}

// everybody are all desktops of the playground.
func (p *playground) everybody() []resident { return slices.Concat(fleet, p.asleep) }

// repository finds the project's root, so that the command works in any of its
// folders.
func repository(ctx context.Context) (string, error) {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	file := strings.TrimSpace(string(mod))
	if err != nil || filepath.Base(file) != "go.mod" {
		return "", errors.New("run this inside the project's folder")
	}
	return filepath.Dir(file), nil
}

// close ends the cloud and removes the binaries.
func (p *playground) close() error {
	var err error
	if p.cloud != nil {
		err = p.cloud.Close()
	}
	return errors.Join(err, os.RemoveAll(p.bin))
}
