package truth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/oss"
)

const overwriteFile = "deploy/overwrite.json"

// records is where internal/journal keeps what is written once. The freeze is beside it.
const records = "runs/"

// overwriteRule is a rule against overwriting in the words of OSS. A prefix that is
// not there and an empty one are the same.
type overwriteRule struct {
	ID, Action, Prefix, Suffix string
	Principals                 any
}

// bucket holds the bucket's rule against overwriting in the stack, in what
// `make roles` prints and in the local double to each other and to the code.
func (t *tree) bucket(s *template) {
	want := overwriteRule{ID: "runs-once", Action: "forbid", Prefix: records}
	var state, held []string
	for name, r := range s.Resources {
		p := properties(r.Properties)
		switch r.Type {
		case "ALIYUN::OSS::Bucket":
			state = append(state, name)
			if _, there := p["VersioningConfiguration"]; there {
				t.bad(templateFile, "%s says something of versioning, and a record is written once only where it was never on", name)
			}
		case "ALIYUN::OSS::BucketOverwriteConfig":
			of, _ := attribute(p["Bucket"])
			held = append(held, of)
			t.oneRule(templateFile, stackRules(p), want)
			if r.Deletion != s.Resources[of].Deletion || r.Condition != s.Resources[of].Condition {
				t.bad(templateFile, "%s comes or goes without its bucket", name)
			}
		}
	}
	t.compareSets(templateFile, "rule against overwriting of", held, state)

	var file struct{ Rule []overwriteRule }
	if err := strictJSON(t.read(overwriteFile), &file); err != nil {
		t.bad(overwriteFile, "%v", err)
	}
	t.oneRule(overwriteFile, file.Rule, want)
	if text := t.read("deploy/roles.sh"); !strings.Contains(text, "\naliyun ossutil api put-bucket-overwrite-config ") || !strings.Contains(text, `$(cat "$here/overwrite.json")`) {
		t.bad("deploy/roles.sh", "does not print the command that sets %s", overwriteFile)
	}

	double, err := cloud.OverwriteRules(t.root)
	if err != nil || !slices.Equal(double, []oss.OverwriteRule{{Prefix: want.Prefix}}) {
		t.bad(templateFile, "the local double takes %+v from it, %v", double, err)
	}

	if text := t.read("internal/journal/kinds.go"); !strings.Contains(text, `"`+records+`%s/%s"`) {
		t.bad("internal/journal", "the records are not under %s, which is what the bucket's rule holds", records)
	}
	t.nobodyChanges()
}

// stackRules are the rules in the stack's words.
func stackRules(p properties) (all []overwriteRule) {
	for _, one := range p.list("Rule") {
		m, _ := one.(map[string]any)
		r := properties(m)
		all = append(all, overwriteRule{r.text("Id"), r.text("Action"), r.text("Prefix"), r.text("Suffix"), r["Principals"]})
	}
	return all
}

func (t *tree) oneRule(file string, rules []overwriteRule, want overwriteRule) {
	if got := fmt.Sprintf("%+v", rules); got != fmt.Sprintf("%+v", []overwriteRule{want}) {
		t.bad(file, "the bucket's rules against overwriting are %s, want %+v alone", got, want)
	}
}

func strictJSON(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// nobodyChanges holds every document of deploy/ram, an operator's too, to the rights
// with which records can be written and read: with any other of OSS, or with the one
// to remove elsewhere than the freeze, its holder could replace records after all.
func (t *tree) nobodyChanges() {
	for _, name := range []string{"stopdesktops", "keep", "door", "slackcmd", "operator"} {
		for _, r := range t.document(name) {
			switch {
			case strings.HasPrefix(r.Action, "oss:") && !slices.Contains([]string{"oss:PutObject", "oss:GetObject", "oss:DeleteObject", "oss:ListObjects"}, r.Action),
				r.Action == "oss:DeleteObject" && r.Resource != "acs:oss:*:*:${STATE_BUCKET}/freeze":
				t.bad("deploy/ram/"+name+".json", "allows %s on %s, so its holder can replace records after all", r.Action, r.Resource)
			}
		}
	}
}
