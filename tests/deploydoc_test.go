package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stopdesktops/internal/sim/ram"
)

// needsAccount marks a block of docs/deploy.md that only somebody with a cloud can
// run.
const needsAccount = "# needs an account"

var fence = regexp.MustCompile("(?ms)^( *)```\n(.*?)^ *```$")

// TestDeployPage gives the commands of docs/deploy.md, in its order and in one
// shell, in a copy of the repository. Those that need an account are marked, and
// of them it checks that they are commands of a shell.
func TestDeployPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(root, "docs", "deploy.md"))
	if err != nil {
		t.Fatal(err)
	}
	script, marked := "set -eu\n", 0
	for _, m := range fence.FindAllStringSubmatch(string(page), -1) {
		var block strings.Builder
		for line := range strings.Lines(m[2]) {
			block.WriteString(strings.TrimPrefix(line, m[1]))
		}
		if strings.HasPrefix(block.String(), needsAccount+"\n") {
			marked++
			if said, err := shell(t, ".", "-n", block.String()); err != nil {
				t.Errorf("no shell reads this: %v\n%s\n%s", err, block.String(), said)
			}
			continue
		}
		if regexp.MustCompile(`(?m)\b(aliyun|npx|curl)\b`).MatchString(block.String()) {
			t.Errorf("this is not marked with %q:\n%s", needsAccount, block.String())
			continue
		}
		script += block.String()
	}
	if marked == 0 {
		t.Error("no block is marked; the test does not read the page as it is written")
	}
	dir := t.TempDir()
	copyTree(t, root, dir)
	said, err := shell(t, dir, "-s", script+"printf '%s|' \"$STATE_KEY\" \"$WEBHOOK_SECRETS\" \"$WEBHOOK_TOKENS\" \"$SLACK_STATE_KEY\" > secrets\n")
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
	policies := map[string]bool{}
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
		case "lifecycle":
			if _, err := os.Stat(filepath.Join(dir, word[5])); err != nil {
				t.Errorf("the rule of the bucket: %v", err)
			}
		}
	}
	want := map[string]string{"stopdesktops": "stopdesktops", "stopdesktops-keep": "stopdesktops", "slackcmd": "slackcmd", "stopdesktops-door": "stopdesktops-door"}
	for policy, role := range want {
		if attached[policy] != role || !policies[policy] {
			t.Errorf("policy %s is given to %q, want %s", policy, attached[policy], role)
		}
	}
	if !policies["stopdesktops-operator"] || len(policies) != len(want)+1 {
		t.Errorf("policies %v", policies)
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
