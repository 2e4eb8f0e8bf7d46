package command

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// slackEscape is what Slack does to text that a person types.
var slackEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// repaired is a text after its repair, people spelt out.
func repaired(text string) string {
	s, people := repair(text)
	return people.spellOut(s)
}

func TestRepair(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":                      {"ecd-abc broken screen", "ecd-abc broken screen"},
		"user with name":             {"<@U012ABCDEF|alice> asked", "@alice asked"},
		"user":                       {"<@U012ABCDEF> asked", "@U012ABCDEF asked"},
		"channel with name":          {"see <#C123|ops>", "see #ops"},
		"private channel":            {"see <#C123|>", "see #C123"},
		"channel":                    {"see <#C123>", "see #C123"},
		"user group":                 {"<!subteam^S123|@oncall> and <!subteam^S9>", "@oncall and @S9"},
		"everybody":                  {"<!channel> <!here|here>", "@channel @here"},
		"date":                       {"<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"},
		"link with label":            {"<http://host.example.com|host.example.com>", "host.example.com"},
		"link":                       {"<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"},
		"mail":                       {"<mailto:alice@example.com|alice@example.com>", "alice@example.com"},
		"id made a link":             {"<http://ecd-abc|ecd-abc>", "ecd-abc"},
		"escapes":                    {"a &amp; b &lt;c&gt;", "a & b <c>"},
		"escaped escape":             {"&amp;lt;@U1&amp;gt;", "&lt;@U1&gt;"},
		"typed mention stays text":   {"&lt;!channel&gt;", "<!channel>"},
		"unfinished escape":          {"a & b &am; &lt", "a & b &am; &lt"},
		"unfinished form":            {"a < b <@U1", "a < b <@U1"},
		"form in a form":             {"<a<@U1|bob>", "<a@bob"},
		"curly double quotes":        {"“broken”", `"broken"`},
		"curly single quotes":        {"alice’s ‘pc’", "alice's 'pc'"},
		"em dash":                    {"—force", "-force"},
		"en dash, hard hyphen":       {"ecd–abc ecd‑def", "ecd-abc ecd-def"},
		"unbreakable space":          {"ecd-abc\u00a0ecd-def", "ecd-abc ecd-def"},
		"wide and thin spaces":       {"a\u3000b\u2009c\u202fd", "a b c d"},
		"lines and tabs":             {"ecd-abc\r\necd-def\tx\u2028y\vz", "ecd-abc ecd-def x y z"},
		"zero width":                 {"ecd-\u200babc\ufeff\u200d\u2060", "ecd-abc"},
		"direction, soft hyphen":     {"\u202eecd-a\u00adbc\u2066", "ecd-abc"},
		"control":                    {"a\x00b\x1bc\x7f", "abc"},
		"not UTF-8":                  {"a\xffb", "ab"},
		"spaces around":              {"  a   b  ", "a b"},
		"backticks stay to be seen":  {"`ecd-abc`", "`ecd-abc`"},
		"nothing":                    {"", ""},
		"only invisible characters":  {"\u200b\u00a0\n", ""},
		"emoji stay":                 {"broken 🖥", "broken 🖥"},
		"Chinese stays as it is":     {"屏幕坏了，请停止。", "屏幕坏了，请停止。"},
		"empty form":                 {"a<>b", "ab"},
		"label with escapes":         {"<http://x|a&amp;b>", "a&b"},
		"label that is a sigil only": {"<@U1|@>", "@"},
	} {
		if got := repaired(c.in); got != c.want {
			t.Errorf("%s: repaired(%q) = %q, want %q", name, c.in, got, c.want)
		}
	}
}

// TestRepairIsStable sends back what was repaired: Slack escapes it, and it
// comes out the same.
func TestRepairIsStable(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"<", ">", "&", "&amp;", "&lt;", "|", "@U1", "#", "!date^", "a", "ecd-abc", " ", "\u00a0", "\u200b", "“", "—", "\xff", "`", "🖥"})
	rapid.Check(t, func(t *rapid.T) {
		once := repaired(strings.Join(rapid.SliceOf(pieces).Draw(t, "pieces"), ""))
		if again := repaired(slackEscape.Replace(once)); again != once {
			t.Fatalf("%q came back as %q", once, again)
		}
	})
}
