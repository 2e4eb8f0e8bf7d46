package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/pack"
	"stopdesktops/internal/startup"
)

const checkHelp = `
Reads the configuration folder and the variables as the functions do at their
start, and prints every mistake at once: where it is, what was found, what is
allowed. So is what would keep the folder from being packed: nothing may lie in it
that nothing reads; and where s.yaml and template.yml lie in the current folder,
their timer triggers are held to the timers. The variables are those of both
functions. It asks nobody.

What is not set here is not looked at, and the answer says so: secrets need not be
on the machine that checks. Set them for the whole check.
`

func checkCommand() *command {
	var dir string
	f := newFlags("check")
	configFlag(f, &dir)
	return &command{name: "check", what: "Check a configuration as the functions do at their start.", more: checkHelp, flags: f,
		do: func(_ context.Context, t *terminal, args []string) error {
			if len(args) > 0 {
				return usagef("check takes no words; name the folder with --config")
			}
			return t.check(t.folderOf(dir))
		}}
}

func (t *terminal) check(dir string) error {
	found := t.lookPacked(dir)
	if found.err != nil {
		fmt.Fprintln(t.out, clean(found.err.Error()))
	}
	for _, w := range append(slices.Clip(found.warnings), t.triggerWarnings(dir)...) {
		fmt.Fprintln(t.out, "warning:", clean(w))
	}
	if len(found.absent) > 0 {
		fmt.Fprintf(t.out, "not looked at, because not set here: %s\n", strings.Join(found.absent, ", "))
	}
	var problems mistake.Problems
	switch {
	case errors.As(found.err, &problems):
		return &failure{code: exitFailed, text: dir + " has " + counted(len(problems), "mistake")}
	case found.err != nil:
		return &failure{code: exitFailed, text: dir + " cannot be checked"}
	}
	_, err := fmt.Fprintf(t.out, "%s: no mistakes\n", dir)
	return err
}

// findings are what a look at a configuration found.
type findings struct {
	err      error // of type mistake.Problems
	warnings []string
	absent   []string // variables that were not looked at
}

// lookPacked looks at what a package would hold of the folder on disk, and says as
// well what keeps the folder from being packed.
func (t *terminal) lookPacked(dir string) findings {
	files, unpacked := pack.Folder(dir, os.DirFS(dir))
	found := t.look(dir, files)
	var problems mistake.Problems
	if found.err != nil && !errors.As(found.err, &problems) || problems.Has("CONFIG_DIR") {
		return found // there is no folder to speak of
	}
	// What cannot be packed is not missing as well.
	problems = slices.DeleteFunc(problems, func(p mistake.Problem) bool { return unpacked.Has(p.Where) })
	if problems = append(problems, unpacked...); len(problems) > 0 {
		found.err = problems
	}
	return found
}

// look checks a configuration folder with what this environment says of the rest.
// A folder that is not on disk is given as files.
func (t *terminal) look(dir string, files fs.FS) findings {
	var out findings
	var parts startup.Parts
	absent := func(name string) { out.absent = append(out.absent, name) }
	checks := append(parts.All(t.now), startup.Front(t.environ, absent)...)
	checks = append(checks, startup.Door(t.environ)...)
	source := config.Source{Environ: t.inFolder(dir), Now: t.now, Checks: checks, Absent: absent}
	if files != nil {
		source.Open = func(string) fs.FS { return files }
	}
	c, err := config.Load(source)
	out.err, out.warnings = err, slices.Concat(c.Unread, c.Warnings, parts.Strangers(c), startup.DoorWarnings(t.environ))
	slices.Sort(out.absent)
	out.absent = slices.Compact(out.absent)
	return out
}

// inFolder is the environment with another configuration folder.
func (t *terminal) inFolder(dir string) []string {
	return append(slices.Clip(t.environ), "CONFIG_DIR="+dir)
}
