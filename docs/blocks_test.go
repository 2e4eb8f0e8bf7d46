package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the repository; pages are named from there.
const root = ".."

// The first lines of blocks that were not run, because only somebody with an
// account of the cloud can.
const (
	markOfShell = "# needs an account\n"
	markOfSQL   = "-- needs an account\n"
)

// block is a fenced block of a page, without its indentation.
type block struct {
	page, language, text string
	line                 int
}

func (b block) String() string {
	return fmt.Sprintf("%s:%d ```%s\n%s", b.page, b.line, b.language, b.text)
}

// marked says whether the page says that the block was not run.
func (b block) marked() bool {
	return strings.HasPrefix(b.text, markOfShell) || strings.HasPrefix(b.text, markOfSQL)
}

// pages are all pages, as paths from the root.
func pages(t *testing.T) []string {
	t.Helper()
	all := []string{"README.md"}
	err := filepath.WalkDir(".", func(file string, _ fs.DirEntry, err error) error {
		if filepath.Ext(file) == ".md" {
			all = append(all, "docs/"+filepath.ToSlash(file))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func everyBlock(t *testing.T) []block {
	t.Helper()
	var all []block
	for _, page := range pages(t) {
		all = append(all, blocksOf(page, readText(t, filepath.Join(root, page)))...)
	}
	return all
}

var fence = regexp.MustCompile("(?ms)^( *)```(\\S*)\n(.*?)^ *```$")

// blocksOf are the fenced blocks of a text.
func blocksOf(page, text string) []block {
	var all []block
	for _, at := range fence.FindAllStringSubmatchIndex(text, -1) {
		var inner strings.Builder
		for line := range strings.Lines(text[at[6]:at[7]]) {
			inner.WriteString(strings.TrimPrefix(line, text[at[2]:at[3]]))
		}
		all = append(all, block{page: page, language: text[at[4]:at[5]], text: inner.String(), line: strings.Count(text[:at[0]], "\n") + 1})
	}
	return all
}

// unclaimed says what nobody runs or reads, of these blocks, and which claims are
// of nothing.
func unclaimed(blocks []block) []string {
	var all []string
	used := map[claim]bool{}
	for _, b := range blocks {
		if c := claimOf(b); c != nil {
			used[*c] = true
		} else {
			all = append(all, fmt.Sprintf("no test runs or reads this block, and it is not marked with %q:\n%s", strings.TrimSpace(markOfShell), b))
		}
	}
	for _, c := range claims {
		if !used[c] {
			all = append(all, fmt.Sprintf("%s has no block of the language %q that begins with %q", c.page, c.language, c.begins))
		}
	}
	return all
}

// TestEveryBlockIsClaimed wants a test for every fenced block of every page, and
// those tests to be there.
func TestEveryBlockIsClaimed(t *testing.T) {
	blocks := everyBlock(t)
	for _, mistake := range unclaimed(blocks) {
		t.Error(mistake)
	}
	for _, page := range pages(t) {
		found := slices.DeleteFunc(slices.Clone(blocks), func(b block) bool { return b.page != page })
		text := readText(t, filepath.Join(root, page))
		if n := strings.Count(text, "```"); n != 2*len(found) {
			t.Errorf("%s has %d fences, and %d blocks are found", page, n, len(found))
		}
		if slices.ContainsFunc(found, block.marked) && !says(text, "begins with `# needs an account`") {
			t.Errorf("%s does not say what a mark means", page)
		}
	}
	for _, c := range claims {
		folder, test := "docs", c.test
		if i := strings.LastIndex(c.test, "."); i >= 0 {
			folder, test = c.test[:i], c.test[i+1:]
		}
		if !reads(t, folder, test, filepath.Base(c.page)) {
			t.Errorf("%s has no %s that reads %s", folder, test, c.page)
		}
	}
}

// reads says whether a folder has a test in a file that names the page. Those of
// this folder get their blocks by the claims.
func reads(t *testing.T, folder, test, page string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		source := readText(t, file)
		if !strings.Contains(source, "\nfunc "+test+"(t *testing.T) {") {
			return false
		}
		if folder == "docs" {
			return strings.Contains(source, `claimed(t, "`+test+`")`)
		}
		return strings.Contains(source, page)
	})
}

// TestUnclaimedBlocksAreFound adds to the pages what somebody might.
func TestUnclaimedBlocksAreFound(t *testing.T) {
	blocks := everyBlock(t)
	if found := unclaimed(blocks); len(found) != 0 {
		t.Fatal(found)
	}
	for name, text := range map[string]string{
		"a command":                  "```\nmake clean\n```\n",
		"a command in a list":        "1. so:\n\n   ```sh\n   sh deploy/roles.sh\n   ```\n",
		"of another language":        "```python\nmake run\n```\n",
		"a query without its mark":   "```sql\nselect 1\n```\n",
		"a file that nobody reads":   "```yaml\n# prices.yaml\nCurrency: CNY\n```\n",
		"a mark behind a command":    "```\nnpx @serverless-devs/s@3 deploy\n# needs an account\n```\n",
		"a mark that is misspelt":    "```\n# need an account\nnpx @serverless-devs/s@3 deploy\n```\n",
		"a mark in another language": "```yaml\n# needs an account\nTimers: []\n```\n",
	} {
		added := blocksOf("README.md", text)
		if len(added) != 1 || len(unclaimed(append(slices.Clone(blocks), added...))) != 1 {
			t.Errorf("%s goes unnoticed", name)
		}
	}
	if added := blocksOf("README.md", "```\n# needs an account\nnpx @serverless-devs/s@3 deploy\n```\n"); len(unclaimed(append(slices.Clone(blocks), added...))) != 0 {
		t.Error("a marked block is a mistake")
	}
	last := blocks[len(blocks)-1]
	if len(unclaimed(slices.DeleteFunc(slices.Clone(blocks), func(b block) bool { return b.language == last.language && b.page == last.page }))) == 0 {
		t.Error("a claim of nothing goes unnoticed")
	}
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
