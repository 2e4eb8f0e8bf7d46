package policy

import (
	"slices"
	"testing"
)

func TestRegionsThatPoliciesCompare(t *testing.T) {
	for body, want := range map[string][]Compared{
		`true`:                                 nil,
		`resource.region == "cn-hangzhou"`:     {{"cn-hangzhou", 3}},
		`"cn-a" != resource.region`:            {{"cn-a", 3}},
		`"cn-a" ==` + "\n" + `resource.region`: {{"cn-a", 3}},
		`resource.name == "a" && resource.region == "b" || resource.region like "cn-*"`:        {{"b", 3}},
		`["cn-a",` + "\n" + `"cn-b"].contains(resource.region) && ["c"].contains(resource.id)`: {{"cn-a", 3}, {"cn-b", 4}},
		`resource.region == resource.name // == "cn-a"`:                                        nil,
		`[resource.name, "cn-a"].contains(resource.region)`:                                    {{"cn-a", 3}},
		`resource.name == resource.region && "a" == resource.name`:                             nil,
	} {
		p := parse(t, everybody+"\nforbid (principal, action == Action::\"stop\", resource) when {\n"+body+"\n};")
		if got := p.Regions(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
}
