package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	source  = regexp.MustCompile("`((?:internal|functions|cmd|deploy|config)/[A-Za-z0-9_./-]+[A-Za-z0-9])`")
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	outputs = regexp.MustCompile("outputs?\\s+(`\\w+`(?:\\s+and\\s+`\\w+`)*)")
	field   = regexp.MustCompile("`([A-Z][a-z]+(?:[A-Z][A-Za-z]*)+)`")
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
	for _, name := range pages(t) {
		page := filepath.Join(root, name)
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
				t.Errorf("%s links to %s, which is not there", name, m[1])
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
				t.Errorf("%s links to %s, and there is no such heading", name, m[1])
			}
		}
		for _, m := range source.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
	}
	if followed < 60 {
		t.Errorf("%d links found", followed)
	}
}

// TestNamesOfTheStack wants what the pages on deploying call a field or an output
// of the stack to be called so, and what any page calls an output to be one.
func TestNamesOfTheStack(t *testing.T) {
	var stack struct {
		Parameters map[string]any `yaml:"Parameters"`
		Outputs    map[string]any `yaml:"Outputs"`
	}
	if err := yaml.Unmarshal([]byte(readText(t, "../template.yml")), &stack); err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, name := range pages(t) {
		text := readText(t, filepath.Join(root, name))
		for _, m := range outputs.FindAllStringSubmatch(text, -1) {
			for _, output := range inText.FindAllStringSubmatch(m[1], -1) {
				if named++; stack.Outputs[output[1]] == nil {
					t.Errorf("%s: the stack has no output %s", name, output[1])
				}
			}
		}
		if name != "docs/deploy.md" && name != "docs/slack.md" {
			continue
		}
		for _, m := range field.FindAllStringSubmatch(text, -1) {
			// The vendor's policies, a way to pay, and what an answer has.
			if strings.HasPrefix(m[1], "Aliyun") || slices.Contains([]string{"PostPaid", "PrePaid", "RunId"}, m[1]) {
				continue
			}
			if named++; stack.Parameters[m[1]] == nil && stack.Outputs[m[1]] == nil {
				t.Errorf("%s: the stack has no %s", name, m[1])
			}
		}
	}
	if named < 8 {
		t.Errorf("%d names found", named)
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
