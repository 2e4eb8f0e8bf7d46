package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"stopdesktops/internal/policy"
)

const policyHelp = `
Asks the policy of the configuration folder every question of a file of cases, and
compares the answers with those that the file wants. Without a file it takes
policy-cases.yaml beside the configuration folder, or else, where no folder is named
either, docs/policy-cases.yaml, which belongs to the policy that ships. It asks
nobody and needs no variables. docs/policy.md says how cases are written.
`

// Where the cases are when no file is named: beside the folder, because the folder
// holds only what the functions read, or where they ship.
const (
	casesFile    = "policy-cases.yaml"
	casesShipped = "docs/" + casesFile
)

func policyTestCommand() *command {
	var dir string
	f := newFlags("policy test")
	configFlag(f, &dir)
	return &command{name: "policy test", args: "[<file of cases>]", what: "Run a table of who may what against the policy.", more: policyHelp, flags: f,
		do: func(ctx context.Context, t *terminal, args []string) error {
			if len(args) > 1 {
				return usagef("policy test takes one file of cases")
			}
			var file string
			if len(args) > 0 {
				file = args[0]
			}
			return t.testPolicy(ctx, dir, file)
		}}
}

// testPolicy runs a file of cases against the policy of a folder. Either may be
// empty: it was not named.
func (t *terminal) testPolicy(ctx context.Context, dir, file string) error {
	name := filepath.Join(t.folderOf(dir), "policy.cedar")
	text, err := readRegular(name, maxText)
	if err != nil {
		return &failure{code: exitFailed, text: "the policy cannot be read: " + err.Error(), hint: "name the configuration folder with --config", err: err}
	}
	p, err := policy.Parse(name, text)
	if err != nil {
		return &failure{code: exitFailed, text: "the policy has mistakes:\n" + indented(err.Error()), hint: "docs/policy.md says what a policy may say", err: err}
	}
	file, cases, err := t.readCases(dir, file)
	if err != nil {
		return &failure{code: exitFailed, text: "the cases cannot be read: " + err.Error(), hint: "name the file of cases: stopdesktops policy test <file>", err: err}
	}
	report, err := policy.RunCases(ctx, p, file, cases)
	if err != nil {
		return &failure{code: exitFailed, text: "the cases have mistakes:\n" + indented(err.Error()), hint: "docs/policy.md says how cases are written", err: err}
	}
	// Who proposes a change writes the cases, and must not write the result.
	for i := range report {
		report[i].File, report[i].Name, report[i].Text = oneLine(report[i].File), oneLine(report[i].Name), oneLine(report[i].Text)
	}
	if _, err := io.WriteString(t.out, report.String()); err != nil {
		return err
	}
	if report.Failed() > 0 {
		return &failure{code: exitFailed}
	}
	return nil
}

// readCases reads the file that was named, or the first that there is, and then
// says which. The cases that ship say nothing about another policy than that
// beside them.
func (t *terminal) readCases(dir, named string) (file string, text []byte, err error) {
	if named != "" {
		text, err = readRegular(named, policy.MaxCasesSize)
		return named, text, err
	}
	files := []string{filepath.Join(t.folderOf(dir), "..", casesFile)}
	if dir == "" && t.variable("CONFIG_DIR") == "" {
		files = append(files, casesShipped)
	}
	for _, file := range files {
		if text, err = readRegular(file, policy.MaxCasesSize); !errors.Is(err, fs.ErrNotExist) {
			t.say("the cases are those of %s", file)
			return file, text, err
		}
	}
	return "", nil, fmt.Errorf("none are named, and there is no %s", strings.Join(files, " and no "))
}
