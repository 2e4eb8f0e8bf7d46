package ecd

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

func TestWhereTagsAreRead(t *testing.T) {
	dev := []core.Tag{{Key: "env", Value: "dev"}}
	tests := []struct {
		name   string
		source TagSource
		flaws  sim.Flaw
		narrow []core.Tag
		asks   bool // ListTagResources
	}{
		{"reliable", TagsAuto, 0, nil, false},
		{"reliable under a filter", TagsAuto, 0, dev, false},
		{"no Tags", TagsAuto, sim.TagsAbsent, nil, true},
		{"no Tags under a filter", TagsAuto, sim.TagsAbsent, dev, true},
		{"a filter that the answer belies", TagsAuto, sim.TagsEmpty, dev, true},
		{"a key that the answer belies", TagsAuto, sim.TagsEmpty, []core.Tag{{Key: "env"}}, true},
		{"always", TagsList, 0, nil, true},
		{"always, and no Tags", TagsList, sim.TagsAbsent, nil, true},
		{"always, and empty", TagsList, sim.TagsEmpty, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCloud(t, sim.Options{})
			want := map[string]string{"env": "dev", "stopdesktops:keep": ""}
			if err := c.Add(
				sim.Desktop{Region: region, ID: "ecd-1", Tags: want, Flaws: tt.flaws},
				sim.Desktop{Region: region, ID: "ecd-2", Tags: map[string]string{"env": "dev"}},
			); err != nil {
				t.Fatal(err)
			}
			client := c.client(t, Options{TagSource: tt.source}, inProcess{c})
			all, err := listed(t, client, core.Narrow{Tag: tt.narrow})
			if err != nil {
				t.Fatal(err)
			}
			check := func(how string, all []core.Desktop) {
				if len(all) != 2 || !reflect.DeepEqual(all[0].Tags, want) || all[0].TagsUnknown || len(all[1].Tags) != 1 {
					t.Errorf("%s: got %+v", how, all)
				}
			}
			check("list", all)
			if asked := strings.Contains(strings.Join(c.said(), " "), opListTags); asked != tt.asks {
				t.Errorf("called %v", c.said())
			}
			if tt.asks {
				ids := c.Calls()[1].Params
				if ids.Get("ResourceType") != "ALIYUN::GWS::INSTANCE" || ids.Get("ResourceId.1") != "ecd-1" || ids.Has("ResourceId.2") != (tt.source == TagsList) {
					t.Errorf("asked for the tags of %v", ids)
				}
			}
			if tt.narrow == nil {
				found, err := client.Look(t.Context(), region, []string{"ecd-1", "ecd-2"})
				if err != nil {
					t.Fatal(err)
				}
				check("look", found)
			}
		})
	}
}

