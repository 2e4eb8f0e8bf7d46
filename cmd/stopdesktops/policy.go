package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"stopdesktops/internal/policy"
)

const policyHelp = `
Asks the policy of the configuration folder every question of a file of cases, and
compares the answers with those that the file wants. Without a file it takes
policy-cases.yaml beside the configuration folder, or else docs/policy-cases.yaml.
It asks nobody and needs no variables. docs/policy.md says how cases are written.
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
			return t.testPolicy(ctx, t.folderOf(dir), args)
		}}
}

func (t *terminal) testPolicy(ctx context.Context, dir string, files []string) error {
	name := filepath.Join(dir, "policy.cedar")
	text, err := os.ReadFile(name)
	if err != nil {
		return &failure{code: exitFailed, text: "the policy cannot be read: " + err.Error(), hint: "name the configuration folder with --config", err: err}
	}
	p, err := policy.Parse(name, text)
	if err != nil {
		return &failure{code: exitFailed, text: "the policy has mistakes:\n" + indented(err.Error()), hint: "docs/policy.md says what a policy may say", err: err}
	}
	file, cases, err := readCases(dir, files)
	if err != nil {
		return &failure{code: exitFailed, text: "the cases cannot be read: " + err.Error(), hint: "name the file of cases: stopdesktops policy test <file>", err: err}
	}
	report, err := policy.RunCases(ctx, p, file, cases)
	if err != nil {
		return &failure{code: exitFailed, text: "the cases have mistakes:\n" + indented(err.Error()), hint: "docs/policy.md says how cases are written", err: err}
	}
	if _, err := t.out.Write([]byte(report.String())); err != nil {
		return err
	}
	if report.Failed() > 0 {
		return &failure{code: exitFailed}
	}
	return nil
}

// readCases reads the file that was named, or the first that there is.
func readCases(dir string, named []string) (string, []byte, error) {
	files := named
	if len(files) == 0 {
		files = []string{filepath.Join(filepath.Dir(filepath.Clean(dir)), casesFile), casesShipped}
	}
	var err error
	for _, file := range files {
		var text []byte
		if text, err = os.ReadFile(file); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return file, text, err
		}
	}
	return "", nil, err
}
