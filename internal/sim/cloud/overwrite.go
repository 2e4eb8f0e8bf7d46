package cloud

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"stopdesktops/internal/sim/oss"
)

// overwriteType is the resource of template.yml that holds the bucket's rules
// against overwriting.
const overwriteType = "ALIYUN::OSS::BucketOverwriteConfig"

// OverwriteRules are the rules against overwriting that template.yml of a repository
// sets on its bucket, so that what the stack leaves out is missing here too. A word
// of a rule that the double does not know is an error, and so is no rule at all.
func OverwriteRules(root string) ([]oss.OverwriteRule, error) {
	const file = "template.yml"
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return nil, fmt.Errorf("read the rules of the bucket: %w", err)
	}
	var stack struct {
		Resources map[string]struct {
			Type       string    `yaml:"Type"`
			Properties yaml.Node `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &stack); err != nil {
		return nil, fmt.Errorf("read the rules of the bucket: %s: %w", file, err)
	}
	var rules []oss.OverwriteRule
	for name, r := range stack.Resources {
		if r.Type != overwriteType {
			continue
		}
		of, err := overwriteRules(&r.Properties)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, name, err)
		}
		rules = append(rules, of...)
	}
	if len(rules) == 0 {
		return nil, fmt.Errorf("%s has no %s with a rule, so whoever may write a record could replace it", file, overwriteType)
	}
	return rules, nil
}

// overwriteRules reads the properties of one resource, strictly.
func overwriteRules(properties *yaml.Node) ([]oss.OverwriteRule, error) {
	text, err := yaml.Marshal(properties)
	if err != nil {
		return nil, err
	}
	var p struct {
		Bucket any `yaml:"Bucket"`
		Rule   []struct {
			ID     string `yaml:"Id"`
			Action string `yaml:"Action"`
			Prefix string `yaml:"Prefix"`
			Suffix string `yaml:"Suffix"`
		} `yaml:"Rule"`
	}
	strict := yaml.NewDecoder(bytes.NewReader(text))
	strict.KnownFields(true)
	if err := strict.Decode(&p); err != nil {
		return nil, err
	}
	var rules []oss.OverwriteRule
	for _, r := range p.Rule {
		if r.Action != "forbid" {
			return nil, fmt.Errorf("the rule %q has the Action %q; want forbid", r.ID, r.Action)
		}
		if r.Prefix == "" && r.Suffix == "" {
			return nil, errors.New("a rule without prefix and suffix holds the freeze as well, which must be replaced")
		}
		rules = append(rules, oss.OverwriteRule{Prefix: r.Prefix, Suffix: r.Suffix})
	}
	return rules, nil
}
