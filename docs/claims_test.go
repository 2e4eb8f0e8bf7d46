package docs

import (
	"strings"
	"testing"
)

// claim says which test runs or reads a block, or reads what is marked.
type claim struct {
	page, language string
	begins         string // what the block begins with; the longest that fits counts
	test           string // of this folder, or <folder>.<test>
}

// claims are of every block that any page has. A block that none fits is a
// mistake: nobody would see that it is wrong.
var claims = []claim{
	{"README.md", "", "make run\n", "TestRunOfReadme"},
	{"README.md", "", "make test\n", "TestCommandsInText"},
	{"README.md", "sh", "test -d my-config || cp -R config my-config\n", "TestRunOfReadme"},
	{"README.md", "sh", "go run ./cmd/stopdesktops stop ", "TestRunOfReadme"},
	{"README.md", "http", "", "TestRequestsOfReadme"},
	{"README.md", "json", "", "TestRequestsOfReadme"},
	{"README.md", "text", " Slack", "TestPictureOfReadme"},
	{"README.md", "text", "functions/", "TestFoldersOfReadme"},

	{"docs/deploy.md", "", "", "tests.TestDeployPage"},
	{"docs/deploy.md", "", "curl ", "tests.TestCurlOfPages"},

	{"docs/operations.md", "", "curl ", "tests.TestCurlOfPages"},
	{"docs/operations.md", "cedar", "", "tests.TestCurlOfPages"},
	{"docs/operations.md", "json", "", "TestRolesOfOperationsPage"},
	{"docs/operations.md", "sql", markOfSQL, "TestQueryOfOperationsPage"},
	{"docs/operations.md", "yaml", "# prices.yaml\n", "TestPricesOfOperationsPage"},

	{"docs/policy.md", "", "go run ./cmd/stopdesktops policy test\n", "TestCommandOfPolicyPage"},
	{"docs/policy.md", "cedar", "", "TestPoliciesToPaste"},
	{"docs/policy.md", "json", "", "TestRefusalOnPolicyPage"},
	{"docs/policy.md", "text", "ok ", "TestCommandOfPolicyPage"},
	{"docs/policy.md", "text", "policy.cedar:", "TestMistakeOnPolicyPage"},
	{"docs/policy.md", "yaml", "# groups.yaml\n", "TestPeopleOfPolicyPage"},
	{"docs/policy.md", "yaml", "# identity.yaml\n", "TestPeopleOfPolicyPage"},
	{"docs/policy.md", "yaml", "cases:\n", "TestCasesOfPolicyPage"},

	{"docs/slack.md", "", "/stop-desktop ", "TestCommandsInSlackPage"},
	{"docs/slack.md", "", "export SLACK_APP_ID=", "TestSamplesOfSlackPage"},
	{"docs/slack.md", "", "go run ./cmd/stopdesktops slack-key\n", "TestSamplesOfSlackPage"},
	{"docs/slack.md", "cedar", "", "TestPolicyInSlackPage"},

	{"docs/terminal.md", "sh", "export ", "cmd/stopdesktops.TestVariablesOfPage"},
	{"docs/terminal.md", "sh", "go install ./cmd/stopdesktops\n", "cmd/stopdesktops.TestInstallOfPage"},
	{"docs/terminal.md", "sh", "stopdesktops ", "cmd/stopdesktops.TestDocsCommandsAreWellFormed"},

	{"docs/timers.md", "", "make preview ", "TestPreviewOfTimersPage"},
	{"docs/timers.md", "text", "", "TestPreviewOfTimersPage"},
	{"docs/timers.md", "yaml", "# calendars/", "TestBlocksOfTimersPage"},
	{"docs/timers.md", "yaml", "# s.yaml\n", "TestTriggersOfTimersPage"},
	{"docs/timers.md", "yaml", "# timers.yaml\n", "TestBlocksOfTimersPage"},

	{"docs/webhooks.md", "", "curl ", "tests.TestCurlOfPages"},
	{"docs/webhooks.md", "", "export SENDER_SECRETS=", "TestSecretsOfWebhooksPage"},
	{"docs/webhooks.md", "cedar", "", "TestPolicyOfWebhooksPage"},
	{"docs/webhooks.md", "json", "", "TestSendersOfWebhooksPage"},
	{"docs/webhooks.md", "sh", "printf ", "TestSignOfWebhooksPage"},
	{"docs/webhooks.md", "yaml", "# senders.yaml\n", "TestSendersOfWebhooksPage"},
}

// claimOf is the claim that fits a block, or nil. What is marked is read by one
// test, whatever its page.
func claimOf(b block) *claim {
	if strings.HasPrefix(b.text, markOfShell) && (b.language == "" || b.language == "sh") {
		return &claim{page: b.page, test: "TestMarkedBlocks"}
	}
	var best *claim
	for i, c := range claims {
		if c.page == b.page && c.language == b.language && strings.HasPrefix(b.text, c.begins) && (best == nil || len(c.begins) > len(best.begins)) {
			best = &claims[i]
		}
	}
	return best
}

// claimed are the blocks that a test has to run or to read.
func claimed(t *testing.T, test string) []block {
	t.Helper()
	var all []block
	for _, b := range everyBlock(t) {
		if c := claimOf(b); c != nil && c.test == test {
			all = append(all, b)
		}
	}
	if len(all) == 0 {
		t.Fatalf("no block of any page is for %s", test)
	}
	return all
}
