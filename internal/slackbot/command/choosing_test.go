package command

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stopdesktops/internal/core"
)

func TestSelections(t *testing.T) {
	env := func(v string) []core.Tag { return []core.Tag{{Key: "env", Value: v}} }
	for name, c := range map[string]struct {
		in   string
		want Parsed
	}{
		"a tag":                 {"tag:env=dev", Parsed{Select: &core.Selection{Tag: env("dev")}}},
		"a tag, equals":         {"tag=env=dev", Parsed{Select: &core.Selection{Tag: env("dev")}}},
		"any value":             {"tag:env", Parsed{Select: &core.Selection{Tag: env("")}}},
		"a key with a colon":    {"tag:stopdesktops:keep=yes", Parsed{Select: &core.Selection{Tag: []core.Tag{{Key: "stopdesktops:keep", Value: "yes"}}}}},
		"a quoted key":          {"tag:'a:b'", Parsed{Select: &core.Selection{Tag: []core.Tag{{Key: "a:b"}}}}},
		"quotes in a tag":       {"tag:“cost centre”=‘R and D’", Parsed{Select: &core.Selection{Tag: []core.Tag{{Key: "cost centre", Value: "R and D"}}}}},
		"equals in a tag":       {"tag:a=b=c", Parsed{Select: &core.Selection{Tag: []core.Tag{{Key: "a", Value: "b=c"}}}}},
		"everything at once":    {"tag:env=dev user:alice pool:dg-1 site:cn-hangzhou+dir-1 group:rg-1 name:web-* charge:PostPaid status:Running conn:Disconnected idle:30m up:4h pooled out of hours", Parsed{Reason: "out of hours", Select: &core.Selection{Tag: env("dev"), EndUserId: []string{"alice"}, DesktopGroupId: []string{"dg-1"}, OfficeSiteId: []string{"cn-hangzhou+dir-1"}, ResourceGroupId: []string{"rg-1"}, DesktopName: []string{"web-*"}, ChargeType: []string{"PostPaid"}, DesktopStatus: []string{"Running"}, ConnectionStatus: []string{"Disconnected"}, IdleFor: "30m", UpFor: "4h", Pooled: true}}},
		"case of what we know":  {"TAG:Env=Dev charge=prepaid status=RUNNING conn:unknown", Parsed{Select: &core.Selection{Tag: []core.Tag{{Key: "Env", Value: "Dev"}}, ChargeType: []string{"PrePaid"}, DesktopStatus: []string{"Running"}, ConnectionStatus: []string{"Unknown"}}}},
		"several of one word":   {"user:alice user:Bob user:alice", Parsed{Select: &core.Selection{EndUserId: []string{"alice", "Bob"}}}},
		"behind commas":         {"user:alice,bob,'c d', force", Parsed{Force: true, Select: &core.Selection{EndUserId: []string{"alice", "bob", "c d"}}}},
		"a word behind a comma": {"user:alice,force,tag:env=dev", Parsed{Force: true, Select: &core.Selection{EndUserId: []string{"alice"}, Tag: env("dev")}}},
		"a name in quotes":      {"name:'my desk*'", Parsed{Select: &core.Selection{DesktopName: []string{"my desk*"}}}},
		"a name in smart":       {"name:“my desk*”.", Parsed{Select: &core.Selection{DesktopName: []string{"my desk*"}}}},
		"a quote in a name":     {"name:'alice''s pc'", Parsed{Select: &core.Selection{DesktopName: []string{"alice's pc"}}}},
		"a quote in a word":     {"user:o'brien", Parsed{Select: &core.Selection{EndUserId: []string{"o'brien"}}}},
		"a mail address":        {"user:<mailto:alice@example.com|alice@example.com>", Parsed{Select: &core.Selection{EndUserId: []string{"alice@example.com"}}}},
		"a host":                {"name:<http://a.example.com|a.example.com>.", Parsed{Select: &core.Selection{DesktopName: []string{"a.example.com"}}}},
		"Chinese":               {"name:研发* tag：部门＝财务", Parsed{Select: &core.Selection{DesktopName: []string{"研发*"}, Tag: []core.Tag{{Key: "部门", Value: "财务"}}}}},
		"backticks":             {"`tag:env=dev` `mine`", Parsed{Mine: true, Select: &core.Selection{Tag: env("dev")}}},
		"regions":               {"tag:env=dev region=cn-hangzhou region=cn-beijing", Parsed{Select: &core.Selection{Tag: env("dev"), RegionId: []string{"cn-hangzhou", "cn-beijing"}}}},
		"regions before":        {"region=cn-hangzhou region=cn-hangzhou tag:env=dev", Parsed{Select: &core.Selection{Tag: env("dev"), RegionId: []string{"cn-hangzhou"}}}},
		"every region":          {"tag:env=dev region=all", Parsed{Select: &core.Selection{Tag: env("dev"), RegionId: []string{"all"}}}},
		"all":                   {"all region=cn-hangzhou region=cn-beijing", Parsed{All: true, Select: &core.Selection{RegionId: []string{"cn-hangzhou", "cn-beijing"}}}},
		"all that run":          {"all region=all status:Running pooled", Parsed{All: true, Select: &core.Selection{RegionId: []string{"all"}, DesktopStatus: []string{"Running"}, Pooled: true}}},
		"except":                {"tag:env=dev except tag:team=db, ecd-abc and ecd-def name:'*-gold' tidy up", Parsed{Reason: "tidy up", Select: &core.Selection{Tag: env("dev")}, Except: &core.Selection{DesktopId: []string{"ecd-abc", "ecd-def"}, Tag: []core.Tag{{Key: "team", Value: "db"}}, DesktopName: []string{"*-gold"}}}},
		"all except":            {"all region=cn-hangzhou except user:alice force", Parsed{All: true, Force: true, Select: &core.Selection{RegionId: []string{"cn-hangzhou"}}, Except: &core.Selection{EndUserId: []string{"alice"}}}},
		"mine":                  {"mine", Parsed{Mine: true}},
		"mine, and more":        {"mine idle:30m region=cn-hangzhou", Parsed{Mine: true, Select: &core.Selection{IdleFor: "30m", RegionId: []string{"cn-hangzhou"}}}},
		"a person":              {"<@U123|alice>", Parsed{People: []string{"U123"}}},
		"two people":            {"<@U123|alice>, <@W9> they left", Parsed{People: []string{"U123", "W9"}, Reason: "they left"}},
		"a person for a user":   {"user:<@U123|alice>", Parsed{People: []string{"U123"}}},
		"a person's id":         {"@U123 @U123", Parsed{People: []string{"U123"}}},
		"a person in a reason":  {"tag:env=dev because <@U123|alice> says so", Parsed{Reason: "because @alice says so", Select: &core.Selection{Tag: env("dev")}}},
		"a person behind ids":   {"ecd-abc <@U123|alice> asked", Parsed{IDs: []string{"ecd-abc"}, Reason: "@alice asked"}},
		"limits":                {"tag:env=dev grace=45m minuptime=1h30m canary=0 maxfailures=5%", Parsed{Select: &core.Selection{Tag: env("dev")}, Grace: "45m", MinUptime: "1h30m", Canary: pointer(0), MaxFailures: "5%"}},
		"limits of ids":         {"ecd-abc canary=1 maxfailures=2", Parsed{IDs: []string{"ecd-abc"}, Canary: pointer(1), MaxFailures: "2"}},
		"stop as a verb":        {"stop tag:env=dev", Parsed{Select: &core.Selection{Tag: env("dev")}}},
		"said no":               {"pooled=no mine", Parsed{Mine: true}},
		// Behind an id these are words like any other.
		"all in the reason":    {"ecd-abc all good", Parsed{IDs: []string{"ecd-abc"}, Reason: "all good"}},
		"mine in the reason":   {"ecd-abc mine is broken", Parsed{IDs: []string{"ecd-abc"}, Reason: "mine is broken"}},
		"user in the reason":   {"ecd-abc user: alice left", Parsed{IDs: []string{"ecd-abc"}, Reason: "user: alice left"}},
		"idle in the reason":   {"ecd-abc idle since Monday", Parsed{IDs: []string{"ecd-abc"}, Reason: "idle since Monday"}},
		"except in the reason": {"ecd-abc except it is not", Parsed{IDs: []string{"ecd-abc"}, Reason: "except it is not"}},
		"group in the reason":  {"ecd-abc grouped wrongly", Parsed{IDs: []string{"ecd-abc"}, Reason: "grouped wrongly"}},
	} {
		c.want.Verb = VerbStop
		got, problems := parse(c.in)
		if len(problems) > 0 || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: parse(%q)\n = %+v, %+v\nwant %+v", name, c.in, got, problems, c.want)
			continue
		}
		if !got.Repeats() {
			t.Errorf("%s: %q reads otherwise", name, got.Text())
		}
		if q := got.Request(); !got.Mine && len(got.People) == 0 {
			if err := sampleRules.Validate(core.Slack, q); err != nil {
				t.Errorf("%s: the core says %v", name, err)
			}
			if back := ParsedOf(q); !reflect.DeepEqual(back, got) {
				t.Errorf("%s: ParsedOf = %+v", name, back)
			}
		}
	}
}

