package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
)

// playground is the running show.
type playground struct {
	out   io.Writer
	cloud *cloud.Cloud
	bin   string // folder of the compiled functions
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
	p := &playground{out: out, bin: bin}
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
	options := cloud.Options{
		Root: root, Config: filepath.Join(root, "cmd", "playground", "config"),
		Binaries: binaries,
		ECD:      ecd.Options{StopDuration: stopTakes, LoginTokens: []ecd.EndUserToken{{Token: alicesToken, EndUserID: "alice"}}},
		Function: func(f *fc.Function) {
			if f.Name != "stopdesktops" {
				return
			}
			f.Timers = []fc.TimerTrigger{{Name: "nightly", Cron: "0 * * * * *", Payload: `{"Timer":"nightly"}`, Enable: true}}
		},
	}
	if logs {
		options.FC.Log = os.Stderr
	}
	if p.cloud, err = cloud.Start(options); err != nil {
		return nil, errors.Join(err, p.close())
	}
	for _, r := range fleet {
		if err := p.cloud.ECD.Add(r.Desktop); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	return p, nil
}

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
