package docs

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"stopdesktops/internal/config"
	"stopdesktops/internal/core"
	"stopdesktops/internal/startup"
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
	for alarm := range constants(t, doorFolder, "alarm") {
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
	for code, constant := range constants(t, coreFolder, "ErrorCode") {
		line := regexp.MustCompile("(?m)^\\| `" + code + "` \\| ([0-9]{3}) \\| .+ \\| .+ \\|$").FindStringSubmatch(errors)
		if line == nil {
			t.Errorf("error code %s has no line", code)
			continue
		}
		if want := statusOf(t, statuses, constant); line[1] != want {
			t.Errorf("error code %s is status %s, in the code %s", code, line[1], want)
		}
	}
	endings, _, _ = strings.Cut(endings, "\n## ")
	for ending := range constants(t, coreFolder, "Ending") {
		if strings.Count(endings, "| `"+ending+"` | ") != 1 {
			t.Errorf("the ending %s has no line", ending)
		}
	}
}

// httpStatuses are the names that the door uses.
var httpStatuses = map[string]string{"BadRequest": "400", "Unauthorized": "401", "Forbidden": "403", "NotFound": "404", "Conflict": "409",
	"RequestEntityTooLarge": "413", "UnprocessableEntity": "422", "InternalServerError": "500", "ServiceUnavailable": "503"}