func TestSelectionProblems(t *testing.T) {
	for name, c := range map[string]struct{ in, word, say string }{
		"ids and a selection":    {"ecd-abc tag:env=dev", "tag:env=dev", "Leave the ids out"},
		"a selection and ids":    {"tag:env=dev ecd-abc", "ecd-abc", "except ecd-abc"},
		"mine and ids":           {"mine ecd-abc", "ecd-abc", "not both"},
		"grace of ids":           {"ecd-abc grace=30m", "grace=30m", "Leave the ids out"},
		"nothing narrows":        {"status:Running region=cn-hangzhou", "status:Running", "leaves too much in"},
		"pooled alone":           {"pooled", "pooled", "leaves too much in"},
		"grace alone":            {"grace=30m", "grace=30m", "leaves too much in"},
		"every name":             {"name:* region=cn-hangzhou", "name:*", "leaves too much in"},
		"both charges":           {"charge:PostPaid charge:PrePaid", "charge:PostPaid", "leaves too much in"},
		"only except":            {"except ecd-abc", "except", "leaves too much in"},
		"all of nowhere":         {"all", "all", "region=all"},
		"all with status":        {"all status:Running", "all", "Nothing missing ever means all"},
		"all of some":            {"all tag:env=dev region=all", "all", "leave all out"},
		"all of mine":            {"all mine region=all", "all", "leave all out"},
		"all and other regions":  {"mine region=all region=cn-hangzhou", "region=all", "beside other regions"},
		"every region of ids":    {"ecd-abc region=all", "region=all", "region= is left out"},
		"except nothing":         {"mine except", "except", "wants something behind it"},
		"except all":             {"mine except all", "all", "leave nothing"},
		"except pooled":          {"mine except pooled", "pooled", "left alone unless"},
		"except a region":        {"mine except region=cn-hangzhou", "region=cn-hangzhou", "write it before"},
		"except a person":        {"mine except <@U123|alice>", "@alice", "write user:"},
		"no value":               {"tag: env=dev", "tag:", "right behind it"},
		"no value, user":         {"user:", "user:", "right behind it"},
		"no value at all":        {"user alice", "user", "right behind it"},
		"empty quotes":           {"user:''", "user:''", "right behind it"},
		"an open quote":          {"name:'my desk", "name:'my", "does not close it"},
		"stuck to a quote":       {"name:'my'desk", "name:'my'desk", "a space behind"},
		"a tag with a colon":     {"tag:env:dev", "tag:env:dev", "tag:env=dev"},
		"except, with a colon":   {"mine except tag:env:prod", "tag:env:prod", "tag:env=dev"},
		"no key":                 {"tag:=dev", "tag:=dev", "wants a key"},
		"no value of a tag":      {"tag:env=", "tag:env=", "write tag:env"},
		"two tags":               {"tag:env=dev,test", "tag:env=dev", "tag: before each"},
		"a wrong status":         {"mine status:Off", "status:Off", "Running"},
		"a wrong charge":         {"charge:monthly", "charge:monthly", "PostPaid, PrePaid"},
		"days":                   {"idle:2d", "idle:2d", "30m"},
		"no time":                {"idle:0m", "idle:0m", "30m"},
		"too long":               {"up:721h", "up:721h", "720h"},
		"a wrong canary":         {"mine canary=21", "canary=21", "0 to 20"},
		"a wrong budget":         {"mine maxfailures=101%", "maxfailures=101%", "percentage"},
		"a budget with a sign":   {"mine maxfailures=+5", "maxfailures=+5", "percentage"},
		"nobody":                 {"@alice", "@alice", "nobody whom Slack knows"},
		"nobody as a user":       {"user:@alice", "user:@alice", "stands alone"},
		"a name":                 {"alice-pc", "alice-pc", "name:alice-pc"},
		"near miss of a key":     {"usre:alice", "usre:alice", "Did you mean user=?"},
		"a letter behind a key":  {"region=all tagz:env=dev", "tagz:env=dev", "Did you mean tag=?"},
		"near miss of a word":    {"mine exept ecd-abc", "exept", "Did you mean except?"},
		"near miss of a verb":    {"kepe ecd-abc", "kepe", "Did you mean keep?"},
		"near miss of unfreeze":  {"unfreze", "unfreze", "Did you mean unfreeze?"},
		"too many people":        {strings.Repeat("@U1 ", 1) + manyPeople(), "@U21", "one person too many"},
		"a late selection":       {"tag:env=dev because user=alice", "user=alice", "reason has begun"},
		"the reason names words": {"tag:env=dev idle machines", "idle", "reason=idle"},
	} {
		_, problems := parse(c.in)
		if len(problems) == 0 {
			t.Errorf("%s: parse(%q) found no problem", name, c.in)
			continue
		}
		if p := problems[0]; p.Word != c.word || !strings.Contains(p.Fix, c.say) {
			t.Errorf("%s: parse(%q): problem %q %q, want %q with %q", name, c.in, p.Word, p.Fix, c.word, c.say)
		}
	}
}

