package tests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/sim/ram"
)

// rolesSaid gives what deploy/roles.sh prints for the variables to a shell in
// which the vendor's CLI notes what it is told, and returns that; failsAt is the
// command of which it says that it failed.
func rolesSaid(t *testing.T, variables, failsAt string) (told string, err error) {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, filepath.Join(root, "deploy"), filepath.Join(dir, "deploy"))
	_, err = shell(t, dir, "-s", `aliyun() {
	printf '%s\n' "$*" >> told
	test "$2" != '`+failsAt+`'
}
REGION=cn-hongkong ACCOUNT=1234567890123456 STATE_BUCKET=my-state `+variables+` sh deploy/roles.sh > roles.sh && . ./roles.sh
`)
	said, _ := os.ReadFile(filepath.Join(dir, "told")) // none where nothing was told
	return string(said), err
}

// TestRolesEndAtAFailure: a role that exists already may trust anybody, and must
// not be given the right to stop desktops because making it failed. A bucket that
// cannot be made may be somebody else's, and no policy may name it; one without its
// rule gets no role that writes into it.
func TestRolesEndAtAFailure(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]struct{ rights, policies int }{"mb": {0, 0}, "api": {0, 0}, "CreateRole": {0, 0}, "create-project": {3, 3}} {
		told, err := rolesSaid(t, "", command)
		if err == nil {
			t.Errorf("%s fails, and the commands end well", command)
		}
		if !strings.Contains(told, command) || strings.Contains(told, "create-log-store") || strings.Count(told, "AttachPolicyToRole") != want.rights || strings.Count(told, "CreatePolicy ") != want.policies {
			t.Errorf("%s fails, and this was told:\n%s", command, told)
		}
	}
}

// TestRolesOfAnUpdate prints new versions of the same documents and the index, and
// makes nothing new.
func TestRolesOfAnUpdate(t *testing.T) {
	t.Parallel()
	told, err := rolesSaid(t, "UPDATE=yes DOOR=yes OPERATOR=yes", "")
	if err != nil {
		t.Fatal(err)
	}
	rights, _, _ := strings.Cut(told, "ossutil api ")
	versions := strings.Split(rights, "ram CreatePolicyVersion ")[1:]
	if len(versions) != 6 {
		t.Errorf("%d policies get a new version, want 6", len(versions))
	}
	for _, v := range versions {
		flags, document, _ := strings.Cut(v, "--PolicyDocument ")
		if _, err := ram.ParsePolicy([]byte(document)); err != nil || !strings.Contains(flags, "--SetAsDefault true") {
			t.Errorf("%s%v", v, err)
		}
	}
	if strings.Count(told, "sls update-index ") != 1 {
		t.Errorf("the index is not brought up to date:\n%s", told)
	}
	for _, other := range []string{"CreateRole", "Attach", "CreatePolicy ", "oss ", "sls create"} {
		if strings.Contains(told, other) {
			t.Errorf("%s is told:\n%s", other, told)
		}
	}
}

// TestRolesSetTheRule: the bucket gets the rule against overwriting when it is made
// and with each update, unless somebody says that his CLI cannot.
func TestRolesSetTheRule(t *testing.T) {
	t.Parallel()
	for variables, want := range map[string]int{"": 1, "UPDATE=yes": 1, "OVERWRITE_RULE=no": 0, "UPDATE=yes OVERWRITE_RULE=no": 0} {
		told, err := rolesSaid(t, variables, "")
		if err != nil {
			t.Errorf("%s: %v", variables, err)
		}
		_, rule, _ := strings.Cut(told, "ossutil api put-bucket-overwrite-config --bucket my-state --overwrite-configuration ")
		rule, _, _ = strings.Cut(rule, " --region cn-hongkong\n")
		file := strings.TrimSpace(string(read(t, filepath.Join(root, "deploy", "overwrite.json"))))
		if got := strings.Count(told, "put-bucket-overwrite-config"); got != want || want == 1 && rule != file {
			t.Errorf("%s: the rule is set %d times, want %d; it says\n%s", variables, got, want, rule)
		}
		if made := strings.Index(told, "oss mb "); variables == "" && made > strings.Index(told, "put-bucket-overwrite-config") {
			t.Error("the rule comes before its bucket")
		}
	}
	dir := t.TempDir()
	copyTree(t, filepath.Join(root, "deploy"), filepath.Join(dir, "deploy"))
	said, err := shell(t, dir, "-s", "REGION=cn-hongkong ACCOUNT=1234567890123456 STATE_BUCKET=my-state OVERWRITE_RULE=no sh deploy/roles.sh\n")
	if err != nil || !strings.Contains(said, "# Set the rule of deploy/overwrite.json on my-state") {
		t.Errorf("nobody is told that the rule is missing: %v\n%s", err, said)
	}
}

// TestRolesSwitches: a switch says yes or no; what nobody understands gives no
// rights.
func TestRolesSwitches(t *testing.T) {
	t.Parallel()
	for variables, want := range map[string]string{"": "keep slackcmd", "KEEP=no": "slackcmd", "KEEP=no SLACK=no DOOR=yes": "door", "OPERATOR=yes KEEP=no": "slackcmd operator",
		"OPERATOR=yes": "keep slackcmd operator keeper", "SLACK=no": "keep", "KEEP=yes OPERATOR=no SLACK=no": "keep"} {
		told, err := rolesSaid(t, variables, "")
		if err != nil {
			t.Errorf("%s: %v", variables, err)
		}
		for name, policy := range map[string]string{"keep": "stopdesktops-keep ", "slackcmd": "--PolicyName slackcmd ", "door": "stopdesktops-door ", "operator": "stopdesktops-operator ", "keeper": "stopdesktops-operator-keep "} {
			if got := strings.Contains(told, policy); got != slices.Contains(strings.Fields(want), name) {
				t.Errorf("%s: rights of %s: %v", variables, name, got)
			}
		}
	}
	for _, bad := range []string{"KEEP=No", "KEEP=false", "SLACK=0", "DOOR=false", "OPERATOR=true", "UPDATE=1", "OVERWRITE_RULE=off", "ACCOUNT=alice"} {
		if told, err := rolesSaid(t, bad, ""); err == nil || told != "" {
			t.Errorf("%s: %v, and this was told:\n%s", bad, err, told)
		}
	}
}
