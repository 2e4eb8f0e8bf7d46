package pack

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// billVersion is the version of CycloneDX that bills keep to. It is the one
// that became the standard ECMA-424, and scanners read it that do not read the
// newest yet.
const billVersion = cdx.SpecVersion1_6

const (
	// sumProperty holds a module's h1: sum as go.sum and the checksum database
	// have it. It is no hash of a component in CycloneDX's sense: it sums up the
	// list of the module's files with their sums, and no file has that SHA-256.
	sumProperty = "stopdesktops:go.sum"

	// noteProperty begins the names of the build's notes.
	noteProperty = "stopdesktops:build:"
)

// notes are the build's settings that a bill repeats. The others, such as flags
// for a C compiler, may hold paths of the machine that built it.
var notes = []string{"-trimpath", "CGO_ENABLED", "GOOS", "GOARCH", "GOAMD64", "vcs.revision", "vcs.modified"}

// Bill is what a program cannot say of itself.
type Bill struct {
	Version string    // the product's, such as v1.2.0; must be given
	Time    time.Time // when the program was made; the zero time leaves it out, so that the same program has the same bill
}

// SBOM writes a program's bill of materials as CycloneDX JSON: the modules that
// the Go toolchain linked into it, as the program itself notes them, and the Go
// standard library. Licences are left out, because the notes have none and a
// guess would be worse than nothing. Who needs whom is left out for the same
// reason. Where it refuses, it has written nothing.
func SBOM(w io.Writer, program Sized, of Bill) error {
	if of.Version == "" {
		return errors.New("a bill of materials names the product's version; give one, such as v1.2.0")
	}
	info, err := checkProgram(program)
	if err != nil {
		return err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(program, 0, program.Size())); err != nil {
		return fmt.Errorf("read the program: %w", err)
	}
	bom, err := bill(info, fmt.Sprintf("%x", hash.Sum(nil)), of)
	if err != nil {
		return err
	}
	// The number stands for all that the bill says, so it is made of it.
	bare, err := encode(bom)
	if err != nil {
		return err
	}
	bom.SerialNumber = serial(bare)
	numbered, err := encode(bom)
	if err != nil {
		return err
	}
	if _, err := w.Write(numbered); err != nil {
		return fmt.Errorf("write the bill of materials: %w", err)
	}
	return nil
}

func bill(info *debug.BuildInfo, sha256 string, of Bill) (*cdx.BOM, error) {
	parts := []cdx.Component{library(info.GoVersion)}
	for _, dep := range info.Deps {
		part, err := module(dep)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	slices.SortFunc(parts, func(a, b cdx.Component) int { return strings.Compare(a.BOMRef, b.BOMRef) })
	bom := cdx.NewBOM()
	bom.Components = &parts
	bom.Metadata = &cdx.Metadata{Component: &cdx.Component{
		Type: cdx.ComponentTypeApplication, Name: path.Base(info.Path), Version: of.Version, BOMRef: info.Path + "@" + of.Version,
		// This one is a hash of a file: of main, as it lies in the package.
		Hashes:     &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: sha256}},
		Properties: buildNotes(info),
	}}
	if !of.Time.IsZero() {
		bom.Metadata.Timestamp = of.Time.UTC().Format(time.RFC3339)
	}
	return bom, nil
}

// fromFolder is what the toolchain notes as the version of a module that was
// built from a folder, by a replace line or a workspace.
const fromFolder = "(devel)"

// module is a module in the version that was linked in.
func module(dep *debug.Module) (cdx.Component, error) {
	named := dep.Path
	if dep.Replace != nil {
		dep = dep.Replace
	}
	if dep.Version == "" || dep.Version == fromFolder {
		return cdx.Component{}, fmt.Errorf("the program was built with module %s from a folder, and nobody else has that folder; build it without the replace line in go.mod, and with GOWORK=off", named)
	}
	part := component(dep.Path, dep.Version, packageURL(dep.Path, dep.Version))
	if dep.Sum != "" {
		part.Properties = &[]cdx.Property{{Name: sumProperty, Value: dep.Sum}}
	}
	return part, nil
}

// library is the Go standard library, under the name that vulnerability
// databases have for it. A release with experiments notes them after a space.
func library(release string) cdx.Component {
	release, _, _ = strings.Cut(release, " ")
	return component("stdlib", release, packageURL("stdlib", strings.TrimPrefix(release, "go")))
}

// component has a reference of its own: two modules may differ in capital
// letters alone, which package URLs do not keep.
func component(name, version, url string) cdx.Component {
	return cdx.Component{Type: cdx.ComponentTypeLibrary, Name: name, Version: version, PackageURL: url, BOMRef: name + "@" + version}
}

func buildNotes(info *debug.BuildInfo) *[]cdx.Property {
	var all []cdx.Property
	for _, key := range notes {
		if value := setting(info, key); value != "" {
			all = append(all, cdx.Property{Name: noteProperty + key, Value: value})
		}
	}
	return &all
}

func encode(bom *cdx.BOM) ([]byte, error) {
	var out bytes.Buffer
	encoder := cdx.NewBOMEncoder(&out, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false)
	if err := encoder.EncodeVersion(bom, billVersion); err != nil {
		return nil, fmt.Errorf("encode the bill of materials: %w", err)
	}
	return out.Bytes(), nil
}
