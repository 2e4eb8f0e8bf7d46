// Package mistake is what is wrong with a configuration and how people are told:
// all at once, each with its place, what was found there and what is allowed.
package mistake

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Problem is one mistake of the configuration.
type Problem struct {
	Where string // a variable's name, or file:line:column
	Found string // never a secret's value; empty where Want says it all
	Want  string // what is allowed
}

func (p Problem) String() string {
	if p.Found == "" {
		return p.Where + ": " + p.Want
	}
	return p.Where + ": found " + p.Found + "; want " + p.Want
}

// Problems is every mistake of the configuration, variables first, as they were
// found. As an error it reads one a line, those of one file by its lines.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p.inOrder() {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Add adds one. An empty found means that want is a sentence of its own.
func (p *Problems) Add(where, found, want string) {
	*p = append(*p, Problem{where, found, want})
}

// Has says whether a problem is at that place.
func (p Problems) Has(where string) bool {
	return slices.ContainsFunc(p, func(q Problem) bool { return q.Where == where })
}

// Complain prints why a function cannot start, one mistake a line.
func Complain(w io.Writer, function string, err error) {
	var problems Problems
	if !errors.As(err, &problems) {
		fmt.Fprintf(w, "%s cannot start: %v\n", function, err)
		return
	}
	fmt.Fprintf(w, "%s cannot start; %s in its configuration:\n", function, Count(len(problems), "mistake"))
	for _, p := range problems.inOrder() {
		fmt.Fprintln(w, " ", p)
	}
}

// placed is an error that knows its place in a file, as a policy's does.
type placed interface {
	Place() string
	Detail() string
}

// Of turns the error of a check into problems: each of joined errors is one, at
// its own place if it knows it.
func Of(where string, err error) Problems {
	if err == nil {
		return nil
	}
	var many interface{ Unwrap() []error }
	if p, ok := err.(placed); ok {
		return Problems{{Where: p.Place(), Want: p.Detail()}}
	}
	if errors.As(err, &many) {
		var all Problems
		for _, e := range many.Unwrap() {
			all = append(all, Of(where, e)...)
		}
		return all
	}
	return Problems{{Where: where, Want: err.Error()}}
}
