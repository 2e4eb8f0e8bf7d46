package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
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
	out    io.Writer
	cloud  *cloud.Cloud
	bin    string // folder of the compiled functions
	folder *folder
	ticks  []tick // of the folder's timers
	judged bool   // what comes otherwise than as shipped is an error

	left     map[int]bool      // parts that were left out
	fired    map[string]bool   // triggers that the show fires
	slackRun string            // the run that somebody in Slack began
	asleep   []resident        // the night's desktops
	nights   []core.Report     // of the timers that the night fired
	seen     map[string]string // what was printed of each channel
}

// how is how the show is to run.
type how struct {
	config  string   // a configuration folder of one's own; empty is that of the show
	environ []string // of the shell; a folder of one's own takes its secrets from there
	judged  bool
	logs    bool
}

// start checks the folder, builds the functions and starts the local cloud.
func start(ctx context.Context, out io.Writer, h how) (*playground, error) {
	root, err := repository(ctx)
	if err != nil {
		return nil, err
	}
	folder, err := readFolder(root, h.config, h.environ, out)
	if err != nil {
		return nil, err
	}
	bin, err := os.MkdirTemp("", "playground-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the binaries: %w", err)
	}
	p := &playground{out: out, bin: bin, folder: folder, ticks: ticksOf(folder.config.Timers), judged: h.judged,
		left: map[int]bool{}, fired: map[string]bool{}, asleep: nightFleet(time.Now()), seen: map[string]string{}}
	if err := p.deploy(ctx, root, h.logs); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// deploy builds the functions and starts the local cloud with the folder.
func (p *playground) deploy(ctx context.Context, root string, logs bool) error {
	fmt.Fprintln(p.out, "Building the functions for this machine (the first time takes a minute) ...")
	binaries := map[string]string{}
	for _, name := range []string{"stopdesktops", "slackcmd"} {
		binaries[name] = filepath.Join(p.bin, name)
		build := exec.CommandContext(ctx, "go", "build", "-o", binaries[name], "./functions/"+name)
		build.Dir, build.Stdout, build.Stderr = root, os.Stderr, os.Stderr
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if err := build.Run(); err != nil {
			return fmt.Errorf("build functions/%s: %w", name, err)
		}
	}
	kept := filepath.Join(p.bin, "config")
	if err := p.folder.keep(kept); err != nil {
		return err
	}
	botToken := "xoxb-" + rand.Text()
	env := settingsHere(botToken)
	maps.Copy(env, p.folder.env)
	options := cloud.Options{
		Root: root, Config: kept, Binaries: binaries, Env: env,
		Slack:    workspace(botToken, p.folder.config),
		ECD:      ecd.Options{StopDuration: stopTakes, LoginTokens: []ecd.EndUserToken{{Token: alicesToken, EndUserID: "alice"}}},
		Function: p.deployed,
	}
	if logs {
		options.FC.Log = os.Stderr
	}
	var err error
	if p.cloud, err = cloud.Start(options); err != nil {
		return err
	}
	for _, r := range p.everybody() {
		if err := p.cloud.ECD.Add(r.Desktop); err != nil {
			return err
		}
	}
	return nil
}

// deployed gives the function stopdesktops the folder's timers, and the secrets
// that have variables of their own.
func (p *playground) deployed(f *fc.Function) {
	if f.Name != "stopdesktops" {
		return
	}
	f.Timers = nil
	for _, t := range p.ticks {
		f.Timers = append(f.Timers, t.trigger())
	}
	maps.Copy(f.Env, p.folder.named)
}

// settingsHere are the settings that differ from the defaults: nobody throttles the
// local cloud, and no desktop takes long to stop.
func settingsHere(botToken string) map[string]string {
	return map[string]string{
		"SLACK_BOT_TOKEN": botToken, "HELP_CONTACT": "#desktops",
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
