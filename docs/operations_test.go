package docs

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"stopdesktops/internal/config"
	"stopdesktops/internal/core"
	"stopdesktops/internal/statekey"
)

// rows are the rows of a page's tables, by their first cell without its
// back-ticks.
func rows(t *testing.T, page string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for line := range strings.Lines(readText(t, page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "|") || len(cells) < 2 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		all[strings.Trim(cells[0], "`")] = cells
	}
	return all
}

// row wants a row of its own for a word, with something to do in its last cell.
func row(t *testing.T, all map[string][]string, word string) []string {
	t.Helper()
	cells := all[word]
	if cells == nil {
		t.Errorf("%s has no line", word)
		return []string{"", "", ""}
	}
	if cells[0] != "`"+word+"`" || cells[len(cells)-1] == "" {
		t.Errorf("the line of %s is %q", word, cells)
	}
	return cells
}

func TestOperationsPageHasEveryAlarm(t *testing.T) {
	all := rows(t, "operations.md")
	for _, alarm := range constants(t, alarmsFile, "alarm") {
		row(t, all, alarm)
	}
}

func TestOperationsPageHasEveryCode(t *testing.T) {
	page := readText(t, "operations.md")
	_, codes, _ := strings.Cut(page, "\n## What became of a desktop\n")
	codes, rest, _ := strings.Cut(codes, "\n## ")
	for _, c := range core.Codes() {
		line := fmt.Sprintf("| `%s` | %s | ", c, c.Kind())
		if strings.Count(codes, line) != 1 {
			t.Errorf("the page does not have one line that begins %q", line)
		}
	}
	errors, endings, _ := strings.Cut(rest, "\n## ")
	statuses := readText(t, "../functions/stopdesktops/problem.go")
	for _, code := range constants(t, errorsFile, "ErrorCode") {
		line := regexp.MustCompile("(?m)^\\| `" + code + "` \\| ([0-9]{3}) \\| .+ \\| .+ \\|$").FindStringSubmatch(errors)
		if line == nil {
			t.Errorf("error code %s has no line", code)
			continue
		}
		if want := statusOf(t, statuses, code); line[1] != want {
			t.Errorf("error code %s is status %s, in the code %s", code, line[1], want)
		}
	}
	endings, _, _ = strings.Cut(endings, "\n## ")
	for _, ending := range constants(t, recordsFile, "Ending") {
		if strings.Count(endings, "| `"+ending+"` | ") != 1 {
			t.Errorf("the ending %s has no line", ending)
		}
	}
}

// httpStatuses are the names that the door uses.
var httpStatuses = map[string]string{"BadRequest": "400", "Unauthorized": "401", "Forbidden": "403", "NotFound": "404", "Conflict": "409",
	"RequestEntityTooLarge": "413", "UnprocessableEntity": "422", "InternalServerError": "500", "ServiceUnavailable": "503"}

// statusOf finds the status of an error code in the door's own table.
func statusOf(t *testing.T, source, code string) string {
	t.Helper()
	constant := regexp.MustCompile(`(\w+) +ErrorCode = "` + code + `"`).FindStringSubmatch(readText(t, errorsFile))
	if constant == nil {
		t.Fatalf("there is no error code %s", code)
	}
	status := regexp.MustCompile(`core\.` + constant[1] + `: +http\.Status(\w+)`).FindStringSubmatch(source)
	if status == nil {
		t.Fatalf("error code %s has no status", code)
	}
	return httpStatuses[status[1]]
}

// What the page assumes of a month, beside what the code fixes.
const (
	nights, hours      = 22, 720
	share              = 0.6 // of the desktops is stopped
	stopSeconds        = 120.0
	callsPerSecond     = 10.0
	vcpu, gigabytes    = 0.1, 0.25
	page               = 100.0
	waveSize           = 8 * core.BatchDefault
	runRequests        = 20
	vcpuPrice, gbPrice = 0.00009, 0.000009
	callPrice          = 0.0075 / 10_000
	requestPrice       = 0.01 / 10_000
	timeout            = 300.0
)

