package slack_test

import (
	"slices"
	"testing"

	"stopdesktops/internal/sim/slack"
)

// shows posts a message to alice and returns it as she sees it.
func (w *world) shows(message any) slack.Message {
	w.t.Helper()
	url := w.command("ecd-1").ResponseURL
	w.posts(url, document(w.t, message), 200, "ok")
	seen := w.Messages(ops, alice)
	return seen[len(seen)-1]
}

func TestReadableText(t *testing.T) {
	w := newWorld(t)
	cases := []struct{ text, want string }{
		{"*bold* _it_ `code` &lt;b&gt; &amp;amp;", "*bold* _it_ `code` <b> &amp;"},
		{"by <@" + alice + ">", "by [mention @alice " + alice + "]"},
		{"by <@U0NOBODY|al>", "by [mention @al U0NOBODY]"},
		{"in <#" + ops + "|x>", "in [channel #ops " + ops + "]"},
		{"<!channel> <!here|here> <!everyone>", "[MENTION @channel] [MENTION @here] [MENTION @everyone]"},
		{"<!subteam^S012|@oncall>", "[mention group S012]"},
		{"<https://example.com/?a&amp;b|docs>", "docs [link https://example.com/?a&b]"},
		{"see https://example.com now", "see [link https://example.com] now"},
		{"<mailto:a@example.com|a>", "a [link mailto:a@example.com]"},
		{"<nothing>", "[broken <nothing>]"},
		{"1 < 2 > 0", "1 [broken < 2 >] 0"},
		{"at <!date^1531420618^{date_short_pretty} {time}|noon>", "at Jul 12, 2018 18:36 UTC"},
		{"<!date^1531420618^{date_num}^https://example.com|x>", "2018-07-12 [link https://example.com]"},
		{"<!date^1531420618^{date} at {tme}|x>", "[broken date 1531420618^{date} at {tme}|x]"},
		{"<!date^1531420618^{date}>", "[broken date 1531420618^{date}|]"},
		{"<!date^soon^{date}|x>", "[broken date soon^{date}|x]"},
		{"@here and @alice", "@here and @alice"},
	}
	for _, c := range cases {
		if got := w.shows(o{"text": c.text}).Readable(); got != c.want {
			t.Errorf("%q reads %q, want %q", c.text, got, c.want)
		}
	}
	if got := w.shows(o{"text": "<!here>", "mrkdwn": false}).Readable(); got != "<!here>" {
		t.Errorf("without formatting: %q", got)
	}
}

func TestReadableBlocks(t *testing.T) {
	w := newWorld(t)
	say := func(kind, text string) o { return o{"type": kind, "text": text} }
	m := w.shows(o{"text": "for readers", "blocks": l{
		o{"type": "header", "text": say("plain_text", "Plan <!here>")},
		o{"type": "divider"},
		o{"type": "section", "text": say("mrkdwn", "*ecd-1* <@"+bob+">"), "fields": l{say("plain_text", "Running")}, "accessory": more},
		o{"type": "context", "elements": l{say("mrkdwn", "till <!date^0^{time}|x>"), picture}},
		o{"type": "actions", "elements": l{
			with(pressMe, "text", say("plain_text", "Stop"), "style", "danger", "confirm",
				o{"title": say("plain_text", "Sure?"), "text": say("mrkdwn", "<!channel>"), "confirm": say("plain_text", "Yes"), "deny": say("plain_text", "No")}),
			with(pressMe, "action_id", "b", "url", "https://example.com"), menu}},
	}})
	want := "Plan <!here>\n---\n*ecd-1* [mention @bob " + bob + "]\nRunning\n[menu: 语]\ntill 00:00 UTC [image x]\n" +
		"[Stop (danger); asks: Sure? [MENTION @channel] [Yes] [No]] [语语语 -> https://example.com] [menu: 语]"
	if got := m.Readable(); got != want {
		t.Errorf("reads\n%s\nwant\n%s", got, want)
	}
	if got := m.ReadableText(); got != "for readers" {
		t.Errorf("a screen reader says %q", got)
	}
	var pressable []string
	for _, b := range m.Buttons() {
		pressable = append(pressable, b.ActionID)
	}
	if !slices.Equal(pressable, []string{"v", "a", "b", "m"}) {
		t.Errorf("buttons %q", pressable)
	}
	if b, ok := m.Button("a"); !ok || b.Style != "danger" || b.Text.Text != "Stop" {
		t.Errorf("button %+v", b)
	}
}

// TestMentionsAreFoundEverywhere hides one in each place that has text.
func TestMentionsAreFoundEverywhere(t *testing.T) {
	w := newWorld(t)
	bad := o{"type": "mrkdwn", "text": "<!channel> <https://evil.example.com|ok>"}
	hidden := map[string]o{
		"text":      {"text": "<!channel> <https://evil.example.com|ok>", "blocks": l{o{"type": "divider"}}},
		"section":   {"blocks": l{o{"type": "section", "text": bad}}},
		"fields":    {"blocks": l{o{"type": "section", "fields": l{plain(1), bad}}}},
		"context":   {"blocks": l{o{"type": "context", "elements": l{plain(1), bad}}}},
		"confirm":   {"blocks": l{actions(with(pressMe, "confirm", with(sure, "text", bad)))}},
		"accessory": {"blocks": l{with(section, "accessory", with(pressMe, "confirm", with(sure, "text", bad)))}},
	}
	for name, message := range hidden {
		m := w.shows(message)
		if got := m.Mentions(); !slices.Equal(got, []slack.Mention{{Kind: "everybody", ID: "channel"}}) {
			t.Errorf("%s: mentions %+v", name, got)
		}
		if got := m.Links(); !slices.Equal(got, []slack.Link{{URL: "https://evil.example.com", Label: "ok"}}) {
			t.Errorf("%s: links %+v", name, got)
		}
	}
}

func TestMentionsThatSlackMakesItself(t *testing.T) {
	w := newWorld(t)
	says := func(kind string, more ...any) o {
		return o{"blocks": l{o{"type": "section", "text": with(o{"type": kind, "text": "@here https://example.com"}, more...)}}}
	}
	cases := map[string]struct {
		message         o
		mentions, links int
	}{
		"mrkdwn":          {says("mrkdwn"), 1, 1},
		"verbatim":        {says("mrkdwn", "verbatim", true), 0, 0},
		"plain_text":      {says("plain_text"), 0, 0},
		"text":            {o{"text": "@here https://example.com"}, 0, 1},
		"text link_names": {o{"text": "@here", "link_names": true}, 1, 0},
		"text parse full": {o{"text": "@here", "parse": "full"}, 1, 0},
		"escaped":         {o{"text": "&lt;!here&gt; &lt;@" + alice + "&gt;"}, 0, 0},
	}
	for name, c := range cases {
		m := w.shows(c.message)
		if got := m.Mentions(); len(got) != c.mentions || len(got) > 0 && !got[0].Auto {
			t.Errorf("%s: mentions %+v, want %d", name, got, c.mentions)
		}
		if got := m.Links(); len(got) != c.links || len(got) > 0 && !got[0].Auto {
			t.Errorf("%s: links %+v, want %d", name, got, c.links)
		}
	}
	everybody := []slack.Mention{{Kind: "user", ID: alice}, {Kind: "channel", ID: ops}, {Kind: "group", ID: "S1"}, {Kind: "everybody", ID: "here"}}
	if got := w.shows(o{"text": "<@" + alice + "> <#" + ops + "> <!subteam^S1> <!here>"}).Mentions(); !slices.Equal(got, everybody) {
		t.Errorf("mentions %+v, want %+v", got, everybody)
	}
}
