package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/ram"
)

// needsAccount marks a block of docs/deploy.md that only somebody with a cloud can
// run.
const needsAccount = "# needs an account"

// What the blocks of the page begin with that write the values of a deployment: the
// first ones and the secrets, Slack's key, and what stands in for Slack's values.
const (
	deploymentFile = "test -e deployment.env "
	withSlack      = "echo \"export SLACK_STATE_KEY="
	withoutSlack   = "echo 'export SLACK_APP_ID=none "
)

// newcomer begins a script in a copy of the repository: without what its owner has
// deployed from it.
const newcomer = "set -eu\nrm -rf deployment.env my-config\n"

// TestDeployPage gives the commands of docs/deploy.md, in its order and in one
// shell, in a copy of the repository: all but those that need an account, and those
// with curl, which TestCurlOfPages gives.
func TestDeployPage(t *testing.T) {
	t.Parallel()
	script := newcomer
	for _, block := range pageBlocks(t, "deploy.md", "", "") {
		switch {
		case strings.HasPrefix(block, needsAccount+"\n"), strings.HasPrefix(block, "curl "):
		case regexp.MustCompile(`(?m)\b(aliyun|npx|npm|curl)\b`).MatchString(block):
			t.Errorf("this is not marked with %q:\n%s", needsAccount, block)
		case strings.HasPrefix(block, withoutSlack):
			// It is instead of the block before it.
		default:
			script += block
		}
	}
	dir := t.TempDir()
	copyTree(t, root, dir)
	script += "printf '%s|' \"$STATE_KEY\" \"$WEBHOOK_SECRETS\" \"$WEBHOOK_TOKENS\" \"$SLACK_STATE_KEY\" > secrets\n"
	// Somebody reads the page once more: nothing is overwritten, nothing copied twice.
	script += "cp deployment.env before\n"
	for _, begins := range []string{deploymentFile, "test -d my-config "} {
		for _, block := range pageBlocks(t, "deploy.md", "", begins) {
			script += block
		}
	}
	said, err := shell(t, dir, "-s", script+"cmp before deployment.env\ntest ! -e my-config/config\n")
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, name := range append(made, filepath.Join("..", "stopdesktops.zip")) {
		if _, err := os.Stat(filepath.Join(dir, "dist", name)); err != nil {
			t.Errorf("the page makes no %s: %v", name, err)
		}
	}
	secrets, err := os.ReadFile(filepath.Join(dir, "secrets"))
	if err != nil {
		t.Fatal(err)
	}
	if want := regexp.MustCompile(`^[A-Za-z0-9+/]{43}=\|whsec_[A-Za-z0-9+/]{43}=\|[0-9a-f]{64}\|slack\.[^|]{40,}\|$`); !want.Match(secrets) {
		t.Errorf("the secrets that the page makes are of another shape; want %s", want)
	}
	file, err := os.Stat(filepath.Join(dir, "deployment.env"))
	if err != nil {
		t.Fatal(err)
	}
	if file.Mode().Perm() != 0o600 {
		t.Errorf("the secrets are in a file that others can read: %v", file.Mode())
	}
	if ignored := "\n" + string(read(t, filepath.Join(root, ".gitignore"))); !strings.Contains(ignored, "\n/deployment.env\n") {
		t.Error("git would take the secrets")
	}
}

// exportsOf are the variables that blocks of pages export, in one shell.
func exportsOf(t *testing.T, script string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, root, dir)
	said, err := shell(t, dir, "-s", newcomer+script+"env\n")
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	all := map[string]string{}
	for line := range strings.Lines(said) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `=`).MatchString(script) {
			all[name] = value
		}
	}
	return all
}