// TestCostsOfOperationsPage does the arithmetic again.
func TestCostsOfOperationsPage(t *testing.T) {
	all := rows(t, "operations.md")
	for _, desktops := range []float64{100, 1_000, 10_000} {
		stops := desktops * share
		calls := 2*desktops/page + 2*stops/core.BatchDefault
		night := math.Ceil(calls/callsPerSecond + 2*stopSeconds)
		tick := max(1, desktops/page/callsPerSecond)
		seconds := nights*night + hours*tick
		invocations := nights*math.Ceil(night/timeout) + hours
		waves := 1 + math.Ceil(stops/waveSize)
		requests := nights*(runRequests+2*waves) + hours*runRequests
		cost := seconds*vcpu*vcpuPrice + seconds*gigabytes*gbPrice + invocations*callPrice + requests*requestPrice
		want := []string{grouped(desktops), grouped(calls), grouped(seconds), grouped(seconds * vcpu), grouped(seconds * gigabytes), grouped(invocations), grouped(requests), fmt.Sprintf("%.2f", cost)}
		if got := all[grouped(desktops)]; strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("the page says %v, want %v", got, want)
		}
	}
	for _, word := range []string{"0.00009 a vCPU-second", "0.000009 a GB-second", "0.0075 for 10,000 invocations", "0.01 for 10,000 OSS requests", "at most 160 more desktops",
		"wave of 160 desktops", fmt.Sprintf("%d desktops a call", core.BatchDefault)} {
		if !says(readText(t, "operations.md"), word) {
			t.Errorf("the page does not say %q", word)
		}
	}
}

