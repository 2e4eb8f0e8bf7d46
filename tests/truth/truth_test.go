// Package truth holds the parts of the project to each other that no compiler
// compares: the code, the shipped configuration, the deployment files and the
// docs. It runs nothing and asks nobody, so it is as fast as reading the files.
package truth

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// root is the repository.
var root = filepath.Join("..", "..")

// TestOneTruth fails with every disagreement in the tree as it is.
func TestOneTruth(t *testing.T) {
	for _, d := range disagreements(root) {
		t.Error(d)
	}
}

// tree is a copy of the repository while it is looked at.
type tree struct {
	root     string
	problems []string
}

// disagreements reads a tree and lists what does not agree, each with the file
// that a person opens first.
func disagreements(root string) []string {
	t := &tree{root: root}
	stops, front := t.serverless("s.yaml"), t.serverless("s-door.yaml")
	stack := t.template()
	t.sameFunctions(append(stops, front...), stack)
	t.environment(append(stops, front...), stack)
	t.timeouts(append(stops, front...))
	t.sizes(append(stops, front...))
	t.triggers(append(stops, front...))
	t.routes(append(stops, front...))
	t.rights(stack)
	t.bucket(stack)
	t.names(stack)
	t.references(stack)
	t.form(stack)
	t.alarms(stack)
	t.watched(stack)
	t.settings()
	t.explained()
	slices.Sort(t.problems)
	return slices.Compact(t.problems)
}

// bad notes a disagreement.
func (t *tree) bad(file, format string, args ...any) {
	t.problems = append(t.problems, file+": "+fmt.Sprintf(format, args...))
}

// read returns a file of the tree. One that is missing is a disagreement.
func (t *tree) read(name string) string {
	text, err := os.ReadFile(filepath.Join(t.root, filepath.FromSlash(name)))
	if err != nil {
		t.bad(name, "cannot be read: %v", err)
	}
	return string(text)
}

// compareSets notes what only one of two sets of words has.
func (t *tree) compareSets(file, what string, here, there []string) {
	for _, w := range here {
		if !slices.Contains(there, w) {
			t.bad(file, "%s %s is here and nowhere else", what, w)
		}
	}
	for _, w := range there {
		if !slices.Contains(here, w) {
			t.bad(file, "%s %s is missing", what, w)
		}
	}
}