func manyPeople() string {
	var b strings.Builder
	for i := 2; i <= maxPeople+1; i++ {
		b.WriteString("@U" + decimal(i) + " ")
	}
	return b.String()
}

// TestAnySelection writes any selection as a command, and reads it back.
func TestAnySelection(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"a", "B", "9", "'", `"`, "=", ":", ",", "；", " ", "*", "@", "<", "&", "&amp;", "ecd-a", "force", "except", "-", ".", "研", "#", "(", "all", "`", "tag:"})
	text := rapid.Custom(func(t *rapid.T) string {
		return repaired(slackEscape.Replace(strings.Join(rapid.SliceOfN(pieces, 1, 5).Draw(t, "pieces"), "")))
	}).Filter(func(s string) bool { return s != "" })
	texts := rapid.SliceOfNDistinct(text, 0, 3, rapid.ID[string])
	ids := rapid.SliceOfNDistinct(rapid.StringMatching(`ecd-[a-z0-9]{1,10}`), 0, 2, rapid.ID[string])
	span := rapid.SampledFrom([]string{"", "30m", "1h30m", "720h"})
	some := func(list []string) []string {
		if len(list) == 0 {
			return nil
		}
		return list
	}
	rapid.Check(t, func(t *rapid.T) {
		half := func(what string) core.Selection {
			s := core.Selection{EndUserId: some(texts.Draw(t, what+"users")), OfficeSiteId: some(texts.Draw(t, what+"sites")), DesktopGroupId: some(texts.Draw(t, what+"pools")),
				ResourceGroupId: some(texts.Draw(t, what+"groups")), DesktopName: some(texts.Draw(t, what+"names")), IdleFor: span.Draw(t, what+"idle"), UpFor: span.Draw(t, what+"up"),
				ChargeType: some(rapid.SliceOfNDistinct(rapid.SampledFrom(chargeTypes), 0, 2, rapid.ID[string]).Draw(t, what+"charge"))}
			for _, key := range texts.Draw(t, what+"tags") {
				s.Tag = append(s.Tag, core.Tag{Key: key, Value: rapid.OneOf(rapid.Just(""), text).Draw(t, what+"value")})
			}
			return s
		}
		pick, leave := half("select "), half("except ")
		pick.Pooled = rapid.Bool().Draw(t, "pooled")
		pick.RegionId = some(rapid.SliceOfNDistinct(rapid.SampledFrom(sampleRules.Regions), 0, 2, rapid.ID[string]).Draw(t, "regions"))
		leave.DesktopId = some(ids.Draw(t, "ids"))
		p := Parsed{Verb: VerbStop, Select: &pick, Except: &leave, Grace: span.Draw(t, "grace"), Force: rapid.Bool().Draw(t, "force"), Mine: rapid.Bool().Draw(t, "mine")}
		if reflect.DeepEqual(leave, core.Selection{}) {
			p.Except = nil
		}
		if !pick.Narrows() && !p.Mine {
			return
		}
		if reflect.DeepEqual(pick, core.Selection{}) {
			p.Select = nil
		}
		got, problems := ParseAt(slackEscape.Replace(p.Text()), time.Time{}, time.UTC)
		if len(problems) > 0 || !reflect.DeepEqual(got, p) {
			t.Fatalf("%+v\nwritten %q\nreads   %+v %v\nselect %+v\nexcept %+v", p, p.Text(), got, problems, got.Select, got.Except)
		}
	})
}
