package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTestsOfSecurityPage wants every test that the page names to exist, so that
// no row outlives what shows it.
func TestTestsOfSecurityPage(t *testing.T) {
	page, err := os.ReadFile("security.md")
	if err != nil {
		t.Fatal(err)
	}
	exist := map[string]bool{}
	defined := regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(t \*testing\.T\)`)
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range defined.FindAllSubmatch(source, -1) {
			exist[string(m[1])] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllSubmatch(page, -1)
	for _, m := range named {
		if !exist[string(m[1])] {
			t.Errorf("the page names %s, which is no test", m[1])
		}
	}
	if len(named) < 30 {
		t.Errorf("%d tests named; the page has lost its proofs", len(named))
	}
	// Each row of the first table has a proof.
	for line := range strings.Lines(string(page)) {
		if cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|"); len(cells) == 4 && strings.Contains(string(page[:strings.Index(string(page), "## When something")]), line) &&
			!strings.HasPrefix(line, "|---") && !strings.Contains(line, "shown by") && !strings.Contains(cells[3], "`Test") {
			t.Errorf("nothing shows this row: %s", line)
		}
	}
}
