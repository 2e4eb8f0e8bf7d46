package config

import (
	"io/fs"
	"path"

	"stopdesktops/internal/core"
)

// terminalVariables are what an operator's terminal is told: what the function
// stopdesktops reads of the cloud, the records and the rules, and nothing of the
// other doors.
func (c *Config) terminalVariables() []variable {
	all := append(c.Cloud.variables(), c.Ceilings.terminal()...)
	all = append(all, c.State.variables()...)
	all = append(all, c.Care.variables()...)
	return append(append(all, c.People.help()), c.Process.variables()...)
}

// TerminalVariables lists what an operator's terminal reads.
func TerminalVariables() []Variable {
	bound := new(Config).terminalVariables()
	all := make([]Variable, len(bound))
	for i := range bound {
		all[i] = bound[i].Variable
	}
	return all
}

// LoadTerminal reads what an operator's terminal needs of the deployment's
// configuration: the same variables and the same folder, without what belongs to
// webhooks, Slack and Function Compute. Variables of those may be set. The folder
// is dir; CONFIG_DIR is the caller's to look at. The error is of type Problems
// and names every mistake.
func LoadTerminal(dir string, source Source) (Config, error) {
	var c Config
	values := environment(source.Environ)
	variables := c.terminalVariables()
	problems := append(set(variables, values), unknown(variables, values, everyName()...)...)
	bad := problems.has
	problems = append(problems, c.contradictions(nil)...)
	problems = append(problems, checks(source.Checks, c, func(of string) bool { return values[of] != "" && !bad(of) })...)
	c.Process.ConfigDir = dir
	c.Ceilings.Timer = core.CeilingTimer // the terminal does not lower it, and timers.yaml is read against it
	problems = append(problems, c.readTerminalFolder(source, problems)...)
	if len(problems) > 0 {
		return Config{}, problems
	}
	c.Warnings = c.warnings(source.today(c.Care.Zone))
	return c, nil
}

// readTerminalFolder reads those files of the folder that say something to a
// terminal.
func (c *Config) readTerminalFolder(source Source, earlier Problems) Problems {
	f := c.openFolder(source)
	if entries, err := fs.ReadDir(f.fs, "."); err != nil {
		return Problems{{path.Clean(f.dir), "something that is no folder to read (" + reason(err) + ")", "a folder that holds policy.cedar; name it with --config"}}
	} else {
		f.unknown("", entries, knownFiles)
	}
	// Who is in Slack's user groups matters in Slack only.
	f.absent = map[string]bool{"SLACK_BOT_TOKEN": true}
	f.policy(source.Checks)
	f.calendars()
	f.timers(earlier.has("ECD_REGIONS"))
	f.prices()
	f.groups()
	return f.problems
}
