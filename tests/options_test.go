package tests

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/fc"
)

// withPackedConfig leaves the function to the folder that was packed beside it;
// programs that are in no package are told where that folder is in the tree.
func withPackedConfig(t *testing.T, o *cloud.Options) {
	o.Config = absolute(t, filepath.Join(root, packedConfig))
	if !packed {
		return
	}
	edit := o.Function
	o.Function = func(f *fc.Function) {
		delete(f.Env, "CONFIG_DIR")
		edit(f)
	}
}

// withEnv answers further env() of s.yaml.
func withEnv(env map[string]string) option {
	return func(o *cloud.Options) {
		if o.Env == nil {
			o.Env = map[string]string{}
		}
		for k, v := range env {
			o.Env[k] = v
		}
	}
}

// cloudOptions is what an option changes.
type cloudOptions = cloud.Options

// withConfig gives the function a configuration folder of its own, made of the
// tests' policy and these files.
func withConfig(t *testing.T, files map[string]string) option {
	t.Helper()
	dir := t.TempDir()
	policy, err := os.ReadFile("testdata/config/policy.cedar")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"policy.cedar": string(policy)}
	maps.Copy(all, files)
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return func(o *cloud.Options) { o.Config = dir }
}
