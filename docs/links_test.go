package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	source  = regexp.MustCompile("`((?:internal|functions|cmd|deploy|config)/[A-Za-z0-9_./-]+[A-Za-z0-9])`")
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	decided = regexp.MustCompile(`^[0-9]{4}-[a-z0-9-]+\.md$`)
)

// anchor is what a heading is linked by.
func anchor(heading string) string {
	kept := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(kept, " ", "-")
}

// TestLinks follows every link of the pages, and looks for every file that they
// name.
func TestLinks(t *testing.T) {
	followed := 0
	err := filepath.WalkDir(".", func(page string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(page) != ".md" {
			return err
		}
		text := readText(t, page)
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			file, fragment, _ := strings.Cut(m[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			followed++
			target := page
			if file != "" {
				target = filepath.Join(filepath.Dir(page), file)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
				continue
			}
			if fragment == "" {
				continue
			}
			found := false
			for _, h := range heading.FindAllStringSubmatch(readText(t, target), -1) {
				found = found || anchor(h[1]) == fragment
			}
			if !found {
				t.Errorf("%s links to %s, and there is no such heading", page, m[1])
			}
		}
		for _, m := range source.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if followed < 40 {
		t.Errorf("%d links found", followed)
	}
}

// TestDecisions wants every record listed, and each to say what was questioned,
// decided, why, and at what cost.
func TestDecisions(t *testing.T) {
	entries, err := os.ReadDir("decisions")
	if err != nil {
		t.Fatal(err)
	}
	list := readText(t, "decisions/README.md")
	for _, e := range entries {
		if !decided.MatchString(e.Name()) {
			continue
		}
		text := readText(t, filepath.Join("decisions", e.Name()))
		for _, part := range []string{"**Question.**", "**Decision.**", "**Why.**", "**What it costs.**", "\nSee "} {
			if !strings.Contains(text, part) {
				t.Errorf("%s has no %s", e.Name(), part)
			}
		}
		if !strings.Contains(list, "("+e.Name()+")") {
			t.Errorf("%s is not in the list", e.Name())
		}
	}
}
