package pack

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/mistake"
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
	leftOut  []string
	seen     int
	bytes    int64
	lower    map[string]string
	problems mistake.Problems
}

// whole is where a problem is that no one file has.
const whole = "the folder"

// readConfig reads a configuration folder whole, so that what is checked is
// what is written, whatever happens to the folder meanwhile. It takes only what
// the program reads: a key or a state file beside it would go to everybody who
// may read the package. Problems tell everything that is wrong, by the names in
// the folder.
func readConfig(config fs.FS) *folder {
	f := &folder{fs: config, lower: map[string]string{}}
	if err := fs.WalkDir(config, ".", f.visit); err != nil {
		f.problems.Add(whole, "", err.Error())
	}
	if len(f.problems) == 0 && len(f.files) == 0 {
		f.problems.Add(whole, "no file to pack", "the folder that holds policy.cedar")
	}
	return f
}

// Folder reads a configuration folder as Write does and returns what a package
// would hold of it, and everything that keeps it from being packed; dir is how
// those call the folder. The files are nil where it cannot be read to its end, or holds none.
func Folder(dir string, config fs.FS) (fs.FS, mistake.Problems) {
	f := readConfig(config)
	var files fs.FS
	if len(f.files) > 0 && !f.problems.Has(whole) {
		var err error
		if files, err = filesOf(f.files); err != nil {
			f.problems.Add(whole, "", err.Error())
		}
	}
	for i, p := range f.problems {
		if f.problems[i].Where = dir; p.Where != whole {
			f.problems[i].Where = strings.TrimSuffix(dir, "/") + "/" + p.Where
		}
	}
	return files, f.problems
}

// visit takes one file. The error ends the walk; what is wrong with one file
// alone does not.
func (f *folder) visit(name string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("%w; make it readable for whoever packs", err)
	case name == ".":
		return nil
	case config.LeftOut(entry.Name()):
		f.leftOut = append(f.leftOut, name)
		return past(entry)
	}
	if f.seen++; f.seen > MaxConfigFiles {
		return fmt.Errorf("it holds more than %d files and folders, so it is probably another folder; name the one that holds policy.cedar", MaxConfigFiles)
	}
	problem, stranger := nameProblem(configPrefix+name), config.Stranger(asFolder(name, entry))
	shown := asFolder(name, entry)
	if problem != "" {
		shown = mistake.Quote(shown) // it may hold anything
	}
	switch {
	case stranger != "":
		f.problems.Add(shown, "", stranger)
		return past(entry)
	case problem != "":
		f.problems.Add(shown, "", "its name "+problem+"; rename it")
		return past(entry)
	}
	if other, ok := f.lower[strings.ToLower(name)]; ok {
		f.problems.Add(name, "", fmt.Sprintf("some systems cannot tell it from %s; rename one", other))
	}
	f.lower[strings.ToLower(name)] = name
	if entry.IsDir() {
		return nil
	}
	return f.take(name, entry)
}

// past goes on behind a file or a whole folder.
func past(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// asFolder is a name, with a slash behind that of a folder.
func asFolder(name string, entry fs.DirEntry) string {
	if entry.IsDir() {
		return name + "/"
	}
	return name
}

func (f *folder) take(name string, entry fs.DirEntry) error {
	if !entry.Type().IsRegular() {
		f.problems.Add(name, kind(entry.Type()), "the file itself in its place")
		return nil
	}
	data, err := f.read(name)
	if err != nil {
		f.problems.Add(name, "a file that cannot be read ("+err.Error()+")", "one that whoever packs may read")
		return nil
	}
	if f.bytes += int64(len(data)); f.bytes > MaxConfig {
		return fmt.Errorf("it holds more than %s (reached at %s), so it is probably another folder; name the one that holds policy.cedar", size(MaxConfig), name)
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
