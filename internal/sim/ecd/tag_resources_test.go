package ecd

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// tagging is RegionId, ResourceType and ResourceId.N for some desktops.
func tagging(desktops ...string) params {
	p := params{"RegionId": region, "ResourceType": "ALIYUN::GWS::INSTANCE"}
	for i, id := range desktops {
		p[fmt.Sprintf("ResourceId.%d", i+1)] = id
	}
	return p
}

func tag(key, value string) params { return params{"Tag.1.Key": key, "Tag.1.Value": value} }

func (c *cloud) tagsOf(id string) map[string]string {
	c.t.Helper()
	d, ok := c.Desktop(region, id)
	if !ok {
		c.t.Fatalf("no desktop %s", id)
	}
	return d.Tags
}

func numbered(name string, n int) params {
	p := params{}
	for i := range n {
		p[fmt.Sprintf(name, i+1)] = fmt.Sprintf("x%03d", i)
	}
	return p
}

func TestTagAndUntag(t *testing.T) {
	steps := []struct {
		name      string
		operation string
		p         params
		a, b      map[string]string // tags afterwards
		effect    []string
	}{
		{"a new tag on two", "TagResources", tagging("ecd-a", "ecd-b").with(tag("env", "dev")), map[string]string{"env": "dev"}, map[string]string{"env": "dev", "old": "1"}, []string{"ecd-a", "ecd-b"}},
		{"again", "TagResources", tagging("ecd-a", "ecd-b").with(tag("env", "dev")), map[string]string{"env": "dev"}, map[string]string{"env": "dev", "old": "1"}, nil},
		{"another value", "TagResources", tagging("ecd-a").with(tag("env", "prod")), map[string]string{"env": "prod"}, map[string]string{"env": "dev", "old": "1"}, []string{"ecd-a"}},
		{"no value is an empty one", "TagResources", tagging("ecd-a", "ecd-a").with(params{"Tag.1.Key": "env"}), map[string]string{"env": ""}, map[string]string{"env": "dev", "old": "1"}, []string{"ecd-a"}},
		{"colons, a time and aliyun in a value", "TagResources", tagging("ecd-a").with(tag("stopdesktops:keep-until", "2026-03-01T23:00:00+01:00")).with(params{"Tag.2.Key": "v", "Tag.2.Value": "aliyun"}),
			map[string]string{"env": "", "stopdesktops:keep-until": "2026-03-01T23:00:00+01:00", "v": "aliyun"}, map[string]string{"env": "dev", "old": "1"}, []string{"ecd-a"}},
		{"a key away", "UntagResources", tagging("ecd-a", "ecd-b").with(params{"TagKey.1": "v", "TagKey.2": "old"}), map[string]string{"env": "", "stopdesktops:keep-until": "2026-03-01T23:00:00+01:00"}, map[string]string{"env": "dev"}, []string{"ecd-a", "ecd-b"}},
		{"a key that is not there", "UntagResources", tagging("ecd-b").with(params{"TagKey.1": "v"}), map[string]string{"env": "", "stopdesktops:keep-until": "2026-03-01T23:00:00+01:00"}, map[string]string{"env": "dev"}, nil},
		{"All beside a key does nothing", "UntagResources", tagging("ecd-b").with(params{"TagKey.1": "v", "All": "true"}), map[string]string{"env": "", "stopdesktops:keep-until": "2026-03-01T23:00:00+01:00"}, map[string]string{"env": "dev"}, nil},
		{"all", "UntagResources", tagging("ecd-a").with(params{"All": "true"}), nil, map[string]string{"env": "dev"}, []string{"ecd-a"}},
	}
	c := newCloud(t, Options{})
	c.add(Desktop{ID: "ecd-a"}, Desktop{ID: "ecd-b", Tags: map[string]string{"old": "1"}})
	for _, s := range steps {
		must(t)(c.admin(s.operation, s.p))
		if a, b := c.tagsOf("ecd-a"), c.tagsOf("ecd-b"); !maps.Equal(a, s.a) || !maps.Equal(b, s.b) {
			t.Errorf("%s: tags are %v and %v, want %v and %v", s.name, a, b, s.a, s.b)
		}
		if call := c.lastCall(); !slices.Equal(call.Effect, s.effect) {
			t.Errorf("%s: effect %v, want %v", s.name, call.Effect, s.effect)
		}
	}
}

