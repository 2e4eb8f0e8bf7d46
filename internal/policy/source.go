package policy

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/scanner"
	"unicode/utf8"

	"stopdesktops/internal/pattern"
)

// MaxWords is the most words of one policy. Cedar's parser, validator and
// evaluator call themselves for each level of an expression, and some of them
// take the square of its length; a policy that lists a thousand ids fits.
const MaxWords = 3000

// source is the text of a policy file with what is needed to point into it.
type source struct {
	file string
	text []byte
	all  []token // of the text, once it is known to be one
}

// mistake makes one at a place. Where Cedar's parser names no place, its zeros
// become the beginning of the file.
func (s source) mistake(line, column int, format string, args ...any) Mistake {
	return Mistake{File: s.file, Line: max(line, 1), Column: max(column, 1), Problem: fmt.Sprintf(format, args...)}
}

// unreadable refuses what should not reach the parser at all.
func (s *source) unreadable() *Mistake {
	if len(s.text) > MaxSize {
		m := s.mistake(1, 1, "has %d bytes; a policy file has at most %d", len(s.text), MaxSize)
		return &m
	}
	if m := s.notText(); m != nil {
		return m
	}
	s.all = s.tokens()
	words := 0
	for _, t := range s.all {
		if words++; words > MaxWords {
			m := s.mistake(t.line, t.column, "the policy has more than %d words; make several of it", MaxWords)
			return &m
		}
		if t.text == ";" {
			words = 0
		}
	}
	return nil
}

// notText finds the first character that no text has. Cedar's parser would not
// say where it is.
func (s source) notText() *Mistake {
	line, column := 1, 1
	for text := s.text; len(text) > 0; {
		r, n := utf8.DecodeRune(text)
		if r == 0 || r == utf8.RuneError && n == 1 {
			m := s.mistake(line, column, "is not UTF-8 text")
			return &m
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
		text = text[n:]
	}
	return nil
}

// token is one word of the file outside its comments.
type token struct {
	text         string
	line, column int
}

// tokens splits the file as far as pointing into it needs. The words of Cedar
// are those of Go closely enough: names, numbers, double-quoted strings and
// comments from // on.
func (s source) tokens() []token {
	var sc scanner.Scanner
	sc.Init(bytes.NewReader(s.text))
	sc.Mode = scanner.ScanIdents | scanner.ScanInts | scanner.ScanStrings | scanner.ScanComments | scanner.SkipComments
	sc.Error = func(*scanner.Scanner, string) {}
	var all []token
	end := -1
	for kind := sc.Scan(); kind != scanner.EOF; kind = sc.Scan() {
		t := token{sc.TokenText(), sc.Position.Line, sc.Position.Column}
		if n := len(all); n > 0 && sc.Position.Offset == end && slices.Contains(operators, all[n-1].text+t.text) {
			all[n-1].text += t.text
		} else {
			all = append(all, t)
		}
		end = sc.Position.Offset + len(t.text)
	}
	return all
}

// operators are the words of Cedar that are two to Go.
var operators = []string{"==", "!=", "<=", ">=", "&&", "||", "::"}

// Cedar's parser gives its place and words in the error's text only.
var (
	parseError = pattern.New(`^parser error: parse error at <input>:(\d+):(\d+) ("(?:[^"\\]|\\.)*"): (.*)$`)
	scanError  = pattern.New(`^parser error: <input>:(\d+):(\d+): (.*)$`)
	wantGot    = pattern.New(`^(?:exact )?got (.*) want (.*)$`)
	rangeError = pattern.New(`parsing ("(?:[^"\\]|\\.)*"): value out of range$`)
)

// syntaxMistake turns an error of Cedar's parser into place and words.
func (s source) syntaxMistake(err error) Mistake {
	if m := parseError.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		column, _ := strconv.Atoi(m[2])
		return s.parseMistake(token{m[3], line, column}, m[4])
	}
	if m := scanError.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		column, _ := strconv.Atoi(m[2])
		return s.mistake(line, column, "%s", m[3])
	}
	if m := rangeError.FindStringSubmatch(err.Error()); m != nil {
		number, _ := strconv.Unquote(m[1])
		for _, t := range s.all {
			if t.text == number || "-"+t.text == number {
				return s.mistake(t.line, t.column, "found %s; a number has at most 64 bits", number)
			}
		}
	}
	return s.mistake(1, 1, "%s", strings.TrimPrefix(err.Error(), "parser error: "))
}

// parseMistake steps back from the word at which the parser stood to the one
// that it had read and did not like.
func (s source) parseMistake(stood token, said string) Mistake {
	culprit := -1
	for i, t := range s.all {
		if t.line < stood.line || t.line == stood.line && t.column < stood.column {
			culprit = i
		}
	}
	if strings.HasPrefix(said, "got ") { // the parser only looked at this one
		culprit++
	}
	if m := wantGot.FindStringSubmatch(said); m != nil {
		if m[1] == "" {
			return s.mistake(stood.line, stood.column, "the file ends in the middle of a policy; want %q", m[2])
		}
		said = fmt.Sprintf("want %q", m[2])
	} else if strings.HasPrefix(said, "unexpected effect: ") {
		said = "a policy begins with permit or forbid"
	}
	if culprit < 0 || culprit >= len(s.all) {
		return s.mistake(stood.line, stood.column, "%s", said)
	}
	t := s.all[culprit]
	return s.mistake(t.line, t.column, "found %q; %s", t.text, said)
}
