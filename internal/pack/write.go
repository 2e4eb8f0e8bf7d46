package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"stopdesktops/internal/config/mistake"
)

// Package is what goes into a package.
type Package struct {
	// Program is a static linux/amd64 program, built with -trimpath. Its version
	// is stamped into it when it is built; the package adds none.
	Program Sized
	// Config is the configuration folder, for the program Reader alone. Nil packs
	// none. It may hold only what package config reads; what config.LeftOut names
	// stays out, and anything else is refused.
	Config fs.FS
	// Check says what is wrong with the configuration. It must be given with
	// Config, and reads the files as the package will hold them, whatever
	// happens to the folder meanwhile.
	Check func(config fs.FS) error
}

// Write makes a package and writes it in one piece. Where it refuses, it has
// written nothing; the error says what to do, and joins everything that is
// wrong with the configuration folder.
func Write(w io.Writer, p Package) (Contents, error) {
	if p.Program == nil {
		return Contents{}, errors.New("no program was given to pack; " + howToBuild)
	}
	if p.Program.Size() > MaxUnpacked {
		return Contents{}, fmt.Errorf("the program has %s, and Function Compute takes %s; make it smaller with -ldflags '-s -w'", size(p.Program.Size()), size(MaxUnpacked))
	}
	// The program is read first and checked in memory: a build that replaces
	// the file meanwhile cannot slip between the check and the package.
	program, err := io.ReadAll(io.NewSectionReader(p.Program, 0, p.Program.Size()))
	if err != nil {
		return Contents{}, fmt.Errorf("read the program: %w", err)
	}
	return build(w, program, p.Config, p.Check)
}

// build is the way of every package from its parts to w.
func build(w io.Writer, program []byte, config fs.FS, check func(fs.FS) error) (Contents, error) {
	info, err := checkProgram(bytes.NewReader(program))
	if err != nil {
		return Contents{}, err
	}
	contents := Contents{Program: info.Path, Go: info.GoVersion}
	files := []file{{mainName, program}}
	if config != nil {
		if check == nil {
			return Contents{}, errors.New("no check of the configuration was given; a package is not made from one that nobody checked")
		}
		// The others read no configuration, so in a package that has one another
		// program is a mistake, or somebody's trick.
		if info.Path != Reader {
			return Contents{}, fmt.Errorf("the program is %s, and a configuration is packed with %s alone; take that one, or its released package, unchanged", mistake.Quote(info.Path), Reader)
		}
		folder := readConfig(config)
		if len(folder.problems) > 0 {
			return Contents{}, fmt.Errorf("the configuration folder cannot be packed:\n%w", folder.problems)
		}
		// The check comes before the program is squeezed, which takes seconds.
		if err := checkConfig(folder.files, check); err != nil {
			return Contents{}, err
		}
		files, contents.LeftOut = append(folder.files, files...), folder.leftOut
	}
	archived, err := archive(files, limits)
	if err != nil {
		return Contents{}, err
	}
	contents.Files, contents.Size, contents.SHA256 = describe(files), int64(len(archived)), sum(archived)
	if _, err := w.Write(archived); err != nil {
		return Contents{}, fmt.Errorf("write the package: %w", err)
	}
	return contents, nil
}

// checkConfig asks about the files as a package would hold them.
func checkConfig(files []file, check func(fs.FS) error) error {
	config, err := filesOf(files)
	if err != nil {
		return err
	}
	if err := check(config); err != nil {
		return fmt.Errorf("the configuration has mistakes, so nothing was packed:\n%w", err)
	}
	return nil
}

// filesOf is a configuration as its reader finds it in the package.
func filesOf(files []file) (fs.FS, error) {
	archived, err := archive(files, limits)
	if err != nil {
		return nil, err
	}
	config, err := configOf(archived)
	if err != nil {
		return nil, fmt.Errorf("read the configuration back: %w", err)
	}
	return config, nil
}
