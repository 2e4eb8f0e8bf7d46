package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"stopdesktops/internal/config/settings"
)

// settingsPage prints docs/settings.md from the code that reads the variables.
func settingsPage(out io.Writer) error {
	fmt.Fprint(out, `# Settings

The function stopdesktops reads these environment variables. They are checked whole at the
start: every mistake is printed at once, with where it is, what was found and
what is allowed, and the function does not start. A variable that begins like
one of these and is none of them is a mistake as well; at a terminal, where a shell
has names of other programs too, it is a warning. Empty is the same as not set.
This page is made by `+"`go run ./cmd/playground settings`"+`.

| variable | default | what it is for | what is allowed |
|---|---|---|---|
`)
	table(out, settings.Variables())
	fmt.Fprint(out, `
The function slackcmd, which faces Slack, reads these:

| variable | default | what it is for | what is allowed |
|---|---|---|---|
`)
	table(out, settings.SlackVariables())
	fmt.Fprint(out, `
At an operator's terminal (docs/terminal.md) these are read as well, beside those
of stopdesktops that are about the cloud, the bucket and how runs go about it:

| variable | default | what it is for | what is allowed |
|---|---|---|---|
`)
	table(out, terminalOnly())
	_, err := fmt.Fprint(out, `
Beside them the function stopdesktops reads the files of `+"`CONFIG_DIR`"+`:

| file | what it says |
|---|---|
| `+"`policy.cedar`"+` | who may do what; the start fails without it |
| `+"`timers.yaml`"+` | what the timers stop, and the schedules that desktops choose by tag |
| `+"`calendars/*.yaml`"+` | holidays and make-up workdays |
| `+"`prices.yaml`"+` | what an hour of each desktop type costs, for estimates |
| `+"`identity.yaml`"+` | which Slack user is which end user; needed with `+"`SLACK_IDENTITY=file`"+` |
| `+"`groups.yaml`"+` | who is in the groups that policies speak of |
| `+"`senders.yaml`"+` | who may send webhooks |

Those that ship in `+"`config/`"+` have comments that say what may stand in them.
`)
	return err
}

// terminalOnly are the variables that no function reads.
func terminalOnly() []settings.Variable {
	functions := settings.Variables()
	return slices.DeleteFunc(settings.TerminalVariables(), func(v settings.Variable) bool {
		return slices.ContainsFunc(functions, func(f settings.Variable) bool { return f.Name == v.Name })
	})
}

// table prints one row a variable.
func table(out io.Writer, variables []settings.Variable) {
	for _, v := range variables {
		byDefault := "`" + v.Default + "`"
		switch {
		case v.From != "":
			byDefault = "`" + v.From + "` of the platform"
		case v.Required:
			byDefault = "**required**"
		case v.Default == "":
			byDefault = ""
		}
		name := "`" + v.Name + "`"
		if v.Secret {
			name += " (secret)"
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", name, byDefault, cell(v.Doc), cell(v.Want))
	}
}

// cell keeps a text inside its cell of a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