// TestManyTags reads the tags of 120 desktops, 20 each, 50 desktops a call and 50
// tags a page.
func TestManyTags(t *testing.T) {
	c := newCloud(t, sim.Options{})
	tags := map[string]string{}
	for i := range tagsEach {
		tags[fmt.Sprint("key-", i)] = fmt.Sprint(i)
	}
	for i := range 120 {
		if err := c.Add(sim.Desktop{Region: region, ID: fmt.Sprintf("ecd-%03d", i), Tags: tags}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := listed(t, c.client(t, Options{TagSource: TagsList}, inProcess{c}), core.Narrow{})
	if err != nil || len(all) != 120 {
		t.Fatalf("%d desktops, %v", len(all), err)
	}
	for _, d := range all {
		if !reflect.DeepEqual(d.Tags, tags) {
			t.Fatalf("%s has %v", d.DesktopId, d.Tags)
		}
	}
	for _, call := range c.Calls() {
		if call.Params.Has("ResourceId.51") {
			t.Error("more than 50 desktops in one call")
		}
	}
}

// TestTagsThatCannotBeRead: what is not known is said, once, and nothing else
// fails for it.
func TestTagsThatCannotBeRead(t *testing.T) {
	tests := []struct {
		name    string
		spoil   func(*cloud)
		unknown string // ids
		calls   int    // of ListTagResources, at most
	}{
		{"no right", func(c *cloud) { c.allow(opDescribe) }, "all", 1},
		{"one desktop", func(c *cloud) {
			c.Update(region, "ecd-017", func(d *sim.Desktop) { d.Flaws |= sim.TagsRefused })
		}, "ecd-017", 2 + 13*tagTries},
		{"two desktops", func(c *cloud) {
			for _, id := range []string{"ecd-000", "ecd-099"} {
				c.Update(region, id, func(d *sim.Desktop) { d.Flaws |= sim.TagsRefused })
			}
		}, "ecd-000 ecd-099", 2 * 13 * tagTries},
		{"none answers", func(c *cloud) { c.Fault(sim.Fault{Operation: opListTags, Kind: sim.InternalError, Count: -1}) }, "all", tagFailures * tagTries},
		{"throttled for good", func(c *cloud) { c.Fault(sim.Fault{Operation: opListTags, Kind: sim.ThrottlePlain, Count: -1}) }, "all", lookTries},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t, sim.Options{Flaws: sim.TagsAbsent})
				var ids []string
				for i := range 100 {
					ids = append(ids, fmt.Sprintf("ecd-%03d", i))
					if err := c.Add(sim.Desktop{Region: region, ID: ids[i], Tags: map[string]string{"env": "dev"}}); err != nil {
						t.Fatal(err)
					}
				}
				tt.spoil(c)
				client := c.client(t, Options{}, inProcess{c})
				if tt.unknown == "all" {
					tt.unknown = strings.Join(ids, " ")
				}
				for how, all := range map[string]func() ([]core.Desktop, error){
					"list": func() ([]core.Desktop, error) { return listed(t, client, core.Narrow{}) },
					"look": func() ([]core.Desktop, error) { return client.Look(t.Context(), region, ids) },
				} {
					before, said := len(c.Calls()), len(c.log.of("tags of desktops could not be read"))
					all, err := all()
					if err != nil || len(all) != 100 {
						t.Fatalf("%s: %d desktops, %v", how, len(all), err)
					}
					var unknown []core.Desktop
					for _, d := range all {
						switch {
						case d.TagsUnknown:
							unknown = append(unknown, d)
							if d.Tags != nil {
								t.Errorf("%s: the tags of %s are unknown and %v", how, d.DesktopId, d.Tags)
							}
						case d.Tags["env"] != "dev":
							t.Errorf("%s: %s has %v", how, d.DesktopId, d.Tags)
						}
					}
					if got := idsOf(unknown); got != tt.unknown {
						t.Errorf("%s: unknown are %q, want %q", how, got, tt.unknown)
					}
					if calls := len(c.Calls()) - before - 1; calls > tt.calls {
						t.Errorf("%s: %d calls of ListTagResources, want at most %d", how, calls, tt.calls)
					}
					lines := c.log.of("tags of desktops could not be read")[said:]
					if len(lines) != 1 || !strings.Contains(lines[0], fmt.Sprintf(`"desktops":%d`, len(unknown))) {
						t.Errorf("%s: the log says %q", how, lines)
					}
				}
			})
		})
	}
}

// TestTagAnswersThatSayNothing: an answer that is not a whole list of tags leaves
// them unknown.
func TestTagAnswersThatSayNothing(t *testing.T) {
	row := `{"ResourceId":"ecd-1","ResourceType":"ALIYUN::GWS::INSTANCE","TagKey":"env","TagValue":"dev"}`
	tests := []struct {
		name, body string
		want       map[string]string
		unknown    bool
	}{
		{"none", `{"RequestId":"R","TagResources":[]}`, nil, false},
		{"null", `{"RequestId":"R","TagResources":null}`, nil, false},
		{"one", `{"TagResources":[` + row + `],"NextToken":""}`, map[string]string{"env": "dev"}, false},
		{"another desktop's", `{"TagResources":[{"ResourceId":"ecd-9","TagKey":"env","TagValue":"dev"}]}`, nil, false},
		{"another resource's", `{"TagResources":[{"ResourceId":"ecd-1","ResourceType":"ALIYUN::GWS::DISK","TagKey":"env"}]}`, nil, false},
		{"no list", `{"RequestId":"R"}`, nil, true},
		{"a word", `{"TagResources":"none"}`, nil, true},
		{"the same page for ever", `{"TagResources":[` + row + `],"NextToken":"a"}`, nil, true},
		{"a page of a proxy", `<html>`, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			handler := func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Acs-Action") == opListTags {
					says(200, "application/json", tt.body)(w, r)
					return
				}
				_ = json.NewEncoder(w).Encode(map[string]any{"Desktops": []map[string]any{{"DesktopId": "ecd-1", "DesktopStatus": "Running"}}})
			}
			client := newCloud(t, sim.Options{}).client(t, Options{}, inProcess{http.HandlerFunc(handler)})
			found, err := client.Look(t.Context(), region, []string{"ecd-1"})
			if err != nil || len(found) != 1 || found[0].TagsUnknown != tt.unknown || !reflect.DeepEqual(found[0].Tags, tt.want) {
				t.Errorf("got %+v, %v", found, err)
			}
		})
	}
}