func TestTagRefusals(t *testing.T) {
	full := map[string]string{}
	for i := range maxTagsPerDesktop {
		full[fmt.Sprint("k", i)] = ""
	}
	one := tagging("ecd-a")
	tests := []struct {
		name, operation string
		p               params
		code            string
	}{
		{"no region", "TagResources", one.with(tag("k", "v")).without("RegionId"), "MissingRegionId"},
		{"no resource type", "TagResources", one.with(tag("k", "v")).without("ResourceType"), "MissingResourceType"},
		{"another resource type", "TagResources", one.with(tag("k", "v")).with(params{"ResourceType": "desktop"}), "InvalidParameter"},
		{"no desktop", "TagResources", tagging().with(tag("k", "v")), "MissingResourceId"},
		{"no tag", "TagResources", one, "MissingTag"},
		{"51 desktops", "TagResources", tagging().with(numbered("ResourceId.%d", 51)).with(tag("k", "v")), "InvalidParameter"},
		{"21 tags", "TagResources", one.with(numbered("Tag.%d.Key", 21)), "InvalidParameter"},
		{"a key twice", "TagResources", one.with(tag("k", "v")).with(params{"Tag.2.Key": "k", "Tag.2.Value": "w"}), "InvalidParameter"},
		{"empty key", "TagResources", one.with(tag("", "v")), "MissingTag.1.Key"},
		{"key of spaces", "TagResources", one.with(tag("  ", "v")), "InvalidParameter"},
		{"key too long", "TagResources", one.with(tag(strings.Repeat("ä", 129), "v")), "InvalidParameter"},
		{"value too long", "TagResources", one.with(tag("k", strings.Repeat("v", 129))), "InvalidParameter"},
		{"key of the vendor", "TagResources", one.with(tag("Aliyun.k", "v")), "InvalidParameter"},
		{"another key of the vendor", "TagResources", one.with(tag("acs:k", "v")), "InvalidParameter"},
		{"key with an address", "TagResources", one.with(tag("see http://x", "v")), "InvalidParameter"},
		{"value of the vendor", "TagResources", one.with(tag("k", "acs:v")), "InvalidParameter"},
		{"value with an address", "TagResources", one.with(tag("k", "https://x")), "InvalidParameter"},
		{"one unknown desktop", "TagResources", tagging("ecd-a", "ecd-404").with(tag("k", "v")), "InvalidResourceId.NotFound"},
		{"one desktop with 20 tags", "TagResources", tagging("ecd-a", "ecd-full").with(tag("k", "v")), "QuotaExceeded.TagsPerResource"},
		{"a value of 20 tags may change, not their number", "TagResources", tagging("ecd-full").with(tag("k0", "v")).with(params{"Tag.2.Key": "new"}), "QuotaExceeded.TagsPerResource"},
		{"untag nothing", "UntagResources", one, "MissingTagKey"},
		{"untag not all", "UntagResources", one.with(params{"All": "false"}), "MissingTagKey"},
		{"untag 21", "UntagResources", one.with(numbered("TagKey.%d", 21)), "InvalidParameter"},
		{"untag a key of the vendor", "UntagResources", one.with(params{"TagKey.1": "acs:k"}), "InvalidParameter"},
		{"untag an unknown desktop", "UntagResources", tagging("ecd-a", "ecd-404").with(params{"TagKey.1": "was"}), "InvalidResourceId.NotFound"},
		{"untag no desktop", "UntagResources", tagging().with(params{"All": "true"}), "MissingResourceId"},
		{"list nothing", "ListTagResources", tagging(), "MissingResourceId"},
		{"list 51", "ListTagResources", tagging().with(numbered("ResourceId.%d", 51)), "InvalidParameter"},
		{"list with a foreign token", "ListTagResources", one.with(params{"NextToken": "AAAA"}), "InvalidParameter"},
		{"list without resource type", "ListTagResources", one.without("ResourceType"), "MissingResourceType"},
		{"list by the wrong name", "ListTagResources", one.with(params{"DesktopId.1": "ecd-a"}), "InvalidParameter"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, Options{})
			c.add(Desktop{ID: "ecd-a", Tags: map[string]string{"was": "1"}}, Desktop{ID: "ecd-full", Tags: full})
			_, err := c.admin(tt.operation, tt.p)
			wantRefusal(t, err, tt.code, 400)
			if got := c.tagsOf("ecd-a"); !maps.Equal(got, map[string]string{"was": "1"}) || !maps.Equal(c.tagsOf("ecd-full"), full) {
				t.Errorf("a refused call changed tags: %v", got)
			}
		})
	}
}

