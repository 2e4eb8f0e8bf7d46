package tests

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// noteCurl takes the place of curl in a shell: it notes what it is told, one word
// behind the other, so that the requests need no program that a machine may lack.
const noteCurl = `curl() { for word in "$@"; do printf '%s\0' "$word"; done; printf '\1'; }
`

// curled is a request that a page's command makes.
type curled struct {
	method, url, body string
	header            map[string]string
}

// curls runs a page's block and returns the requests in it.
func curls(t *testing.T, block, variables string) []curled {
	t.Helper()
	noted, err := shell(t, ".", "-s", "set -eu\n"+noteCurl+variables+block)
	if err != nil {
		t.Fatalf("%s\n%v\n%s", block, err, noted)
	}
	var all []curled
	for call := range strings.SplitSeq(strings.TrimSuffix(noted, "\x01"), "\x01") {
		words := strings.Split(strings.TrimSuffix(call, "\x00"), "\x00")
		r := curled{method: http.MethodGet, header: map[string]string{}}
		for i := 0; i < len(words); i++ {
			switch word := words[i]; {
			case word == "-sS", word == "-i":
			case strings.HasPrefix(word, "-") && i+1 < len(words):
				i++
				switch word {
				case "-X":
					r.method = words[i]
				case "-H":
					name, value, _ := strings.Cut(words[i], ": ")
					r.header[name] = value
				case "-d":
					r.body = words[i]
					if r.method == http.MethodGet {
						r.method = http.MethodPost
					}
					if r.header["Content-Type"] == "" {
						r.header["Content-Type"] = "application/x-www-form-urlencoded" // as curl has it
					}
				default:
					t.Fatalf("the flag %s of curl is not known to this test", word)
				}
			case r.url == "":
				r.url = word
			default:
				t.Fatalf("curl is told %q", words)
			}
		}
		all = append(all, r)
	}
	return all
}

var fence = regexp.MustCompile("(?ms)^( *)```(\\S*)\n(.*?)^ *```$")

// pageBlocks are the blocks of a page in a language that begin so.
func pageBlocks(t *testing.T, page, language, begins string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range fence.FindAllStringSubmatch(string(text), -1) {
		var block strings.Builder
		for line := range strings.Lines(m[3]) {
			block.WriteString(strings.TrimPrefix(line, m[1]))
		}
		if m[2] == language && strings.HasPrefix(block.String(), begins) {
			all = append(all, block.String())
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no block of language %q that begins with %q", page, language, begins)
	}
	return all
}

// ask sends what a page's commands ask for, and returns the answers by method and
// path, in which the run is <run>.
func (w *world) ask(run core.RunID, blocks ...string) map[string]response {
	w.t.Helper()
	at := w.FC.HTTPURL("stopdesktops")
	variables := fmt.Sprintf("STOP_URL='%s' STOP_TOKEN='%s' WEBHOOK_TOKENS='%[2]s' RUN='%s'\n", at, w.WebhookToken, run)
	all := map[string]response{}
	for _, block := range blocks {
		for _, r := range curls(w.t, block, variables) {
			path, ours := strings.CutPrefix(r.url, at)
			if !ours {
				w.t.Fatalf("the command goes to %s", r.url)
			}
			if run != "" {
				path = strings.Replace(path, string(run), "<run>", 1)
			}
			all[r.method+" "+path] = w.send(r.method, strings.TrimPrefix(r.url, at), r.header, r.body)
		}
	}
	return all
}

// TestCurlOfPages gives every command with curl of docs/deploy.md,
// docs/webhooks.md, docs/operations.md and docs/slack.md, against the functions on
// the local cloud, with the policy that ships and the one that docs/operations.md
// adds to it.
func TestCurlOfPages(t *testing.T) {
	t.Parallel()
	shipped, err := os.ReadFile(filepath.Join(root, "config", "policy.cedar"))
	if err != nil {
		t.Fatal(err)
	}
	mayBrake := pageBlocks(t, "operations.md", "cedar", "@id")
	if len(mayBrake) != 1 {
		t.Fatalf("%d policies", len(mayBrake))
	}
	const id = "ecd-7w78ozhjcwa3u"
	requests := append(pageBlocks(t, "deploy.md", "", "curl "), pageBlocks(t, "webhooks.md", "", "curl ")...)
	brake := pageBlocks(t, "operations.md", "", "curl ")
	for _, c := range []struct {
		name, policy string
		braked       int // how halt and freeze are answered
	}{
		{"as shipped", string(shipped), http.StatusForbidden},
		{"with the page's policy", string(shipped) + mayBrake[0], http.StatusOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, []ecd.Desktop{{Region: "cn-hangzhou", ID: id}}, withConfig(t, map[string]string{"policy.cedar": c.policy}))
			for _, block := range requests {
				for asked, r := range w.ask("", block) {
					if asked != "POST /stop" || r.Status != http.StatusOK || r.Report == nil {
						t.Fatalf("%s: %d %s", asked, r.Status, r.Text)
					}
					wantOutcomes(t, *r.Report, map[string]core.Code{id: core.WouldStop})
				}
			}
			// The brake is pulled while a run is at its call.
			gate := w.ECD.Gate("StopDesktops", ecd.BeforeEffect)
			run := w.post("to-be-halted", `{"RegionId":"cn-hangzhou","DesktopId":["`+id+`"]}`).RunId
			if err := gate.Wait(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			answers := w.ask(run, brake...)
			gate.Open()
			w.drain()
			want := map[string]int{"POST /runs/<run>/halt": c.braked, "POST /freeze": c.braked, "GET /freeze": http.StatusOK, "DELETE /freeze": c.braked}
			if len(answers) != len(want) {
				t.Errorf("the page asks for %v", answers)
			}
			for asked, status := range want {
				if got := answers[asked]; got.Status != status {
					t.Errorf("%s: %d %s, want %d", asked, got.Status, got.Text, status)
				}
			}
			for asked, frozen := range map[string]bool{"GET /freeze": c.braked == http.StatusOK, "DELETE /freeze": false} {
				if got := strings.Contains(answers[asked].Text, `"Frozen":true`); got != frozen {
					t.Errorf("%s says that everything is frozen: %v; %s", asked, got, answers[asked].Text)
				}
			}
			// How docs/slack.md finds out whether slackcmd can be reached.
			page, err := os.ReadFile(filepath.Join(root, "docs", "slack.md"))
			if err != nil {
				t.Fatal(err)
			}
			health := regexp.MustCompile("`(curl [^`]+)`").FindAllSubmatch(page, -1)
			if len(health) != 1 {
				t.Fatalf("docs/slack.md has %d commands with curl in its text", len(health))
			}
			reached := curls(t, strings.ReplaceAll(string(health[0][1]), "https://<FC_HOST>", w.FC.HTTPURL("slackcmd")), "")
			if resp, err := http.Get(reached[0].url); err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %v %v", health[0][1], resp, err)
			} else {
				resp.Body.Close()
			}
		})
	}
}
