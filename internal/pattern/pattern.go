// Package pattern holds regular expressions that are compiled when they are
// first used. A function starts anew many times a day, and compiling every
// expression of the program at each start took longer than answering the event.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression. It is safe for concurrent use.
type Pattern struct {
	compiled func() *regexp.Regexp
	most     int // bytes; 0 is any number
}

// New returns the pattern of an expression. One that does not compile panics on
// first use, so every pattern needs a test that uses it.
func New(expression string) Pattern {
	return Pattern{compiled: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })}
}

// Upto returns the pattern of texts of at most so many bytes. A counted
// repetition such as {1,64} says the same and is unrolled when it is compiled,
// which takes many times as long.
func Upto(most int, expression string) Pattern {
	p := New(expression)
	p.most = most
	return p
}

// MatchString says whether s contains a match and is not too long.
func (p Pattern) MatchString(s string) bool {
	return (p.most == 0 || len(s) <= p.most) && p.compiled().MatchString(s)
}

// FindStringSubmatch returns the leftmost match and its groups, or nil.
func (p Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

// ReplaceAllStringFunc replaces every match by what by makes of it.
func (p Pattern) ReplaceAllStringFunc(s string, by func(string) string) string {
	return p.compiled().ReplaceAllStringFunc(s, by)
}

// FindAllString returns at most n matches, all where n is negative.
func (p Pattern) FindAllString(s string, n int) []string { return p.compiled().FindAllString(s, n) }