// grouped is a whole number with a comma before each three digits.
func grouped(n float64) string {
	text := strconv.FormatFloat(math.Round(n), 'f', 0, 64)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// TestOperationsPageIsTrue compares what the page says by the way with the code
// and with what is deployed.
func TestOperationsPageIsTrue(t *testing.T) {
	text := readText(t, "operations.md")
	var deployed struct {
		Resources map[string]struct {
			Props struct {
				CPU         float64 `yaml:"cpu"`
				Memory      float64 `yaml:"memorySize"`
				Timeout     float64 `yaml:"timeout"`
				Concurrency struct {
					Reserved int `yaml:"reservedConcurrency"`
				} `yaml:"concurrencyConfig"`
				Async struct {
					Age int `yaml:"maxAsyncEventAgeInSeconds"`
				} `yaml:"asyncInvokeConfig"`
			} `yaml:"props"`
		} `yaml:"resources"`
	}
	if err := yaml.Unmarshal([]byte(readText(t, "../s.yaml")), &deployed); err != nil {
		t.Fatal(err)
	}
	worker := deployed.Resources["stopdesktops"].Props
	if worker.CPU != vcpu || worker.Memory != gigabytes*1024 || worker.Timeout != timeout {
		t.Errorf("s.yaml has %v vCPU, %v MB, %v s, and the costs are of %v, %v, %v", worker.CPU, worker.Memory, worker.Timeout, vcpu, gigabytes*1024, timeout)
	}
	for _, words := range []string{
		fmt.Sprintf("for at most %d days", int(core.FreezeMost.Hours()/24)),
		fmt.Sprintf("for at most %d minutes (`maxAsyncEventAgeInSeconds`", worker.Async.Age/60),
		fmt.Sprintf("within %v seconds", worker.Timeout),
		fmt.Sprintf("reserves %d and %d of", worker.Concurrency.Reserved, deployed.Resources["slackcmd"].Props.Concurrency.Reserved),
	} {
		if !says(text, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if !strings.Contains(readText(t, "../internal/core/waves.go"), "waveBatches = 8\n") {
		t.Error("a wave is of another size")
	}
	settings := readText(t, "settings.md")
	for _, setting := range []string{"| `ECD_CALLS_PER_SECOND` | `10` |", "| `ECD_BATCH_SIZE` | `20` |"} {
		if !strings.Contains(settings, setting) {
			t.Errorf("the settings page has no %s", setting)
		}
	}
	for _, m := range regexp.MustCompile("`([A-Z]+_[A-Z_]+[A-Z])(?:=[^`]*)?`").FindAllStringSubmatch(text, -1) {
		if name := m[1]; !strings.Contains(settings, "`"+name+"`") && !strings.Contains(text, "["+name) {
			t.Errorf("%s is no setting", name)
		}
	}
}

// TestQueryOfOperationsPage compares the query's columns with the audit lines.
func TestQueryOfOperationsPage(t *testing.T) {
	audit := readText(t, "../internal/core/audit.go")
	queries := fencedBlocks(t, "operations.md", "sql")
	if len(queries) != 1 {
		t.Fatalf("%d queries", len(queries))
	}
	columns := regexp.MustCompile(`\$\.(\w+)|message\.(\w+)`).FindAllStringSubmatch(queries[0], -1)
	if len(columns) < 4 {
		t.Fatalf("columns %v", columns)
	}
	text := readText(t, "operations.md")
	for _, c := range columns {
		if !strings.Contains(audit, `"`+c[1]+c[2]+`"`) {
			t.Errorf("no audit line has %s", c[1]+c[2])
		}
	}
	for _, c := range regexp.MustCompile(`slog\.\w+\("(\w+)"`).FindAllStringSubmatch(audit, -1) {
		if !names(text, c[1]) {
			t.Errorf("the attribute %s of audit lines is not named", c[1])
		}
	}
	if !strings.Contains(audit, "const auditIDs = 100\n") || !says(text, "more than 100 of the cloud's request ids") {
		t.Error("an audit line holds another number of request ids")
	}
}

// TestStateKeyOfOperationsPage goes through the steps of the page: in each of
// them, whoever is deployed already and whoever is not yet know each other's runs
// and buttons.
func TestStateKeyOfOperationsPage(t *testing.T) {
	key := func(name string) string {
		sum := sha256.Sum256([]byte(name))
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	before, after := key("before"), key("after")
	slackcmd := func(stateKey string) *statekey.Door {
		whole, err := statekey.Parse(stateKey)
		if err != nil {
			t.Fatal(err)
		}
		derived, err := whole.Derived(core.Slack)
		if err != nil {
			t.Fatal(err)
		}
		part, err := statekey.ParseDoor(core.Slack, derived.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		door, _ := part.Door(core.Slack)
		return door
	}
	steps := []string{before, before + "," + after, after + "," + before}
	for i, step := range steps[1:] {
		old, fresh := slackcmd(steps[i]), slackcmd(step)
		for _, pair := range [][2]*statekey.Door{{old, fresh}, {fresh, old}} {
			made := pair[0].RunIDs("alice", "delivery")[0]
			if !slices.Contains(pair[1].RunIDs("alice", "delivery"), made) || !pair[1].Verified("button", pair[0].Sign("button", "x"), "x") {
				t.Errorf("in step %d one function does not know what the other makes", i+1)
			}
		}
	}
}

// TestPricesOfOperationsPage reads the page's prices.yaml as the function does.
func TestPricesOfOperationsPage(t *testing.T) {
	blocks := fencedBlocks(t, "operations.md", "yaml")
	if len(blocks) != 1 || fileOf(t, blocks[0]) != "prices.yaml" {
		t.Fatalf("%d blocks", len(blocks))
	}
	load := func(prices string) (config.Config, error) {
		dir := configFolder(t, map[string]string{"prices.yaml": prices, "policy.cedar": readText(t, shippedPolicy)})
		return config.Load(config.Source{Environ: []string{"CONFIG_DIR=" + dir, "ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=my-stopdesktops", "STATE_REGION=cn-hangzhou",
			"STATE_KEY=x", "WEBHOOK_TOKENS=x", "INVOKE_FUNCTION=stopdesktops"}, Open: os.DirFS})
	}
	c, err := load(blocks[0])
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Prices(); p == nil || len(p.PerHour) != 2 || p.CostCentreTag != "department" {
		t.Errorf("prices %+v", p)
	}
	_, err = load("Nonsense: 1\n")
	wantKeys(t, readText(t, "operations.md"), err)
}