func TestTagging(t *testing.T) {
	c := newCloud(t, sim.Options{})
	if err := c.Add(sim.Desktop{Region: region, ID: "ecd-1", Tags: map[string]string{"env": "dev"}}, sim.Desktop{Region: region, ID: "ecd-2"}); err != nil {
		t.Fatal(err)
	}
	client := c.client(t, Options{}, inProcess{c})
	keep := core.Tag{Key: "stopdesktops:keep-until", Value: "2026-03-01T23:00:00Z"}
	tags := func() map[string]string { d, _ := c.Desktop(region, "ecd-1"); return d.Tags }
	for range 2 { // twice is once
		if err := client.SetTag(t.Context(), region, "ecd-1", keep); err != nil {
			t.Fatal(err)
		}
		if got := tags(); len(got) != 2 || got[keep.Key] != keep.Value {
			t.Errorf("tags are %v", got)
		}
	}
	if err := client.SetTag(t.Context(), region, "ecd-1", core.Tag{Key: keep.Key}); err != nil || tags()[keep.Key] != "" {
		t.Errorf("an empty value: %v, tags are %v", err, tags())
	}
	for range 2 {
		if err := client.RemoveTag(t.Context(), region, "ecd-1", keep.Key); err != nil {
			t.Fatal(err)
		}
		if got := tags(); !reflect.DeepEqual(got, map[string]string{"env": "dev"}) {
			t.Errorf("tags are %v", got)
		}
	}
	for _, call := range c.Calls() {
		if call.Params.Has("All") || call.Params.Has("ResourceId.2") || call.Params.Get("RegionId") != region {
			t.Errorf("sent %v", call.Params)
		}
	}
	if other, _ := c.Desktop(region, "ecd-2"); len(other.Tags) != 0 {
		t.Error("another desktop was tagged")
	}
	if e := cloudError(t, client.SetTag(t.Context(), region, "ecd-9", keep)); e.Class != core.CloudBadDesktop {
		t.Errorf("an unknown desktop: %+v", e)
	}
}

func TestTagsThatAreRefusedBeforeTheNetwork(t *testing.T) {
	client := newCloud(t, sim.Options{}).client(t, Options{}, answering(func(*http.Request) (*http.Response, error) {
		t.Error("a request went out")
		return nil, http.ErrHandlerTimeout
	}))
	long := strings.Repeat("k", tagRunes+1)
	for _, tag := range []core.Tag{{}, {Key: " "}, {Key: long}, {Key: "a", Value: long}, {Key: "acs:a"}, {Key: "Aliyun-a"}, {Key: "a", Value: "ACS:b"}, {Key: "https://a"}, {Key: "a", Value: "see http://b"}} {
		if e := cloudError(t, client.SetTag(t.Context(), region, "ecd-1", tag)); e.Class != core.CloudBadRequest || e.MayHave || e.Op != opTag {
			t.Errorf("%+v: got %+v", tag, e)
		}
	}
	for _, key := range []string{"", " ", long, "acs:a"} {
		if e := cloudError(t, client.RemoveTag(t.Context(), region, "ecd-1", key)); e.Class != core.CloudBadRequest || e.Op != opUntag {
			t.Errorf("%q: got %+v", key, e)
		}
	}
	if e := cloudError(t, client.RemoveTag(t.Context(), region, "", "a")); e.Class != core.CloudBadRequest {
		t.Errorf("no desktop: %+v", e)
	}
}

func FuzzReadTags(f *testing.F) {
	f.Add([]byte(`{"TagResources":[{"ResourceId":"ecd-1","ResourceType":"ALIYUN::GWS::INSTANCE","TagKey":"env","TagValue":"dev"}],"NextToken":"x"}`))
	f.Add([]byte(`{"tagResources":null}`))
	f.Add([]byte(`{"RequestId":"R"}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var whole map[string]json.RawMessage
		_, ok := readTags(body)
		if ok && json.Unmarshal(body, &whole) == nil && len(whole) == 0 {
			t.Errorf("%q counts as a list of tags", body)
		}
	})
}
