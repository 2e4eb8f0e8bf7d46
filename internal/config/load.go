package config

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
)

// Source is where a configuration comes from.
type Source struct {
	Environ []string // as os.Environ gives it

	// Open opens the configuration folder. Nil is os.DirFS.
	Open func(dir string) fs.FS
	// Executable is the path of the program. Nil is os.Executable.
	Executable func() (string, error)
	// Now is the clock by which a calendar is out of date. Nil is time.Now.
	Now func() time.Time

	// Checks are asked about what only other packages understand.
	Checks []Check

	// Absent is for looking at a configuration away from its deployment. Where it
	// is set, it is told each variable that is required or holds a secret and is
	// not set here, perhaps twice; what hangs on such a variable is not looked at
	// and counts as no mistake.
	Absent func(variable string)
}

// Check lets another package look at a part of the configuration, so that its
// mistakes come together with all others.
type Check struct {
	// Of is the variable or file that Run looks at. Run is left out where that
	// is missing or has a mistake already.
	Of string
	// Run says what is wrong. Joined errors are one problem each, and an error
	// with Place and Detail methods names its own place. The text goes to the
	// log, so it must not hold a secret.
	Run func(Config) error
}

// LoadTimes reads only what says when timers run: the files of dir, ZONE, and
// ECD_REGIONS, ECD_API and ECD_CLIENT_ID where they are set. It is for looking at
// a configuration away from its deployment. The error is of type
// mistake.Problems.
func LoadTimes(dir string, source Source) (Config, error) {
	var c Config
	var problems mistake.Problems
	c.Settings, problems = settings.ReadTimes(settings.EnvironmentOf(source.Environ))
	c.Process.ConfigDir = dir
	c.Ceilings.Timer = core.CeilingTimer
	f := c.openFolder(source)
	if _, err := fs.Stat(f.fs, timersFile); err != nil {
		f.add(timersFile, "no such file ("+reason(err)+")", "the timers of a configuration folder")
	}
	f.calendars()
	f.timers(len(c.Cloud.Regions) == 0)
	if problems = append(problems, f.problems...); len(problems) > 0 {
		return Config{}, problems
	}
	c.Warnings = c.warnings(source.today(c.Care.Zone))
	return c, nil
}

// Load reads the configuration whole. The error is of type mistake.Problems and
// names every mistake.
func Load(source Source) (Config, error) {
	var c Config
	env := settings.EnvironmentOf(source.Environ)
	if source.Absent != nil {
		c.Unread = settings.Unread(source.Environ)
	}
	var absent map[string]bool
	var problems mistake.Problems
	c.Settings, absent, problems = settings.Read(env, source.Absent)
	problems = append(problems, source.checkVariables(c, env, problems)...)

	if c.Process.ConfigDir == "" {
		dir, err := besideProgram(env, source.Executable)
		if err != nil {
			problems.Add("CONFIG_DIR", "nothing, and the program does not know where it is: "+err.Error(), "a folder that holds policy.cedar")
			return Config{Unread: c.Unread}, problems
		}
		c.Process.ConfigDir = dir
	}
	problems = append(problems, c.readFolder(source, env, problems, absent)...)
	if source.Absent == nil && env["WEBHOOK_SECRETS"] == "" && env["WEBHOOK_TOKENS"] == "" && len(c.Senders) == 0 {
		problems.Add("WEBHOOK_SECRETS, WEBHOOK_TOKENS", "neither, and no senders.yaml", "at least one of them, or nobody could get in")
	}
	if len(problems) > 0 {
		return Config{Unread: c.Unread}, problems
	}
	c.Warnings = slices.Concat(c.Settings.LoopbackWarnings(), c.Warnings, c.warnings(source.today(c.Care.Zone)))
	return c, nil
}

// today is the date in the zone.
func (s Source) today(zone *time.Location) calendar.Date {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	return calendar.Of(now().In(zone))
}

// checkVariables asks those whose variable is set and has no mistake already.
func (s Source) checkVariables(c Config, env settings.Environment, earlier mistake.Problems) mistake.Problems {
	return checks(s.Checks, c, func(of string) bool { return env[of] != "" && !earlier.Has(of) })
}

// checks asks those about which sound says that there is something to look at.
func checks(all []Check, c Config, sound func(of string) bool) mistake.Problems {
	var problems mistake.Problems
	for _, check := range all {
		if !sound(check.Of) {
			continue
		}
		where := check.Of
		switch where {
		case policyFile:
			where = c.Policy.Name
		case sendersFile:
			where = path.Join(c.Process.ConfigDir, sendersFile)
		}
		problems = append(problems, mistake.Of(where, check.Run(c))...)
	}
	return problems
}

// besideProgram is the folder config beside the program: in the code package of
// a function, or where the program lies.
func besideProgram(env settings.Environment, executable func() (string, error)) (string, error) {
	if code := env["FC_FUNC_CODE_PATH"]; code != "" {
		return filepath.Join(code, "config"), nil
	}
	if executable == nil {
		executable = os.Executable
	}
	program, err := executable()
	if err != nil {
		return "", fmt.Errorf("find the program's own path: %w", err)
	}
	return filepath.Join(filepath.Dir(program), "config"), nil
}