// Limits are no tighter than documented.
func TestTagLimitsReached(t *testing.T) {
	c := newCloud(t, Options{})
	all := c.fleetOf(50, nil)
	p := tagging(all...).with(numbered("Tag.%d.Key", 20))
	p["Tag.1.Key"], p["Tag.1.Value"] = strings.Repeat("ä", 128), strings.Repeat("ö", 128)
	must(t)(c.admin("TagResources", p))
	for _, id := range all {
		if got := len(c.tagsOf(id)); got != 20 {
			t.Fatalf("%s has %d tags", id, got)
		}
	}
}

// tagPages reads every page of ListTagResources as "id key=value".
func (c *cloud) tagPages(p params) (found []string, sizes []int) {
	c.t.Helper()
	for token := ""; ; {
		page := p
		if token != "" {
			page = p.with(params{"NextToken": token})
		}
		answer := must(c.t)(c.admin("ListTagResources", page))
		rows := rowsOf(c.t, answer, "TagResources")
		for _, r := range rows {
			if r["ResourceType"] != "ALIYUN::GWS::INSTANCE" {
				c.t.Errorf("resource type %v", r["ResourceType"])
			}
			found = append(found, fmt.Sprintf("%s %s=%s", r["ResourceId"], r["TagKey"], r["TagValue"]))
		}
		sizes = append(sizes, len(rows))
		if token, _ = answer["NextToken"].(string); token == "" {
			return found, sizes
		}
	}
}

func TestListTagResources(t *testing.T) {
	c := newCloud(t, Options{})
	c.add(
		Desktop{ID: "ecd-a", Tags: map[string]string{"env": "dev", "team": "x", "z": ""}},
		Desktop{ID: "ecd-none"},
		Desktop{ID: "ecd-b", Tags: map[string]string{"env": "prod", "team": "x"}},
		Desktop{ID: "ecd-pool", PoolID: "dg-1", Tags: map[string]string{"env": "dev"}},
		Desktop{ID: "ecd-a", Region: "cn-shanghai", Tags: map[string]string{"env": "elsewhere"}},
	)
	a, b, pool := []string{"ecd-a env=dev", "ecd-a team=x", "ecd-a z="}, []string{"ecd-b env=prod", "ecd-b team=x"}, []string{"ecd-pool env=dev"}
	everybody := tagging("ecd-pool", "ecd-b", "ecd-404", "ecd-none", "ecd-a", "ecd-a")
	tests := []struct {
		name  string
		p     params
		want  []string
		pages []int
	}{
		{"by id, with unknown, untagged and repeated ones", everybody, slices.Concat(a, b, pool), []int{6}},
		{"a page ends inside a desktop", everybody.with(params{"MaxResults": "4"}), slices.Concat(a, b, pool), []int{4, 2}},
		{"one at a time", everybody.with(params{"MaxResults": "1"}), slices.Concat(a, b, pool), []int{1, 1, 1, 1, 1, 1}},
		{"just full", everybody.with(params{"MaxResults": "6"}), slices.Concat(a, b, pool), []int{6}},
		{"no tags at all", tagging("ecd-none"), nil, []int{0}},
		{"by tag", tagging().with(tag("env", "dev")), slices.Concat(a, pool), []int{4}},
		{"by key", tagging().with(params{"Tag.1.Key": "team"}), slices.Concat(a, b), []int{5}},
		{"by id and tag", tagging("ecd-b", "ecd-none").with(params{"Tag.1.Key": "team"}), b, []int{2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, pages := c.tagPages(tt.p)
			wantIDs(t, "tags", found, tt.want...)
			if !slices.Equal(pages, tt.pages) {
				t.Errorf("pages of %v, want %v", pages, tt.pages)
			}
		})
	}
	first := must(t)(c.admin("ListTagResources", everybody.with(params{"MaxResults": "4"})))
	_, err := c.admin("ListTagResources", tagging("ecd-a").with(params{"NextToken": first["NextToken"].(string)}))
	wantRefusal(t, err, "InvalidParameter", 400)
}
