package config

import (
	"io/fs"
	"path"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
)

// LoadTerminal reads what an operator's terminal needs of the deployment's
// configuration: the same variables and the same folder, without what belongs to
// webhooks, Slack and Function Compute. Variables of those may be set. The folder
// is dir; CONFIG_DIR is the caller's to look at. The error is of type
// mistake.Problems and names every mistake.
func LoadTerminal(dir string, source Source) (Config, error) {
	c := Config{Unread: settings.UnreadAtTerminal(source.Environ)}
	env := settings.EnvironmentOf(source.Environ)
	var problems mistake.Problems
	c.Settings, problems = settings.ReadTerminal(env)
	problems = append(problems, source.checkVariables(c, env, problems)...)
	c.Process.ConfigDir = dir
	c.Ceilings.Timer = core.CeilingTimer // the terminal does not lower it, and timers.yaml is read against it
	problems = append(problems, c.readTerminalFolder(source, problems)...)
	if len(problems) > 0 {
		return Config{Unread: c.Unread}, problems
	}
	c.Warnings = append(c.Settings.LoopbackWarnings(), c.warnings(source.today(c.Care.Zone))...)
	return c, nil
}

// readTerminalFolder reads those files of the folder that say something to a
// terminal.
func (c *Config) readTerminalFolder(source Source, earlier mistake.Problems) mistake.Problems {
	f := c.openFolder(source)
	if entries, err := fs.ReadDir(f.fs, "."); err != nil {
		return mistake.Problems{{Where: path.Clean(f.dir), Found: "something that is no folder to read (" + reason(err) + ")", Want: "a folder that holds policy.cedar; name it with --config"}}
	} else {
		f.unknown("", entries)
	}
	// Who is in Slack's user groups matters in Slack only.
	f.absent = map[string]bool{"SLACK_BOT_TOKEN": true}
	f.policy(source.Checks)
	f.calendars()
	f.timers(earlier.Has("ECD_REGIONS"))
	f.prices()
	f.groups()
	return f.problems
}
