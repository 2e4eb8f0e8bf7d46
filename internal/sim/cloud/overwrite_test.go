package cloud

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/sim/oss"
)

// TestOverwriteRules reads what the project's own stack sets.
func TestOverwriteRules(t *testing.T) {
	got, err := OverwriteRules(filepath.Join("..", "..", ".."))
	if want := []oss.OverwriteRule{{Prefix: "runs/"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

// TestBadOverwriteRules: what the double would have to leave out starts no cloud.
func TestBadOverwriteRules(t *testing.T) {
	const head = "Resources:\n  Rules:\n    Type: ALIYUN::OSS::BucketOverwriteConfig\n    Properties:\n      Bucket: b\n"
	for name, c := range map[string]struct{ text, want string }{
		"no resource":        {"Resources: {}\n", "has no ALIYUN::OSS::BucketOverwriteConfig"},
		"no rule":            {head, "has no ALIYUN::OSS::BucketOverwriteConfig"},
		"a misspelt word":    {head + "      Rule: [{Id: a, Action: forbid, Prefx: runs/}]\n", "Prefx"},
		"for some only":      {head + "      Rule: [{Id: a, Action: forbid, Prefix: runs/, Principals: {Principal: ['1']}}]\n", "Principals"},
		"another verb":       {head + "      Rule: [{Id: a, Action: allow, Prefix: runs/}]\n", `the Action "allow"`},
		"the freeze as well": {head + "      Rule: [{Id: a, Action: forbid}]\n", "holds the freeze as well"},
		"no YAML":            {"Resources: [\n", "template.yml"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			if err := os.WriteFile(filepath.Join(root, "template.yml"), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := OverwriteRules(root); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := OverwriteRules(t.TempDir()); err == nil {
		t.Error("a repository without template.yml has rules")
	}
}
