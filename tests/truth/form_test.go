package truth

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// attributes are what Fn::GetAtt may ask of each type of resource, by the
// documentation of Resource Orchestration Service.
var attributes = map[string][]string{
	"ALIYUN::FC3::Function":              {"Arn", "FunctionId", "FunctionName"},
	"ALIYUN::FC3::Trigger":               {"FunctionName", "TriggerId", "TriggerName", "UrlInternet", "UrlIntranet"},
	"ALIYUN::OSS::Bucket":                {"Name", "DomainName", "InternalDomainName"},
	"ALIYUN::OSS::BucketOverwriteConfig": {"Rule"},
	"ALIYUN::RAM::Role":                  {"Arn", "RoleId", "RoleName"},
	"ALIYUN::SLS::Project":               {"Name"},
	"ALIYUN::SLS::Logstore":              {"LogstoreName", "ProjectName"},
}

// pseudo are the parameters that the service fills in. ALIYUN::AccountId is the
// executor's, who may be a RAM user, so no resource name may hold it.
var pseudo = []string{"ALIYUN::Region", "ALIYUN::TenantId"}

// inText is a name within Fn::Sub.
var inText = regexp.MustCompile(`\$\{([^}]+)\}`)

// references checks that everything that is named exists, and that everything
// that exists is named.
func (t *tree) references(s *template) {
	parameters, conditions := map[string]bool{}, map[string]bool{}
	see := func(where string, value any) {
		walk(value, func(key string, value any) {
			switch key {
			case "Ref":
				t.mustBe(where, fmt.Sprint(value), slices.Concat(slices.Collect(maps.Keys(s.Parameters)), slices.Collect(maps.Keys(s.Resources)), pseudo))
				parameters[fmt.Sprint(value)] = true
			case "Fn::GetAtt":
				of, name := attribute(map[string]any{key: value})
				t.mustBe(where, of, slices.Collect(maps.Keys(s.Resources)))
				if r, ok := s.Resources[of]; ok && !slices.Contains(attributes[r.Type], name) {
					t.bad(templateFile, "%s asks for %s of %s, and a %s has no such attribute", where, name, of, r.Type)
				}
			case "Fn::Sub":
				for _, m := range inText.FindAllStringSubmatch(fmt.Sprint(value), -1) {
					t.mustBe(where, m[1], pseudo)
				}
			case "Fn::If":
				if l, _ := value.([]any); len(l) == 3 {
					conditions[fmt.Sprint(l[0])] = true
				}
			}
		})
	}
	for name, r := range s.Resources {
		see(name, map[string]any(r.Properties))
		if r.Condition != "" {
			conditions[r.Condition] = true
		}
		if r.DependsOn != "" {
			t.mustBe(name, r.DependsOn, slices.Collect(maps.Keys(s.Resources)))
		}
	}
	for name, o := range s.Outputs {
		see(name, o.Value)
		if o.Condition != "" {
			conditions[o.Condition] = true
		}
	}
	for name, c := range s.Conditions {
		see(name, c)
	}
	t.compareSets(templateFile, "condition", slices.Sorted(maps.Keys(s.Conditions)), slices.Sorted(maps.Keys(conditions)))
	for name := range s.Parameters {
		if !parameters[name] {
			t.bad(templateFile, "parameter %s is used nowhere", name)
		}
	}
}

func (t *tree) mustBe(where, name string, known []string) {
	if !slices.Contains(known, name) {
		t.bad(templateFile, "%s names %s, which does not exist", where, name)
	}
}

// walk visits every key of a value, at any depth.
func walk(value any, visit func(key string, value any)) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			visit(key, inner)
			walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			walk(inner, visit)
		}
	}
}

// form checks what a person sees in the console, which shows no other page of the
// project.
func (t *tree) form(s *template) {
	t.keysOf(s)
	t.groups(s)
	t.told(s)
	t.values(s)
	t.packages(s)
	t.together(s)
	t.outputs(s)
}

// sectionKeys are the attributes that the service knows in each section, by the
// documentation of Resource Orchestration Service; a star marks those that must be
// there.
var sectionKeys = map[string]string{
	"Parameters": `Type* Default AllowedValues AllowedPattern MinLength MaxLength MinValue MaxValue NoEcho Label* Description* ConstraintDescription
		AssociationProperty AssociationPropertyMetadata Required`,
	"Rules":   "RuleCondition Assertions*",
	"Outputs": "Condition Label* Description* Value*",
}

// keysOf finds misspelt attributes, which would do nothing.
func (t *tree) keysOf(s *template) {
	for section, line := range sectionKeys {
		for name, m := range s.raw[section] {
			t.keys(name, line, m)
			for _, a := range properties(m).list("Assertions") {
				one, _ := a.(map[string]any)
				t.keys(name+".Assertions", "Assert* AssertDescription*", one)
			}
		}
	}
}

// groups checks that each parameter is in one group, with a label in both
// languages.
func (t *tree) groups(s *template) {
	var grouped []string
	for _, g := range s.Metadata.Interface.Groups {
		if !g.Label.Default.both() {
			t.bad(templateFile, "the group of %s has no label in both languages", strings.Join(g.Parameters, ", "))
		}
		for _, p := range g.Parameters {
			if slices.Contains(grouped, p) {
				t.bad(templateFile, "parameter %s is in two groups", p)
			}
			grouped = append(grouped, p)
		}
	}
	t.compareSets(templateFile, "parameter in a group:", grouped, slices.Sorted(maps.Keys(s.Parameters)))
	for name, p := range s.Parameters {
		if !p.Label.both() {
			t.bad(templateFile, "parameter %s has no label in both languages", name)
		}
	}
}

// chinese is a character that only a Chinese text has.
var chinese = regexp.MustCompile(`\p{Han}`)

// both says whether a text is there in English and in Chinese.
func (l label) both() bool {
	return l.English != "" && !chinese.MatchString(l.English) && chinese.MatchString(l.Chinese)
}
