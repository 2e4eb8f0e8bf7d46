package command

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/identity"
)

const sampleRun = "slack-abcdefghijklmnopqrstuvwxyz"

// parseTime is a Sunday noon in Berlin, hours after its clocks went forward.
var parseTime = time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC)

var sampleRules = core.Rules{Regions: []string{"cn-hangzhou", "cn-beijing"}, Ceilings: map[core.Door]int{}}

func pointer[T any](v T) *T { return &v }

// parse reads a command in which no time of day counts.
func parse(text string) (Parsed, []Problem) { return ParseAt(text, parseTime, time.UTC) }

func TestParse(t *testing.T) {
	one := []string{"ecd-abc"}
	two := []string{"ecd-abc", "ecd-def"}
	for name, c := range map[string]struct {
		in   string
		want Parsed
	}{
		"one id":                    {"ecd-abc", Parsed{IDs: one}},
		"reason":                    {"ecd-abc broken screen, needs repair.", Parsed{IDs: one, Reason: "broken screen, needs repair."}},
		"all words":                 {"ecd-abc region=cn-hangzhou keep-charging osupdate force preview now because", Parsed{IDs: one, Region: "cn-hangzhou", StoppedMode: "KeepCharging", OsUpdate: pointer(true), Force: true, Preview: true, Now: true, Reason: "because"}},
		"words before ids":          {"region=cn-hangzhou force ecd-abc", Parsed{IDs: one, Region: "cn-hangzhou", Force: true}},
		"yes and no":                {"ecd-abc keep-charging=no osupdate=off force=yes now=no", Parsed{IDs: one, StoppedMode: "StopCharging", OsUpdate: pointer(false), Force: true}},
		"colon for equals":          {"ecd-abc region:cn-hangzhou reason: x y", Parsed{IDs: one, Region: "cn-hangzhou", Reason: "x y"}},
		"other spellings":           {"ecd-abc keepcharging dry-run os_update", Parsed{IDs: one, StoppedMode: "KeepCharging", Preview: true, OsUpdate: pointer(true)}},
		"hyphens before words":      {"ecd-abc --force -preview", Parsed{IDs: one, Force: true, Preview: true}},
		"em dash for two hyphens":   {"ecd-abc —force keep—charging", Parsed{IDs: one, Force: true, StoppedMode: "KeepCharging"}},
		"commas":                    {"ecd-abc,ecd-def , broken", Parsed{IDs: two, Reason: "broken"}},
		"Chinese commas":            {"ecd-abc，ecd-def、 broken", Parsed{IDs: two, Reason: "broken"}},
		"new lines":                 {"ecd-abc\necd-def\nbroken\nscreen", Parsed{IDs: two, Reason: "broken screen"}},
		"semicolons, and":           {"ecd-abc; and ecd-def", Parsed{IDs: two}},
		"ampersand":                 {"ecd-abc &amp; ecd-def + ecd-abc", Parsed{IDs: two}},
		"and in the reason":         {"ecd-abc and be quick", Parsed{IDs: one, Reason: "and be quick"}},
		"an id twice":               {"ecd-abc ECD-ABC", Parsed{IDs: one}},
		"capitals":                  {"Ecd-ABC Force REGION=CN-Hangzhou Now", Parsed{IDs: one, Force: true, Now: true, Region: "cn-hangzhou"}},
		"backticks":                 {"`ecd-abc` ```ecd-def```", Parsed{IDs: two}},
		"formatting":                {"*ecd-abc* _ecd-def_", Parsed{IDs: two}},
		"smart quotes":              {"“ecd-abc” ‘ecd-def’ region=“cn-hangzhou”", Parsed{IDs: two, Region: "cn-hangzhou"}},
		"trailing full stop":        {"ecd-abc. ecd-def.", Parsed{IDs: two}},
		"colon behind the id":       {"ecd-abc: broken", Parsed{IDs: one, Reason: "broken"}},
		"brackets of the usage":     {"&lt;ecd-abc&gt; [ecd-def]", Parsed{IDs: two}},
		"unbreakable space":         {"ecd-abc\u00a0ecd-def", Parsed{IDs: two}},
		"zero width":                {"\u200becd-abc\ufeff", Parsed{IDs: one}},
		"made a link":               {"<http://ecd-abc|ecd-abc> <https://wiki.example.com/x|why>", Parsed{IDs: one, Reason: "why"}},
		"full width letters":        {"ｅｃｄ－ａｂｃ ｒｅｇｉｏｎ＝ｃｎ－ｈａｎｇｚｈｏｕ", Parsed{IDs: one, Region: "cn-hangzhou"}},
		"mention in the reason":     {"ecd-abc <@U1|bob> left", Parsed{IDs: one, Reason: "@bob left"}},
		"dash before the reason":    {"ecd-abc - broken -- badly", Parsed{IDs: one, Reason: "broken -- badly"}},
		"two hyphens alone":         {"ecd-abc -- broken", Parsed{IDs: one, Reason: "broken"}},
		"word in the reason":        {"ecd-abc moved by force now", Parsed{IDs: one, Reason: "moved by force now"}},
		"help in the reason":        {"ecd-abc alice needs help", Parsed{IDs: one, Reason: "alice needs help"}},
		"result in the reason":      {"ecd-abc result of ticket 12", Parsed{IDs: one, Reason: "result of ticket 12"}},
		"held is not help":          {"ecd-abc held for audit", Parsed{IDs: one, Reason: "held for audit"}},
		"no is not now":             {"ecd-abc no longer used", Parsed{IDs: one, Reason: "no longer used"}},
		"for is not force":          {"ecd-abc for maintenance", Parsed{IDs: one, Reason: "for maintenance"}},
		"update is not osupdate":    {"ecd-abc update window", Parsed{IDs: one, Reason: "update window"}},
		"ticket in front":           {"ecd-abc INC-20250101: slow", Parsed{IDs: one, Reason: "INC-20250101: slow"}},
		"address in front":          {"ecd-abc https://wiki.example.com/?id=1", Parsed{IDs: one, Reason: "https://wiki.example.com/?id=1"}},
		"on-call is no region":      {"ecd-abc on-call asked", Parsed{IDs: one, Reason: "on-call asked"}},
		"colon in the reason":       {"ecd-abc Note: slow", Parsed{IDs: one, Reason: "Note: slow"}},
		"explicit reason":           {"ecd-abc reason=force majeure region=x", Parsed{IDs: one, Reason: "force majeure region=x"}},
		"explicit reason, spaced":   {"ecd-abc reason: now or never", Parsed{IDs: one, Reason: "now or never"}},
		"explicit reason, empty":    {"ecd-abc reason=", Parsed{IDs: one}},
		"quoted word is reason":     {"ecd-abc “force” majeure", Parsed{IDs: one, Reason: `"force" majeure`}},
		"id in the reason":          {"ecd-abc replaced by ecd-def, ecd-abc", Parsed{IDs: one, Reason: "replaced by ecd-def, ecd-abc", InReason: []string{"ecd-def"}}},
		"id in the explicit reason": {"ecd-abc reason=see ecd-def", Parsed{IDs: one, Reason: "see ecd-def", InReason: []string{"ecd-def"}}},
		"equals in the reason":      {"ecd-abc cost a=b now", Parsed{IDs: one, Reason: "cost a=b now"}},
		"same region twice":         {"ecd-abc region=cn-hangzhou region=CN-hangzhou", Parsed{IDs: one, Region: "cn-hangzhou"}},
		"emoji begin the reason":    {"ecd-abc 🖥 broken", Parsed{IDs: one, Reason: "🖥 broken"}},
		"only punctuation":          {"ecd-abc ... !", Parsed{IDs: one}},
		"help":                      {"help", Parsed{Verb: VerbHelp}},
		"help, said otherwise":      {" Help! ", Parsed{Verb: VerbHelp}},
		"help with hyphens":         {"--help", Parsed{Verb: VerbHelp}},
		"help behind an id":         {"ecd-abc help", Parsed{Verb: VerbHelp, IDs: one}},
		"nothing":                   {"", Parsed{Verb: VerbHelp}},
		"a question mark":           {"?", Parsed{Verb: VerbHelp}},
		"result":                    {"result " + sampleRun, Parsed{Verb: VerbResult, Run: sampleRun}},
		"result, dressed up":        {"Result: `" + strings.ToUpper(sampleRun) + "`.", Parsed{Verb: VerbResult, Run: sampleRun}},
	} {
		if c.want.Verb == "" {
			c.want.Verb = VerbStop
		}
		got, problems := parse(c.in)
		if len(problems) > 0 || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: parse(%q)\n = %+v, %+v\nwant %+v", name, c.in, got, problems, c.want)
		}
	}
}

