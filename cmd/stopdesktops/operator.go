package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"os/user"
	"strings"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/people"
	"stopdesktops/internal/core"
	"stopdesktops/internal/startup"
)

// runMost is how long one command may work on its run: long enough for the
// largest plan at the slowest rate, and the time after which others may take its
// run for dead.
const runMost = 2 * time.Hour

// common are the flags of every command that works on the deployment.
type common struct {
	config string
	as     string
	log    string
}

func (c *common) register(f *flag.FlagSet) {
	configFlag(f, &c.config)
	f.StringVar(&c.as, "as", "", "the `name` that policies and groups.yaml know you by; without it that of your account on this machine")
	f.StringVar(&c.log, "log", "", "append log and audit lines, in JSON, to this `file`; - is standard error")
}

// configFlag is the flag of every command that reads the configuration folder. An
// empty one is what a variable gives that is not set, and another folder would
// quietly stand in for it.
func configFlag(f *flag.FlagSet, dir *string) {
	f.Func("config", "the configuration `folder`; without it CONFIG_DIR, or else config", func(value string) error {
		if *dir = value; value == "" {
			return errors.New("name a folder, or leave --config out")
		}
		return nil
	})
}

// folderOf is the configuration folder that is meant.
func (t *terminal) folderOf(flag string) string {
	switch dir := t.variable("CONFIG_DIR"); {
	case flag != "":
		return flag
	case dir != "":
		return dir
	}
	return "config"
}

// variable is a variable of the environment.
func (t *terminal) variable(name string) string {
	value := ""
	for _, entry := range t.environ {
		if v, ours := strings.CutPrefix(entry, name+"="); ours {
			value = strings.TrimSpace(v)
		}
	}
	return value
}

// deployment is what the configuration makes, for one command.
type deployment struct {
	*core.Runner
	config config.Config
	caller core.Caller
	close  func()
}

// open reads the configuration and makes what commands work with. The caller
// closes it.
func (t *terminal) open(c common) (*deployment, error) {
	name, err := operatorName(c.as)
	if err != nil {
		return nil, err
	}
	var parts startup.Parts
	loaded, err := config.LoadTerminal(t.folderOf(c.config), config.Source{Environ: t.environ, Now: t.now, Checks: parts.Core()})
	for _, line := range loaded.Unread {
		t.say("warning: %s", line)
	}
	if err != nil {
		return nil, configFailure(err)
	}
	t.zone = loaded.Care.Zone
	log, closeLog, err := t.logTo(c.log, loaded.Process.LogLevel)
	if err != nil {
		return nil, err
	}
	parts.Policy.Log = log
	d := &deployment{config: loaded, caller: core.Caller{Door: core.Terminal, Name: name}, close: closeLog}
	client, err := t.cloudOf(loaded.Cloud, name, log)
	if err != nil {
		return nil, err
	}
	journal, err := t.journalOf(loaded.State, parts.Keys, log)
	if err != nil {
		return nil, err
	}
	cloud := &lookout{Client: client}
	t.lookout = cloud
	d.Runner = &core.Runner{Rules: loaded.Rules(), Desktops: cloud, Fleet: cloud, Tagger: cloud, People: operators{loaded.Groups}, Journal: journal,
		Permit: parts.Policy, Keys: parts.Keys, Log: log, Now: t.now,
		Me: core.Invocation{RequestID: "terminal-" + rand.Text(), Deadline: t.now().Add(runMost)}}
	for _, w := range loaded.Warnings {
		log.Warn(w)
	}
	return d, nil
}

// operatorName is who gives the command: whom --as names, or the account on this
// machine.
func operatorName(as string) (string, error) {
	name, hint := as, "--as takes "+people.WantOperator
	if name == "" {
		hint = "name yourself with --as: " + people.WantOperator
		u, err := user.Current()
		if err != nil {
			return "", &failure{code: exitUsage, text: "this machine does not say who you are", hint: hint}
		}
		name = u.Username[strings.LastIndexByte(u.Username, '\\')+1:] // Windows puts the domain before it
	}
	if !people.ValidOperator(name) {
		return "", &failure{code: exitUsage, text: "an operator cannot be called " + quoted(name), hint: hint}
	}
	return name, nil
}

// operators knows in which groups they are.
type operators struct{ groups people.Groups }

// Who implements core.People.
func (p operators) Who(_ context.Context, c core.Caller) (core.Person, error) {
	return core.Person{Groups: p.groups.Of(c.Door, c.Name)}, nil
}

// logMode keeps the log to whoever gave the command: it names people and
// desktops.
const logMode = 0o600

func (t *terminal) logTo(file string, level slog.Level) (*slog.Logger, func(), error) {
	options := &slog.HandlerOptions{Level: level}
	var w io.Writer
	done := func() {}
	switch file {
	case "":
		return slog.New(slog.DiscardHandler), done, nil
	case "-":
		w = t.err
	default:
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, logMode)
		if err != nil {
			return nil, nil, &failure{code: exitFailed, text: "the log cannot be written: " + err.Error(), hint: "give --log another file, or leave it out", err: err}
		}
		w, done = f, func() { f.Close() }
	}
	return slog.New(slog.NewJSONHandler(escaping{w}, options)), done, nil
}