// TestVariablesOfDeployPage resolves s.yaml and s-door.yaml with what the page
// exports and nothing else, with Slack and without: nothing that they require is
// missing, and nothing is exported that they do not read. What stands in for
// Slack's values starts no slackcmd.
func TestVariablesOfDeployPage(t *testing.T) {
	t.Parallel()
	first := strings.Join(pageBlocks(t, "deploy.md", "", deploymentFile), "") + ". ./deployment.env\n"
	door := strings.Join(pageBlocks(t, "deploy.md", "", "export "), "")
	slack := strings.Join(append(pageBlocks(t, "deploy.md", "", withSlack), pageBlocks(t, "slack.md", "", "export ")...), "")
	without := strings.Join(pageBlocks(t, "deploy.md", "", withoutSlack), "")
	for name, script := range map[string]string{"with Slack": first + slack + door, "without": first + without + door} {
		env, read := exportsOf(t, script), map[string]bool{}
		for _, file := range []string{"s.yaml", "s-door.yaml"} {
			functions, err := fc.LoadServerless(filepath.Join(root, file), func(k string) (string, bool) {
				read[k] = true
				v, ok := env[k]
				return v, ok
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, f := range functions {
				if f.Name == "slackcmd" && name == "without" {
					startsNot(t, f.Env, "SLACK_APP_ID", "SLACK_SIGNING_SECRETS", "SLACK_STATE_KEY")
				}
			}
		}
		for k := range env {
			if !read[k] {
				t.Errorf("%s the page exports %s, which nobody reads", name, k)
			}
		}
	}
}

// startsNot wants slackcmd to end at once with these variables, and to name those
// that are wrong.
func startsNot(t *testing.T, env map[string]string, wrong ...string) {
	t.Helper()
	// A platform that never has an event.
	platform := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer platform.Close()
	run := exec.CommandContext(t.Context(), binary["slackcmd"])
	run.Env = []string{"FC_RUNTIME_API=" + strings.TrimPrefix(platform.URL, "http://")}
	for k, v := range env {
		run.Env = append(run.Env, k+"="+v)
	}
	said, err := run.CombinedOutput()
	if exit := (&exec.ExitError{}); !errors.As(err, &exit) || !strings.Contains(string(said), "slackcmd cannot start") {
		t.Errorf("%v\n%s", err, said)
	}
	for _, name := range wrong {
		if !strings.Contains(string(said), "\n  "+name+": ") {
			t.Errorf("it does not say what is wrong with %s:\n%s", name, said)
		}
	}
}

func shell(t *testing.T, dir, flag, script string) (string, error) {
	t.Helper()
	sh := exec.CommandContext(t.Context(), "sh", flag)
	sh.Dir, sh.Stdin = dir, strings.NewReader(script)
	// Without paths the compiler takes over what it made in another folder.
	sh.Env = append(os.Environ(), "MAKEFLAGS=", "GOFLAGS=-trimpath", "CGO_ENABLED=0")
	said, err := sh.CombinedOutput()
	return string(said), err
}

// TestRoles gives what `make roles` prints to a shell in which the vendor's CLI
// only notes what it is told: every document is one, with the names filled in, and
// every role gets its own.
func TestRoles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	copyTree(t, filepath.Join(root, "deploy"), filepath.Join(dir, "deploy"))
	const names = "REGION=cn-hongkong ACCOUNT=1234567890123456 STATE_BUCKET=my-state DOOR=yes OPERATOR=yes"
	fake := `aliyun() {
	for word in "$@"; do printf '%s\0' "$word"; done >> told
	test "$2" != lifecycle || cp "$6" rule
	printf '\1' >> told
}
`
	if said, err := shell(t, dir, "-s", fake+names+" sh deploy/roles.sh > roles.sh\n. ./roles.sh\n"); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	told, err := os.ReadFile(filepath.Join(dir, "told"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(told), "${") {
		t.Errorf("a name is not filled in:\n%s", told)
	}
	attached := map[string]string{} // policy -> role
	policies, indexed := map[string]bool{}, false
	for call := range strings.SplitSeq(strings.TrimSuffix(string(told), "\x01"), "\x01") {
		word := strings.Split(call, "\x00")
		value := func(flag string) string {
			for i, w := range word[:len(word)-1] {
				if w == flag {
					return word[i+1]
				}
			}
			return ""
		}
		switch word[1] {
		case "CreateRole":
			if document := value("--AssumeRolePolicyDocument"); !strings.Contains(document, "fc.aliyuncs.com") {
				t.Errorf("%s may be assumed by: %s", value("--RoleName"), document)
			}
		case "CreatePolicy":
			if _, err := ram.ParsePolicy([]byte(value("--PolicyDocument"))); err != nil {
				t.Errorf("%s: %v", value("--PolicyName"), err)
			}
			policies[value("--PolicyName")] = true
		case "AttachPolicyToRole":
			attached[value("--PolicyName")] = value("--RoleName")
		case "create-index":
			var want map[string]any
			if err := json.Unmarshal(read(t, filepath.Join(root, "deploy", "logindex.json")), &want); err != nil {
				t.Fatal(err)
			}
			for part, document := range want {
				var got any
				if err := json.Unmarshal([]byte(value("--"+part)), &got); err != nil || !reflect.DeepEqual(got, document) {
					t.Errorf("the index has %s %v, %v", part, got, err)
				}
			}
			if indexed = value("--project") == "stopdesktops-1234567890123456-cn-hongkong" && value("--logstore") == "stopdesktops" && len(want) == 2; !indexed {
				t.Errorf("the index is of %s %s, and has %d parts", value("--project"), value("--logstore"), len(want))
			}
		case "lifecycle":
			want := read(t, filepath.Join(root, "deploy", "lifecycle.xml"))
			if rule := read(t, filepath.Join(dir, "rule")); !bytes.Equal(bytes.TrimSpace(rule), bytes.TrimSpace(want)) {
				t.Errorf("the rule of the bucket: %s", rule)
			}
		}
	}
	want := map[string]string{"stopdesktops": "stopdesktops", "stopdesktops-keep": "stopdesktops", "slackcmd": "slackcmd", "stopdesktops-door": "stopdesktops-door"}
	for policy, role := range want {
		if attached[policy] != role || !policies[policy] {
			t.Errorf("policy %s is given to %q, want %s", policy, attached[policy], role)
		}
	}
	// These are for people, so no role gets them.
	people := []string{"stopdesktops-operator", "stopdesktops-operator-keep"}
	for _, policy := range people {
		if !policies[policy] || attached[policy] != "" {
			t.Errorf("policy %s is made: %t; it is given to the role %q", policy, policies[policy], attached[policy])
		}
	}
	if len(policies) != len(want)+len(people) {
		t.Errorf("policies %v", policies)
	}
	if !indexed {
		t.Error("the logs get no index, and no query finds anything")
	}

	for _, c := range []struct{ names, want string }{
		{"", "set REGION ACCOUNT STATE_BUCKET first"},
		{"REGION=cn-hongkong ACCOUNT=1", "set STATE_BUCKET first"},
		{"REGION=cn-hongkong ACCOUNT=1 STATE_BUCKET='a/b'", `STATE_BUCKET is "a/b"`},
	} {
		said, err := shell(t, dir, "-s", "unset REGION ACCOUNT STATE_BUCKET\n"+c.names+" sh deploy/roles.sh\n")
		if err == nil || !strings.Contains(said, c.want) || strings.Contains(said, "aliyun ") {
			t.Errorf("with %q it says\n%s\nwant %q and no command", c.names, said, c.want)
		}
	}
}