func TestParseProblems(t *testing.T) {
	for name, c := range map[string]struct {
		in, word string
		say      string // part of the advice
	}{
		"near miss":                 {"ecd-abc foce", "foce", "Did you mean force?"},
		"swapped letters":           {"ecd-abc perview", "perview", "Did you mean preview?"},
		"near miss of a long word":  {"ecd-abc kep-chraging", "kep-chraging", "Did you mean keep-charging?"},
		"near miss with hyphens":    {"ecd-abc --froce", "--froce", "Did you mean force?"},
		"near miss may be a reason": {"ecd-abc review of costs", "review", "write reason=review"},
		"key":                       {"ecd-abc regin=cn-hangzhou", "regin=cn-hangzhou", "Did you mean region=?"},
		"key of a flag":             {"ecd-abc forse=yes", "forse=yes", "Did you mean force=?"},
		"key with a colon":          {"ecd-abc regon:cn-hangzhou", "regon:cn-hangzhou", "Did you mean region=?"},
		"unknown key":               {"ecd-abc color=red", "color=red", "write reason= before it"},
		"unknown flag":              {"ecd-abc --verbose", "--verbose", "not a word of this command"},
		"value of a flag":           {"ecd-abc force=maybe", "force=maybe", "yes or no"},
		"no value":                  {"ecd-abc region= cn-hangzhou", "region=", "region=cn-hangzhou"},
		"no equals":                 {"ecd-abc region cn-hangzhou", "region", "region=cn-hangzhou"},
		"not a region":              {"ecd-abc region=hangzhou", "region=hangzhou", "wants a region id"},
		"a host for a region":       {"ecd-abc region=evil.example.com", "region=evil.example.com", "wants a region id"},
		"two regions":               {"ecd-abc region=cn-hangzhou region=cn-beijing", "region=cn-beijing", "second region"},
		"two regions, comma":        {"ecd-abc region=cn-hangzhou,cn-beijing", "cn-beijing", "region=cn-beijing"},
		"bare region":               {"ecd-abc ap-southeast-1", "ap-southeast-1", "region=ap-southeast-1"},
		"late key":                  {"ecd-abc broken region=cn-hangzhou", "region=cn-hangzhou", "reason has begun"},
		"late flag":                 {"ecd-abc broken --force", "--force", "reason has begun"},
		"late flag, em dash":        {"ecd-abc broken —force", "-force", "reason has begun"},
		"bad id":                    {"ecd-abc/def", "ecd-abc/def", "is not a desktop id"},
		"id with a reason":          {"ecd-abc:broken", "ecd-abc:broken", "is not a desktop id"},
		"empty id":                  {"ecd-abc ecd-", "ecd-", "is not a desktop id"},
		"id in two":                 {"ecd abc", "ecd", "is not a desktop id"},
		"underlined id":             {"ecd_abc", "ecd_abc", "is not a desktop id"},
		"wildcard":                  {"ecd-*", "ecd-*", "is not a desktop id"},
		"too long":                  {"ecd-" + strings.Repeat("a", 61), "ecd-" + strings.Repeat("a", 36) + "…", "is not a desktop id"},
		"swapped prefix":            {"edc-7w78ozhjcwa3u", "edc-7w78ozhjcwa3u", "is not a desktop id"},
		"a name":                    {"alice-pc", "alice-pc", "is not a desktop id"},
		"ids behind the reason":     {"please stop ecd-abc", "please", "before the reason: ecd-abc"},
		"only options":              {"force preview", "", "Name at least one desktop id"},
		"only a reason":             {"reason=broken", "broken", "is not a desktop id"},
		"result of nothing":         {"result", "result", "wants the run's id"},
		"result of no run":          {"result ecd-abc", "result ecd-abc", "wants the run's id"},
		"results":                   {"results " + sampleRun, "results", "Did you mean result?"},
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

// TestParseFindsEveryProblem wants one answer for all mistakes, not one a try.
func TestParseFindsEveryProblem(t *testing.T) {
	_, problems := parse("ecd- foce region=x ecd-abc")
	var words []string
	for _, p := range problems {
		words = append(words, p.Word)
	}
	if want := []string{"ecd-", "foce", "region=x"}; !slices.Equal(words, want) {
		t.Errorf("problems with %q, want %q", words, want)
	}
}

func TestRequestOfCommand(t *testing.T) {
	p, problems := parse("ecd-abc region=cn-hangzhou keep-charging osupdate=no force preview now broken")
	want := core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-abc"}, StoppedMode: "KeepCharging", OsUpdate: pointer(false), DryRun: true, Force: true, Reason: "broken"}
	if len(problems) > 0 || !reflect.DeepEqual(p.Request(), want) {
		t.Errorf("Request = %+v, want %+v; problems %v", p.Request(), want, problems)
	}
	p.Now = false // The question is not part of what is asked.
	if !reflect.DeepEqual(ParsedOf(want), p) {
		t.Errorf("ParsedOf = %+v, want %+v", ParsedOf(want), p)
	}
}

// wideWords are those that say which desktops and would take a whole region alone.
var wideWords = []string{"status", "conn", "pooled"}

// TestEveryWordIsUsable gives each word as its own help writes it. A word that says
// which desktops stands alone beside a region, unless it is too wide for that.
func TestEveryWordIsUsable(t *testing.T) {
	for _, w := range words {
		before := "ecd-abc "
		text := before + w.example
		switch {
		case w.kind == verb:
			before, text = "", strings.Replace(w.example, "slack-...", sampleRun, 1)
		case w.name == "except":
			before, text = "mine ", "mine except ecd-abc"
		case w.name == "mine":
			before, text = "", "mine"
		case w.name == "all":
			before, text = "", "all region=cn-hangzhou"
		case w.kind == pick && !slices.Contains(wideWords, w.name):
			before, text = "region=cn-hangzhou ", "region=cn-hangzhou "+w.example
		case w.selects:
			before, text = "mine ", "mine "+w.example
		}
		p, problems := parse(text)
		if err := sampleRules.Validate(core.Slack, p.Request()); p.Verb == VerbStop && !p.Mine && err != nil {
			t.Errorf("%q is taken, and the core refuses it: %v", text, err)
		}
		if bare, _ := parse(before); len(problems) > 0 || w.name != "help" && reflect.DeepEqual(p, bare) {
			t.Errorf("%q has no effect: %+v %v", text, p, problems)
		}
		if !p.Repeats() {
			t.Errorf("%q became %q, which reads otherwise", text, p.Text())
		}
		for _, other := range words {
			if other.name != w.name && compact(other.name) == compact(w.name) {
				t.Errorf("%q is there twice", w.name)
			}
		}
	}
}

// TestWideWordsAreRefusedAlone: they would take a whole region.
func TestWideWordsAreRefusedAlone(t *testing.T) {
	for _, name := range wideWords {
		w, _ := wordOf(name, pick, flag)
		_, problems := parse("region=cn-hangzhou " + w.example)
		if len(problems) != 1 || !strings.Contains(problems[0].Fix, "leaves too much in") {
			t.Errorf("%q alone: %v", w.example, problems)
		}
	}
}

// fataler is a test, or one draw of a property.
type fataler interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "ecd-abc", "ecd-abc,ecd-def region=cn-hangzhou keep-charging osupdate=no force broken screen", "ecd-abc reason=force &amp; &lt;!channel&gt;", "<@U1|x> ecd-a ecd-b",
		"“ecd-abc” —force", "ecd-abc and ecd-b & c", "result " + sampleRun, "ecd-a and and ecd-b", "ecd-a reason=reason: x", "ecd-a ，reason＝ｆ", "ecd-a \"force\"", "a=b ecd-a", "ecd-a - --x", "ecd-a reason=,x",
		"tag:env=dev user:alice,bob name:'build *' idle:30m except tag:'a=b'=\"it's\" ecd-a", "all region=all pooled grace=0m canary=3 maxfailures=5% out", "mine <@U1|alice> @U2 user:<@U3>", "tag:a tag:''''=x pooled=no mine",
		"keep ecd-a until 23:00 Europe/Berlin build", "keep ecd-a for 1h30m", "freeze until 2026-12-01T23:00 why not", "unkeep ecd-a region=cn-hangzhou", "why is ecd-a on", "halt " + sampleRun + " wrong fleet", "unfreeze reason=", "mine ecd-a", "except ecd-a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { holds(t, text) })
}

// holds wants of any text that what is read of it is well-formed, and that it
// can be written and read again.
func holds(t fataler, text string) {
	p, problems := ParseAt(text, parseTime, time.UTC)
	for _, q := range problems {
		if q.Fix == "" {
			t.Fatalf("problem without advice: %+v", q)
		}
	}
	ids := append(slices.Clone(p.IDs), p.InReason...)
	if p.Except != nil {
		ids = append(ids, p.Except.DesktopId...)
	}
	for _, id := range ids {
		if err := sampleRules.Validate(core.Slack, core.Request{RegionId: "cn-hangzhou", DesktopId: []string{id}}); err != nil {
			t.Fatalf("id %q: %v", id, err)
		}
	}
	for _, id := range p.People {
		if !identity.UserID.MatchString(id) {
			t.Fatalf("person %q", id)
		}
	}
	if p.Region != "" && !core.ValidRegionShape(p.Region) {
		t.Fatalf("region %q", p.Region)
	}
	if strings.ContainsFunc(fmt.Sprintf("%+v %+v %+v", p, p.Select, p.Except), func(r rune) bool { return r >= firstMention || r == 0 }) {
		t.Fatalf("a mark of the reader's is left in %+v", p)
	}
	if len(problems) > 0 || p.Verb == VerbHelp {
		return
	}
	switch {
	case (p.Verb == VerbResult || p.Verb == VerbHalt) && !p.Run.Valid():
		t.Fatalf("run %q", p.Run)
	case (p.Verb == VerbKeep || p.Verb == VerbFreeze) && !p.Until.After(parseTime):
		t.Fatalf("until %s", p.Until)
	case p.Verb == VerbStop && (len(p.IDs) > 0) == p.Selects():
		t.Fatalf("neither ids nor a selection, or both: %+v", p)
	case p.Verb != VerbStop && p.Selects():
		t.Fatalf("%s of a selection", p.Verb)
	}
	again, problems := ParseAt(slackEscape.Replace(p.Text()), parseTime, time.UTC)
	if len(problems) > 0 || again.Text() != p.Text() || !reflect.DeepEqual(again, p) {
		t.Fatalf("%q reads %+v, written %q, which reads %+v %v", text, p, p.Text(), again, problems)
	}
}
