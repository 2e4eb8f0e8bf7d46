package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"stopdesktops/internal/calendar"
	"stopdesktops/internal/config/document"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/people"
	"stopdesktops/internal/config/prices"
	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/config/timetable"
	"stopdesktops/internal/core"
)

// Names in the configuration folder.
const (
	policyFile   = "policy.cedar"
	timersFile   = "timers.yaml"
	pricesFile   = "prices.yaml"
	identityFile = "identity.yaml"
	sendersFile  = "senders.yaml"
	groupsFile   = "groups.yaml"

	calendarsDir = "calendars"
	calendarExt  = ".yaml"
)

// knownFiles are those that are read, in the order in which they are.
var knownFiles = []string{policyFile, timersFile, pricesFile, identityFile, groupsFile, sendersFile}

// maxFile is the most bytes of a configuration file. The largest that means
// anything is a list of twenty thousand desktop ids, about half of it.
const maxFile = 1 << 20

// folder is the configuration folder on its way.
type folder struct {
	fs       fs.FS
	dir      string // as messages show it
	config   *Config
	around   timetable.Surroundings
	absent   map[string]bool // variables that are not looked at; see Source.Absent
	problems mistake.Problems
}

func (f *folder) add(name, found, want string) {
	f.problems.Add(path.Join(f.dir, name), found, want)
}

// readFolder reads the files of the configuration folder. Earlier says what is
// wrong with the variables, so that no file is blamed for it.
func (c *Config) readFolder(source Source, env settings.Environment, earlier mistake.Problems, absent map[string]bool) mistake.Problems {
	f := c.openFolder(source)
	f.absent = absent
	entries, err := fs.ReadDir(f.fs, ".")
	if err != nil {
		return mistake.Problems{{Where: "CONFIG_DIR", Found: mistake.Quote(f.dir) + ", which cannot be read (" + reason(err) + ")", Want: "a folder that holds policy.cedar"}}
	}
	f.unknown("", entries)
	f.policy(source.Checks)
	f.calendars()
	if earlier.Has("CEILING_TIMER") {
		c.Ceilings.Timer = core.CeilingTimer
	}
	f.timers(earlier.Has("ECD_REGIONS") || absent["ECD_REGIONS"])
	f.prices()
	f.identity()
	f.groups()
	f.senders(source, env, earlier)
	return f.problems
}

func (c *Config) openFolder(source Source) *folder {
	open := source.Open
	if open == nil {
		open = os.DirFS
	}
	dir := c.Process.ConfigDir
	return &folder{fs: open(dir), dir: dir, config: c, around: timetable.Surroundings{Zone: c.Care.Zone, Calendars: map[string]calendar.Calendar{}}}
}

func (f *folder) policy(all []Check) {
	before := len(f.problems)
	file := f.read(policyFile)
	switch {
	case len(f.problems) > before:
	case file == nil:
		f.add(policyFile, "no such file", "a policy: without one nobody may do anything")
	default:
		f.config.Policy = *file
		f.problems = append(f.problems, checks(all, *f.config, func(of string) bool { return of == policyFile })...)
	}
}

// calendars reads every file of the folder calendars. One with a mistake stays
// known by its name, so that nothing else is blamed for it.
func (f *folder) calendars() {
	entries, err := fs.ReadDir(f.fs, calendarsDir)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		f.add(calendarsDir, "something that cannot be read ("+reason(err)+")", "a folder of calendars")
		return
	}
	for _, e := range entries {
		name, yaml := strings.CutSuffix(e.Name(), calendarExt)
		if e.IsDir() || !yaml || LeftOut(e.Name()) {
			continue
		}
		where := path.Join(calendarsDir, e.Name())
		if !document.NameShape.MatchString(name) {
			f.add(where, "the name "+mistake.Quote(name), document.WantName)
			continue
		}
		f.around.Calendars[name] = calendar.Calendar{Name: name}
		file := f.read(where)
		if file == nil {
			continue
		}
		calendar, wrong := timetable.ParseCalendar(file.Name, file.Text, name)
		f.problems = append(f.problems, wrong...)
		if len(wrong) == 0 {
			f.around.Calendars[name] = calendar
		}
	}
	f.unknown(calendarsDir, entries)
}

// timers takes a region of any name where the deployment's are not known.
func (f *folder) timers(anyRegion bool) {
	file := f.read(timersFile)
	if file == nil {
		return
	}
	table, wrong := timetable.Parse(file.Name, file.Text, f.around, f.config.Rules(), anyRegion)
	f.config.Timers, f.config.Schedules = table.Timers, table.Schedules
	f.problems = append(f.problems, wrong...)
}

func (f *folder) prices() {
	if file := f.read(pricesFile); file != nil {
		list, wrong := prices.Parse(file.Name, file.Text, f.around)
		f.config.prices = list
		f.problems = append(f.problems, wrong...)
	}
}

