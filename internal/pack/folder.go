package pack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// file is a file of a package with its content.
type file struct {
	name string // in the package
	data []byte
}

// folder is a configuration folder on its way into a package.
type folder struct {
	fs       fs.FS
	files    []file
	hidden   []string
	seen     int
	bytes    int64
	lower    map[string]string
	problems []error
}

// readConfig reads a configuration folder whole, so that what is checked is
// what is written, whatever happens to the folder meanwhile. The error joins
// everything that is wrong with it.
func readConfig(config fs.FS) (*folder, error) {
	f := &folder{fs: config, lower: map[string]string{}}
	if err := fs.WalkDir(config, ".", f.visit); err != nil {
		f.problems = append(f.problems, err)
	}
	if len(f.problems) == 0 && len(f.files) == 0 {
		return nil, errors.New("the configuration folder holds no file to pack; name the folder that holds policy.cedar")
	}
	return f, errors.Join(f.problems...)
}

// visit takes one file. The error ends the walk; what is wrong with one file
// alone does not.
func (f *folder) visit(name string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("read the configuration folder: %w; make it readable for whoever packs", err)
	case name == ".":
		return nil
	case hidden(entry.Name()):
		f.hidden = append(f.hidden, name)
		if entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	}
	if f.seen++; f.seen > MaxConfigFiles {
		return fmt.Errorf("the configuration folder holds more than %d files and folders, so it is probably another folder; name the one that holds policy.cedar", MaxConfigFiles)
	}
	if problem := nameProblem(configPrefix + name); problem != "" {
		f.add("configuration file %q: its name %s; rename it", name, problem)
		if entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	}
	if other, ok := f.lower[strings.ToLower(name)]; ok {
		f.add("configuration files %q and %q: some systems cannot tell them apart; rename one", other, name)
	}
	f.lower[strings.ToLower(name)] = name
	if entry.IsDir() {
		return nil
	}
	return f.take(name, entry)
}

func (f *folder) take(name string, entry fs.DirEntry) error {
	if !entry.Type().IsRegular() {
		f.add("configuration file %q: it is no regular file (%s); put the file itself in its place", name, kind(entry.Type()))
		return nil
	}
	data, err := f.read(name)
	if err != nil {
		f.add("read configuration file %q: %w", name, err)
		return nil
	}
	if f.bytes += int64(len(data)); f.bytes > MaxConfig {
		return fmt.Errorf("the configuration folder holds more than %s (reached at %q), so it is probably another folder; name the one that holds policy.cedar, or move what is no configuration out of it", size(MaxConfig), name)
	}
	f.files = append(f.files, file{path.Join(configName, name), data})
	return nil
}

// read takes one byte more than is left, which is enough to know.
func (f *folder) read(name string) ([]byte, error) {
	opened, err := f.fs.Open(name)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return io.ReadAll(io.LimitReader(opened, MaxConfig-f.bytes+1))
}

func (f *folder) add(format string, args ...any) {
	f.problems = append(f.problems, fmt.Errorf(format, args...))
}

// kind names what is not a regular file.
func kind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeType != 0:
		return "a device, pipe or socket"
	}
	return "a file with special rights"
}
