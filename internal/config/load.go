package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// Names of the configuration files.
const (
	policyFile = "policy.cedar"
	timersFile = "timers.yaml"
)

// maxFile is the most bytes of a configuration file. The largest that means
// anything is a list of twenty thousand desktop ids, about half of it.
const maxFile = 1 << 20

// Source is where a configuration comes from.
type Source struct {
	Environ []string // as os.Environ gives it

	// Open opens the configuration folder. Nil is os.DirFS.
	Open func(dir string) fs.FS
	// Executable is the path of the program. Nil is os.Executable.
	Executable func() (string, error)

	// Checks are asked about what only other packages understand.
	Checks []Check
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

// Load reads the configuration whole. The error is of type Problems and names
// every mistake.
func Load(source Source) (Config, error) {
	var c Config
	values := environment(source.Environ)
	problems := read(c.variables(), values)
	bad := problems.has
	problems = append(problems, c.contradictions()...)
	if values["WEBHOOK_SECRETS"] == "" && values["WEBHOOK_TOKENS"] == "" {
		problems = append(problems, Problem{"WEBHOOK_SECRETS, WEBHOOK_TOKENS", "neither", "at least one of them, or nobody could get in"})
	}
	problems = append(problems, checks(source.Checks, c, func(of string) bool { return values[of] != "" && !bad(of) })...)

	if c.Process.ConfigDir == "" {
		dir, err := besideProgram(values, source.Executable)
		if err != nil {
			return Config{}, append(problems, Problem{"CONFIG_DIR", "nothing, and the program does not know where it is: " + err.Error(), "a folder that holds policy.cedar"})
		}
		c.Process.ConfigDir = dir
	}
	problems = append(problems, c.readFolder(source, problems)...)
	if len(problems) > 0 {
		return Config{}, problems
	}
	c.Warnings = c.warnings()
	return c, nil
}

// has says whether a problem is at that place.
func (p Problems) has(where string) bool {
	return slices.ContainsFunc(p, func(q Problem) bool { return q.Where == where })
}

// checks asks those about which sound says that there is something to look at.
func checks(all []Check, c Config, sound func(of string) bool) Problems {
	var problems Problems
	for _, check := range all {
		if !sound(check.Of) {
			continue
		}
		where := check.Of
		if where == policyFile {
			where = c.Policy.Name
		}
		problems = append(problems, problemsOf(where, check.Run(c))...)
	}
	return problems
}

// besideProgram is the folder config beside the program: in the code package of
// a function, or where the program lies.
func besideProgram(values map[string]string, executable func() (string, error)) (string, error) {
	if code := values["FC_FUNC_CODE_PATH"]; code != "" {
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

// readFolder reads the files of the configuration folder. Earlier says what is
// wrong with the variables, so that no file is blamed for it.
func (c *Config) readFolder(source Source, earlier Problems) Problems {
	dir := c.Process.ConfigDir
	open := source.Open
	if open == nil {
		open = os.DirFS
	}
	folder := open(dir)
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return Problems{{"CONFIG_DIR", quote(dir) + ", which cannot be read (" + reason(err) + ")", "a folder that holds policy.cedar"}}
	}
	problems := unknownFiles(dir, entries)

	file, p := readFile(folder, dir, policyFile)
	switch {
	case p != nil:
		problems = append(problems, *p)
	case file == nil:
		problems = append(problems, Problem{path.Join(dir, policyFile), "no such file", "a policy: without one nobody may do anything"})
	default:
		c.Policy = *file
		problems = append(problems, checks(source.Checks, *c, func(of string) bool { return of == policyFile })...)
	}

	file, p = readFile(folder, dir, timersFile)
	switch {
	case p != nil:
		problems = append(problems, *p)
	case file != nil:
		rules := c.Rules()
		if earlier.has("CEILING_TIMER") {
			delete(rules.Ceilings, core.Timer)
		}
		timers, wrong := parseTimers(*file, rules, earlier.has("ECD_REGIONS"))
		c.Timers = timers
		problems = append(problems, wrong...)
	}
	return problems
}

// readFile returns nothing for a file that is not there.
func readFile(folder fs.FS, dir, name string) (*File, *Problem) {
	where := path.Join(dir, name)
	f, err := folder.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &Problem{where, "a file that cannot be opened (" + reason(err) + ")", "one that the program may read"}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, &Problem{where, "a file that cannot be read (" + reason(err) + ")", "one that the program may read"}
	case len(text) > maxFile:
		return nil, &Problem{where, fmt.Sprintf("more than %d bytes", maxFile), "a smaller file"}
	}
	return &File{where, text}, nil
}

// reason is the cause of a file's error without its path, which is said already.
func reason(err error) string {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// unknownFiles finds files that look like configuration and are not read.
func unknownFiles(dir string, entries []fs.DirEntry) Problems {
	known := []string{policyFile, timersFile}
	var problems Problems
	for _, e := range entries {
		name := e.Name()
		looks := slices.Contains([]string{".yaml", ".yml", ".cedar"}, strings.ToLower(path.Ext(name)))
		if e.IsDir() || !looks || slices.Contains(known, name) {
			continue
		}
		hint := "those that are read are " + strings.Join(known, ", ")
		if near := nearest(name, known); near != "" {
			hint = "did you mean " + near + "?"
		}
		problems = append(problems, Problem{Where: path.Join(dir, name), Want: "nothing reads this file; " + hint})
	}
	return problems
}