func (f *folder) identity() {
	before := len(f.problems)
	file := f.read(identityFile)
	if file == nil {
		if f.config.People.Identity == settings.IdentityFile && len(f.problems) == before {
			f.add(identityFile, "no such file beside SLACK_IDENTITY=file", "a file that says which Slack user is which end user")
		}
		return
	}
	users, wrong := people.ParseIdentity(file.Name, file.Text)
	f.config.EndUsers = users
	f.problems = append(f.problems, wrong...)
}

func (f *folder) groups() {
	if file := f.read(groupsFile); file != nil {
		groups, wrong := people.ParseGroups(file.Name, file.Text)
		f.config.Groups = groups
		f.problems = append(f.problems, wrong...)
		if len(groups.SlackGroups()) > 0 && f.config.Posts.BotToken == "" && !f.absent["SLACK_BOT_TOKEN"] {
			f.add(groupsFile, "Slack user groups beside no SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN, with the scope usergroups:read: nobody else can say who is in them")
		}
	}
}

// senders reads senders.yaml against the environment, which holds the secrets.
func (f *folder) senders(source Source, env settings.Environment, earlier mistake.Problems) {
	file := f.read(sendersFile)
	named := f.config.Webhook.SenderSecrets
	// Not which, but for slips: what stands in the place of a name may be a secret.
	unread := func(names, slips []string) {
		if len(names) > 0 {
			line := "SENDER_SECRETS holds " + mistake.Count(len(names), "name") + " that no sender of senders.yaml reads"
			if len(slips) > 0 {
				line += ": " + strings.Join(slips, ", ")
			}
			f.config.Warnings = append(f.config.Warnings, line)
		}
	}
	if file == nil {
		unread(slices.Sorted(maps.Keys(named)), nil)
		return
	}
	all, wrong := senders.Parse(file.Name, file.Text, senders.World{Lookup: func(name string) string { return env[name] }, Named: named, NamedBad: earlier.Has("SENDER_SECRETS"), Unread: unread,
		Rules: f.config.Rules(), AnyRegion: earlier.Has("ECD_REGIONS") || f.absent["ECD_REGIONS"], Hosts: f.config.Webhook.CallbackHosts, Absent: source.Absent})
	f.config.Senders = all
	f.problems = append(f.problems, wrong...)
	if len(wrong) == 0 {
		whole := *f.config
		whole.Senders = nil
		for _, s := range all {
			if s.Incomplete {
				whole.Unarmed = append(whole.Unarmed, s)
			} else {
				whole.Senders = append(whole.Senders, s)
			}
		}
		f.problems = append(f.problems, checks(source.Checks, whole, func(of string) bool { return of == sendersFile })...)
	}
}

// read returns nothing for a file that is not there or cannot be read.
func (f *folder) read(name string) *File {
	file, problem := readFile(f.fs, f.dir, name)
	if problem != nil {
		f.problems = append(f.problems, *problem)
	}
	return file
}

// readFile returns nothing for a file that is not there.
func readFile(folder fs.FS, dir, name string) (*File, *mistake.Problem) {
	where := path.Join(dir, name)
	// To open a pipe would wait for somebody to write into it.
	if info, err := fs.Stat(folder, name); err == nil && !info.Mode().IsRegular() {
		return nil, &mistake.Problem{Where: where, Found: irregular(info.Mode()), Want: "a file with content of its own"}
	}
	f, err := folder.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &mistake.Problem{Where: where, Found: "a file that cannot be opened (" + reason(err) + ")", Want: "one that the program may read"}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, &mistake.Problem{Where: where, Found: "a file that cannot be read (" + reason(err) + ")", Want: "one that the program may read"}
	case len(text) > maxFile:
		return nil, &mistake.Problem{Where: where, Found: fmt.Sprintf("more than %d bytes", maxFile), Want: "a smaller file"}
	}
	return &File{where, text}, nil
}

// irregular names what is no regular file.
func irregular(mode fs.FileMode) string {
	if mode.IsDir() {
		return "a folder"
	}
	return "a device, pipe or socket"
}

// reason is the cause of a file's error without its path, which is said already.
func reason(err error) string {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// unknown finds files that look like configuration and are not read.
func (f *folder) unknown(within string, entries []fs.DirEntry) {
	for _, e := range entries {
		looks := slices.Contains([]string{".yaml", ".yml", ".cedar"}, strings.ToLower(path.Ext(e.Name())))
		if e.IsDir() || !looks || LeftOut(e.Name()) {
			continue
		}
		name := path.Join(within, e.Name())
		if stranger := Stranger(name); stranger != "" {
			f.add(name, "", stranger)
		}
	}
}
