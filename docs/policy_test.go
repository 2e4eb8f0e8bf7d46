package docs

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stopdesktops/internal/policy"
)

const (
	shippedPolicy = "../config/policy.cedar"
	policySchema  = "../internal/policy/schema.cedarschema"
	recipeCases   = "testdata/policy-cases"
)

func parsePolicy(t *testing.T, file, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse(file, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p.Log = slog.New(slog.DiscardHandler)
	return p
}

func runCases(t *testing.T, p *policy.Policy, file, text string) policy.CaseReport {
	t.Helper()
	report, err := policy.RunCases(t.Context(), p, file, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

var (
	idOf        = regexp.MustCompile(`@id\("([^"]+)"\)`)
	begunPolicy = regexp.MustCompile(`(?m)^(?:permit|forbid)\b`)
	byLine      = regexp.MustCompile(`(?m)^    by: .*\n`)
	wordOf      = regexp.MustCompile(`(?m)^  (\w+)\??:|"([a-z-]+)"|^entity (\w+)`)
	commented   = regexp.MustCompile(`//.*`)
)

// TestPoliciesToPaste pastes each block below the shipped policy and asks it the
// questions of its file, which must come out otherwise without it.
func TestPoliciesToPaste(t *testing.T) {
	shipped := readText(t, shippedPolicy)
	together, files := shipped, map[string]bool{}
	for _, b := range claimed(t, "TestPoliciesToPaste") {
		block := b.text
		together += "\n" + block
		id := idOf.FindStringSubmatch(block)
		if id == nil {
			t.Errorf("a policy without @id:\n%s", block)
			continue
		}
		t.Run(id[1], func(t *testing.T) {
			file := filepath.Join(recipeCases, id[1]+".yaml")
			files[filepath.Base(file)] = true
			cases := readText(t, file)
			report := runCases(t, parsePolicy(t, "policy.cedar", shipped+"\n"+block), file, cases)
			if report.Failed() > 0 {
				t.Errorf("\n%s", report)
			}
			without := runCases(t, parsePolicy(t, "policy.cedar", shipped), file, byLine.ReplaceAllString(cases, ""))
			if without.Failed() == 0 {
				t.Error("the cases come out the same without the policy")
			}
			for _, m := range idOf.FindAllStringSubmatch(block, -1) {
				if !strings.Contains(cases, "by: "+m[1]+"\n") {
					t.Errorf("no case is decided by %s", m[1])
				}
			}
			if !strings.Contains(cases, "want: allow") || !strings.Contains(cases, "want: deny") {
				t.Error("the cases hold no allow, or no deny")
			}
		})
	}
	if len(files) < 12 {
		t.Errorf("%d policies found, want a dozen", len(files))
	}
	parsePolicy(t, "all of the page", together)
	entries, err := os.ReadDir(recipeCases)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !files[e.Name()] {
			t.Errorf("%s belongs to no policy of the page", e.Name())
		}
	}
}

// TestPoliciesOfPagesHaveIDs wants a name for every policy that a page shows: logs
// and audit lines name policies by it.
func TestPoliciesOfPagesHaveIDs(t *testing.T) {
	policies := 0
	for _, b := range everyBlock(t) {
		if b.language != "cedar" {
			continue
		}
		ids, begun := len(idOf.FindAllString(b.text, -1)), len(begunPolicy.FindAllString(b.text, -1))
		if policies += begun; ids != begun || begun == 0 {
			t.Errorf("%d policies have %d names:\n%s", begun, ids, b)
		}
	}
	if policies < 20 {
		t.Errorf("%d policies found", policies)
	}
}

// TestCasesOfPolicyPage runs the example of the page and the file that it is
// taken from.
func TestCasesOfPolicyPage(t *testing.T) {
	p := parsePolicy(t, "policy.cedar", readText(t, shippedPolicy))
	texts := map[string]string{"policy-cases.yaml": readText(t, "policy-cases.yaml")}
	for _, b := range claimed(t, "TestCasesOfPolicyPage") {
		texts[fmt.Sprintf("policy.md from line %d", b.line)] = b.text
	}
	for file, text := range texts {
		if report := runCases(t, p, file, text); report.Failed() > 0 {
			t.Errorf("\n%s", report)
		}
	}
}

// TestPolicyPageHasEveryWord compares the page with the schema: what policies
// can speak of is explained.
func TestPolicyPageHasEveryWord(t *testing.T) {
	page := readText(t, "policy.md")
	found := 0
	for _, m := range wordOf.FindAllStringSubmatch(commented.ReplaceAllString(readText(t, policySchema), ""), -1) {
		word := m[1] + m[2] + m[3]
		switch word {
		case "principal", "resource", "context": // of each action
			continue
		}
		found++
		if !regexp.MustCompile(`\b` + regexp.QuoteMeta(word) + `\b`).MatchString(page) {
			t.Errorf("%s is not explained", word)
		}
	}
	if found < 40 {
		t.Errorf("%d words found in the schema", found)
	}
}

// TestMistakeOnPolicyPage makes the page's own mistake.
func TestMistakeOnPolicyPage(t *testing.T) {
	text := strings.Repeat("\n", 11) + `when { resource.regionId == "cn-hangzhou" };`
	_, err := policy.Parse("policy.cedar", []byte("permit (principal, action == Action::\"stop\", resource)"+text))
	for _, b := range claimed(t, "TestMistakeOnPolicyPage") {
		if err == nil || b.text != err.Error()+"\n" {
			t.Errorf("%s\nis to say\n%v", b, err)
		}
	}
}
