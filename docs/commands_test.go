package docs

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/fc"
	"stopdesktops/internal/slackbot/command"
)

// sh gives a script to a shell at the root and returns what it prints.
func sh(t *testing.T, script string, env ...string) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), "sh", "-e", "-c", script)
	run.Dir = root
	run.Env = append(run.Environ(), env...)
	var out, problems bytes.Buffer
	run.Stdout, run.Stderr = &out, &problems
	if err := run.Run(); err != nil {
		t.Fatalf("%s\n%v\n%s%s", script, err, out.String(), problems.String())
	}
	return out.String()
}

// abroad are the programs that need an account or a registry.
var abroad = []string{"aliyun", "npx"}

// TestMarkedBlocks wants of what only somebody with an account can run that it is
// commands of a shell, and that no more is marked than has to be.
func TestMarkedBlocks(t *testing.T) {
	for _, b := range claimed(t, "TestMarkedBlocks") {
		if said, err := exec.CommandContext(t.Context(), "sh", "-n", "-c", b.text).CombinedOutput(); err != nil {
			t.Errorf("no shell reads this: %v\n%s\n%s", err, b, said)
		}
		words := strings.Fields(b.text)
		if !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(abroad, w) || w == "roles.sh" || w == "alarms.sh" }) {
			t.Errorf("this needs no account:\n%s", b)
		}
	}
	// One command stands on two pages.
	last := map[string]bool{}
	for _, b := range claimed(t, "TestMarkedBlocks") {
		if strings.Contains(b.text, "reservedConcurrency") {
			last[b.text] = true
		}
	}
	if len(last) != 1 {
		t.Errorf("the last resort is %d different commands", len(last))
	}
}

var (
	inText   = regexp.MustCompile("`([^`\n]+(?:\n[^`\n]+)?)`")
	target   = regexp.MustCompile(`(?m)^([a-z]+):.*## `)
	assigned = regexp.MustCompile(`^[A-Z_]+=\S+$`)
)

// commandsInText are the commands that stand between a page's words and begin with
// this one, each as its further words.
func commandsInText(t *testing.T, begin string) map[string][][]string {
	t.Helper()
	all := map[string][][]string{}
	for _, page := range pages(t) {
		for _, m := range inText.FindAllStringSubmatch(fence.ReplaceAllString(readText(t, filepath.Join(root, page)), ""), -1) {
			if rest, ok := strings.CutPrefix(strings.Join(strings.Fields(m[1]), " "), begin+" "); ok {
				all[page] = append(all[page], strings.Fields(rest))
			}
		}
	}
	if len(all) == 0 {
		t.Errorf("no page has a command %s", begin)
	}
	return all
}

// TestCommandsInText wants every command that the text names to be there. Those of
// stopdesktops are looked at beside that program.
func TestCommandsInText(t *testing.T) {
	makefile := map[string]bool{}
	for _, m := range target.FindAllStringSubmatch(readText(t, filepath.Join(root, "Makefile")), -1) {
		makefile[m[1]] = true
	}
	makes := commandsInText(t, "make")
	for _, b := range claimed(t, "TestCommandsInText") {
		makes[b.page] = append(makes[b.page], strings.Fields(strings.TrimPrefix(b.text, "make ")))
	}
	for page, commands := range makes {
		for _, words := range commands {
			for _, word := range words {
				if !makefile[word] && !assigned.MatchString(word) {
					t.Errorf("%s says make %s, and the Makefile has no %s", page, strings.Join(words, " "), word)
				}
			}
		}
	}
	// What `go run ./cmd/playground` takes, in its own words.
	usage, err := exec.CommandContext(t.Context(), "go", "run", "../cmd/playground", "-h").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, usage)
	}
	for page, commands := range commandsInText(t, "go run ./cmd/playground") {
		for _, words := range commands {
			if !regexp.MustCompile(`(\[|\| )` + regexp.QuoteMeta(words[0]) + `\b`).Match(usage) {
				t.Errorf("%s says go run ./cmd/playground %s, and that says\n%s", page, strings.Join(words, " "), usage)
			}
		}
	}
	samples := strings.NewReplacer("<run>", "slack-aaaaaaaaaaaaaaaaaaaaaaaaaa", "ecd-...", "ecd-7w78ozhjcwa3u")
	for page, commands := range commandsInText(t, "/stop-desktop") {
		for _, words := range commands {
			text := samples.Replace(strings.Join(words, " "))
			// A word alone names the command, and what Slack says itself is no command.
			if len(words) == 1 && slices.Contains(helpWords(t), words[0]) || strings.HasPrefix(text, "failed with") || strings.HasPrefix(text, "is not") {
				continue
			}
			if _, problems := command.ParseAt(text, time.Now(), time.UTC); len(problems) > 0 {
				t.Errorf("%s says /stop-desktop %s: %+v", page, text, problems)
			}
		}
	}
	for page := range commandsInText(t, "npx") {
		if !says(readText(t, filepath.Join(root, page)), "Commands of `npx` in the text were not run") {
			t.Errorf("%s names a command of npx, and does not say that it was not run", page)
		}
	}
}

// TestNameOfServerlessDevs wants its whole name wherever it is called: npx fetches
// whoever has the name that it is given, and s is somebody else.
func TestNameOfServerlessDevs(t *testing.T) {
	called := regexp.MustCompile(`\bnpx[\s#]+([^\s\x60]+)`)
	for _, file := range append(pages(t), "s.yaml", "s-door.yaml") {
		all := called.FindAllStringSubmatch(readText(t, filepath.Join(root, file)), -1)
		for _, m := range all {
			if m[1] != "@serverless-devs/s@3" {
				t.Errorf("%s calls npx %s", file, m[1])
			}
		}
		if len(all) == 0 && (file == "docs/deploy.md" || filepath.Ext(file) == ".yaml") {
			t.Errorf("%s does not say how it is deployed", file)
		}
	}
}

// TestPayloadsInText reads every payload of a timer's trigger that the text names
// as the function does, and wants its timer to ship.
func TestPayloadsInText(t *testing.T) {
	shipped := readText(t, "../config/timers.yaml")
	read := 0
	for _, page := range pages(t) {
		for _, m := range inText.FindAllStringSubmatch(fence.ReplaceAllString(readText(t, filepath.Join(root, page)), ""), -1) {
			if !strings.HasPrefix(m[1], `{"Timer":`) {
				continue
			}
			read++
			payload := strings.ReplaceAll(m[1], "<name>", "nightly-dev")
			tick, err := fc.Open(fmt.Appendf(nil, `{"triggerTime":"2027-01-04T12:00:00Z","triggerName":"x","payload":%q}`, payload)).Tick()
			if err != nil || tick.Announce != strings.Contains(payload, "Announce") || !strings.Contains(shipped, "Name: "+tick.Timer+"\n") {
				t.Errorf("%s says %s: %+v %v", page, m[1], tick, err)
			}
		}
	}
	if read < 4 {
		t.Errorf("%d payloads found", read)
	}
}