// statusOf finds the status of an error code, by its constant, in the door's own
// table.
func statusOf(t *testing.T, source, constant string) string {
	t.Helper()
	status := regexp.MustCompile(`core\.` + constant + `: +http\.Status(\w+)`).FindStringSubmatch(source)
	if status == nil {
		t.Fatalf("core.%s has no status", constant)
	}
	return httpStatuses[status[1]]
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
	if !strings.Contains(readText(t, "../internal/core/finish.go"), "const loggedMost = 200\n") || !says(text, "the first 200 of a run") {
		t.Error("another number of desktops of a run is logged")
	}
	if logs := "stopdesktops-<account>-<region>"; !says(text, "project `"+logs+"`") || !strings.Contains(readText(t, "../s.yaml"), "project: stopdesktops-${env('ACCOUNT')}-${env('REGION')}\n") {
		t.Errorf("the logs are not in %s", logs)
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
	ours := []string{"STOP_URL", "STOP_TOKEN", startup.DoorKey.Name} // of whoever gives the commands
	for _, m := range regexp.MustCompile("`([A-Z]+_[A-Z_]+[A-Z])(?:=[^`]*)?`").FindAllStringSubmatch(text, -1) {
		if name := m[1]; !strings.Contains(settings, "`"+name+"`") && !strings.Contains(text, "["+name) && !slices.Contains(ours, name) {
			t.Errorf("%s is no setting", name)
		}
	}
}

// TestQueryOfOperationsPage compares the query's columns with the audit lines.
func TestQueryOfOperationsPage(t *testing.T) {
	audit := readText(t, "../internal/core/audit.go")
	queries := claimed(t, "TestQueryOfOperationsPage")
	columns := regexp.MustCompile(`\$\.(\w+)|message\.(\w+)`).FindAllStringSubmatch(queries[0].text, -1)
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
// them, whoever is deployed already and whoever is not yet know each other's runs,
// requests and buttons, be it a function with the whole key or one with its door's.
func TestStateKeyOfOperationsPage(t *testing.T) {
	key := func(name string) string {
		sum := sha256.Sum256([]byte(name))
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	before, after := key("before"), key("after")
	holders := func(stateKey string, name core.Door) (whole, part *statekey.Keys) {
		t.Helper()
		whole, err := statekey.Parse(stateKey)
		if err != nil {
			t.Fatal(err)
		}
		derived, err := whole.Derived(name)
		if err != nil {
			t.Fatal(err)
		}
		if part, err = statekey.ParseDoor(name, derived.Reveal()); err != nil {
			t.Fatal(err)
		}
		return whole, part
	}
	steps := []string{before, before + "," + after, after + "," + before}
	for i, step := range steps[1:] {
		for _, name := range []core.Door{core.Slack, core.Webhook} {
			oldWhole, oldPart := holders(steps[i], name)
			freshWhole, freshPart := holders(step, name)
			all := []*statekey.Keys{oldWhole, oldPart, freshWhole, freshPart}
			for _, maker := range all {
				made, signer := maker.RunIDs(name, "alice", "delivery")[0], doorOf(maker, name)
				for _, reader := range all {
					if !slices.Contains(reader.RunIDs(name, "alice", "delivery"), made) || !doorOf(reader, name).Verified("button", signer.Sign("button", "x"), "x") ||
						!doorOf(reader, name).SameFingerprint([]byte("x"), signer.Fingerprint([]byte("x"))) {
						t.Errorf("in step %d one function does not know what the other makes for the %s door", i+1, name)
					}
				}
			}
		}
	}
}

func doorOf(k *statekey.Keys, name core.Door) *statekey.Door {
	d, _ := k.Door(name)
	return d
}

// loadConfig loads a folder of these files and the shipped policy as the function
// does.
func loadConfig(t *testing.T, files map[string]string, env ...string) (config.Config, error) {
	t.Helper()
	all := map[string]string{"policy.cedar": readText(t, shippedPolicy)}
	maps.Copy(all, files)
	return config.Load(config.Source{Environ: append(env, "CONFIG_DIR="+configFolder(t, all), "ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=my-stopdesktops", "STATE_REGION=cn-hangzhou",
		"STATE_KEY=x", "WEBHOOK_TOKENS=x", "INVOKE_FUNCTION=stopdesktops"), Open: os.DirFS})
}

// TestPricesOfOperationsPage reads the page's prices.yaml as the function does.
func TestPricesOfOperationsPage(t *testing.T) {
	load := func(prices string) (config.Config, error) {
		return loadConfig(t, map[string]string{"prices.yaml": prices})
	}
	c, err := load(claimed(t, "TestPricesOfOperationsPage")[0].text)
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Prices(); p == nil || len(p.PerHour) != 2 || p.CostCentreTag != "department" {
		t.Errorf("prices %+v", p)
	}
	_, err = load("Nonsense: 1\n")
	wantKeys(t, readText(t, "operations.md"), err)
}

// TestLogQueriesOfOperationsPage wants each query of "Where the logs are" to ask for what
// is indexed, and for messages that are written.
func TestLogQueriesOfOperationsPage(t *testing.T) {
	_, section, _ := strings.Cut(readText(t, "operations.md"), "\n## Where the logs are\n")
	section, _, _ = strings.Cut(section, "\n## ")
	index := readText(t, "../deploy/logindex.json")
	asked := 0
	for _, m := range regexp.MustCompile(`(message\.|\x60)(\w+): ([\w-]+|\*)`).FindAllStringSubmatch(section, -1) {
		if asked++; !strings.Contains(index, `"`+m[2]+`": {`) {
			t.Errorf("%s asks for what is not indexed", m[0])
		}
		if m[2] == "msg" && !regexp.MustCompile(`slog\.Level\w+, "`+m[3]+`"`).MatchString(readText(t, "../internal/core/audit.go")+readText(t, "../internal/core/alive.go")) {
			t.Errorf("no line is %s", m[0])
		}
	}
	if asked < 6 || !strings.Contains(section, "cannot start") || !strings.Contains(readText(t, "../internal/config/mistake/problem.go"), "cannot start") {
		t.Errorf("%d queries:\n%s", asked, section)
	}
}

// TestRolesOfOperationsPage wants the page's setting to be one, and its two
// documents to be about that role and about the one that is deployed.
func TestRolesOfOperationsPage(t *testing.T) {
	text := readText(t, "operations.md")
	set := regexp.MustCompile("`ECD_ASSUME_ROLE_ARN=([^`]+)`").FindStringSubmatch(text)
	if set == nil {
		t.Fatal("the page sets no role")
	}
	if _, err := loadConfig(t, nil, "ECD_ASSUME_ROLE_ARN="+set[1]); err != nil {
		t.Error(err)
	}
	type document struct {
		Version   string
		Statement []struct {
			Effect, Action, Resource string
			Principal                *struct{ RAM, Service []string }
		}
	}
	var roles []string
	for _, b := range claimed(t, "TestRolesOfOperationsPage") {
		var d document
		decoder := json.NewDecoder(strings.NewReader(b.text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&d); err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Statement {
			if d.Version != "1" || s.Effect != "Allow" || s.Action != "sts:AssumeRole" {
				t.Errorf("it says otherwise:\n%s", b)
			}
			if s.Principal != nil {
				roles = append(roles, s.Principal.RAM...)
			} else {
				roles = append(roles, s.Resource)
			}
		}
	}
	if want := []string{"acs:ram::1111111111111111:role/stopdesktops", set[1]}; !slices.Equal(roles, want) {
		t.Errorf("the documents are of %v, want %v", roles, want)
	}
	for file, words := range map[string]string{"../deploy/roles.sh": "role stopdesktops ", "../template.yml": "'stopdesktops-${ALIYUN::Region}'"} {
		if !strings.Contains(readText(t, file), words) {
			t.Errorf("%s makes no such role", file)
		}
	}
}
