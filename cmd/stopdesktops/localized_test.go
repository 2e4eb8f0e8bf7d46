package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// elsewhere are words that mean nothing to somebody at a terminal: a request's
// fields, a function's role, and a log that nobody keeps.
var elsewhere = regexp.MustCompile(`\b(Force|Except|Grace|MinUptime|MaxFailures|DryRun|StoppedMode|OsUpdate|DesktopGroupId|Pooled)\b|[Tt]he role('s)? |function's role|[Tt]he log\b`)

// spokenElsewhere are texts of those packages that no person at a terminal reads,
// or that name fields beside which the flag stands already.
var spokenElsewhere = []string{
	"leave it out of Except",                 // of fields that the words of --except cannot make
	"is for Except; to reach desktops by id", // likewise, of --select
	"STS refused to give credentials",        // the role is the one that ECD_ASSUME_ROLE_ARN names
	"the role's ARN must look like",          // likewise
}

// TestTextsOfTheCoreAreSaidInFlags reads every text of the packages whose words
// the terminal shows, and finds none that speaks of another door's fields.
func TestTextsOfTheCoreAreSaidInFlags(t *testing.T) {
	changed, excused := 0, map[string]bool{}
	for _, dir := range []string{"core", "journal", "ecd"} {
		files, err := filepath.Glob("../../internal/" + dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, text := range textsIn(t, file) {
				said := localized(text)
				if said != text {
					changed++
				}
				if found := elsewhere.FindString(said); found != "" && !excusedBy(excused, text) {
					t.Errorf("%s: %q speaks of %q at a terminal; give phrases its words here", file, text, found)
				}
			}
		}
	}
	for _, s := range spokenElsewhere {
		if !excused[s] {
			t.Errorf("no text says %q any more", s)
		}
	}
	if changed < 20 {
		t.Errorf("%d texts were changed; are they read at all?", changed)
	}
}

// excusedBy says whether a text is one of spokenElsewhere, and notes which.
func excusedBy(excused map[string]bool, text string) bool {
	for _, s := range spokenElsewhere {
		if strings.Contains(text, s) {
			excused[s] = true
			return true
		}
	}
	return false
}

// textsIn are the sentences in a file: its string literals with a space in them
// that are no tags of fields.
func textsIn(t *testing.T, file string) []string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil && strings.Contains(s, " ") && !strings.HasPrefix(s, "json:") {
				texts = append(texts, s)
			}
		}
		return true
	})
	return texts
}

// TestNamesStayAsTheyAre holds that nothing but whole phrases is changed.
func TestNamesStayAsTheyAre(t *testing.T) {
	for _, s := range []string{"Grace Force", "kept by Except until 23:00", "the desktop MinUptime is gone", core.NotFound.Meaning()} {
		if got := localized(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}
