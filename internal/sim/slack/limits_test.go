package slack_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

type o = map[string]any
type l = []any

func text(kind string, n int) o { return o{"type": kind, "text": strings.Repeat("语", n)} }
func plain(n int) o             { return text("plain_text", n) }
func mrkdwn(n int) o            { return text("mrkdwn", n) }

// with adds members to an object, or changes them.
func with(base o, more ...any) o {
	c := maps.Clone(base)
	for i := 0; i < len(more); i += 2 {
		c[more[i].(string)] = more[i+1]
	}
	return c
}

func chars(n int) string { return strings.Repeat("é", n) }

func times(n int, make func(i int) any) l {
	all := l{}
	for i := range n {
		all = append(all, make(i))
	}
	return all
}

func same(v any) func(int) any { return func(int) any { return v } }

var (
	pressMe  = o{"type": "button", "action_id": "a", "text": plain(3)}
	optionA  = o{"text": plain(1), "value": "a"}
	menu     = o{"type": "static_select", "action_id": "m", "options": l{optionA}}
	more     = o{"type": "overflow", "action_id": "v", "options": l{optionA}}
	picture  = o{"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x"}
	sure     = o{"title": plain(1), "text": mrkdwn(1), "confirm": plain(1), "deny": plain(1)}
	section  = o{"type": "section", "text": mrkdwn(1)}
	header   = o{"type": "header", "text": plain(1)}
	contexts = o{"type": "context", "elements": l{plain(1), mrkdwn(1), picture}}
)

func actions(elements ...any) o {
	return o{"type": "actions", "elements": append(l{}, elements...)}
}

func numbered(base o, key string, n int) l {
	return times(n, func(i int) any { return with(base, key, fmt.Sprint("n", i)) })
}

// TestBlockKitLimits posts each case at its limit, which must pass, and just
// beyond it, which must be refused at the place and for the reason named.
func TestBlockKitLimits(t *testing.T) {
	button := func(k string, v any) o { return actions(with(pressMe, k, v)) }
	confirm := func(k string, v any) o { return button("confirm", with(sure, k, v)) }
	cases := map[string]struct {
		fits, breaks any // a block, or a list of them
		where, why   string
	}{
		"blocks":             {times(50, same(o{"type": "divider"})), times(51, same(o{"type": "divider"})), "message.blocks:", "51 entries, at most 50"},
		"at least a block":   {l{section}, l{}, "message.blocks:", "0 entries"},
		"section text":       {with(section, "text", mrkdwn(3000)), with(section, "text", mrkdwn(3001)), "blocks[0].text.text", "3001 characters, at most 3000"},
		"section empty":      {o{"type": "section", "fields": l{plain(1)}}, o{"type": "section"}, "blocks[0]", "text or fields"},
		"empty text":         {section, with(section, "text", mrkdwn(0)), "blocks[0].text.text", "0 characters, at least 1"},
		"fields":             {with(section, "fields", times(10, same(plain(2000)))), with(section, "fields", times(11, same(plain(1)))), "blocks[0].fields", "11 entries"},
		"field text":         {with(section, "fields", l{plain(2000)}), with(section, "fields", l{plain(2001)}), "fields[0].text", "2001"},
		"accessory":          {with(section, "accessory", pressMe), with(section, "accessory", o{"type": "datepicker"}), "blocks[0].accessory", `element type "datepicker" is unknown`},
		"header":             {with(header, "text", plain(150)), with(header, "text", plain(151)), "blocks[0].text.text", "151"},
		"header kind":        {header, with(header, "text", mrkdwn(1)), "blocks[0].text", `text type "mrkdwn"`},
		"context elements":   {with(contexts, "elements", times(10, same(plain(1)))), with(contexts, "elements", times(11, same(plain(1)))), "blocks[0].elements", "11 entries"},
		"context kinds":      {contexts, with(contexts, "elements", l{pressMe}), "blocks[0].elements[0]", `"button" is unknown`},
		"actions elements":   {o{"type": "actions", "elements": numbered(pressMe, "action_id", 25)}, o{"type": "actions", "elements": numbered(pressMe, "action_id", 26)}, "blocks[0].elements", "26 entries"},
		"actions empty":      {actions(pressMe), actions(), "blocks[0].elements", "0 entries"},
		"block_id":           {with(section, "block_id", chars(255)), with(section, "block_id", chars(256)), "blocks[0].block_id", "256"},
		"block_id twice":     {l{with(section, "block_id", "x"), with(section, "block_id", "y")}, l{with(section, "block_id", "x"), with(section, "block_id", "x")}, "blocks[1]", `block_id "x" twice`},
		"action_id":          {button("action_id", chars(255)), button("action_id", chars(256)), "elements[0].action_id", "256"},
		"action_id twice":    {l{actions(pressMe), actions(pressMe)}, actions(pressMe, pressMe), "blocks[0]", `action_id "a" twice`},
		"button text":        {button("text", plain(75)), button("text", plain(76)), "elements[0].text.text", "76"},
		"button text kind":   {actions(pressMe), button("text", mrkdwn(1)), "elements[0].text", `"mrkdwn" is unknown`},
		"button value":       {button("value", chars(2000)), button("value", chars(2001)), "elements[0].value", "2001"},
		"button url":         {button("url", chars(3000)), button("url", chars(3001)), "elements[0].url", "3001"},
		"button label":       {button("accessibility_label", chars(75)), button("accessibility_label", chars(76)), "accessibility_label", "76"},
		"button style":       {button("style", "danger"), button("style", "default"), "elements[0].style", "primary, danger"},
		"one primary":        {actions(with(pressMe, "style", "primary"), with(pressMe, "style", "danger", "action_id", "b")), actions(with(pressMe, "style", "primary"), with(pressMe, "style", "primary", "action_id", "b")), "blocks[0]", "2 primary buttons"},
		"confirm title":      {confirm("title", plain(100)), confirm("title", plain(101)), "confirm.title.text", "101"},
		"confirm text":       {confirm("text", mrkdwn(300)), confirm("text", mrkdwn(301)), "confirm.text.text", "301"},
		"confirm yes":        {confirm("confirm", plain(30)), confirm("confirm", plain(31)), "confirm.confirm.text", "31"},
		"confirm no":         {confirm("deny", plain(30)), confirm("deny", plain(31)), "confirm.deny.text", "31"},
		"confirm style":      {confirm("style", "danger"), confirm("style", "red"), "confirm.style", "primary, danger"},
		"options":            {actions(with(menu, "options", times(100, same(optionA)))), actions(with(menu, "options", times(101, same(optionA)))), "elements[0].options", "101 entries"},
		"option text":        {actions(with(menu, "options", l{with(optionA, "text", plain(75))})), actions(with(menu, "options", l{with(optionA, "text", plain(76))})), "options[0].text.text", "76"},
		"option value":       {actions(with(menu, "options", l{with(optionA, "value", chars(150))})), actions(with(menu, "options", l{with(optionA, "value", chars(151))})), "options[0].value", "151"},
		"option description": {actions(with(menu, "options", l{with(optionA, "description", plain(75))})), actions(with(menu, "options", l{with(optionA, "description", plain(76))})), "description.text", "76"},
		"groups":             {actions(o{"type": "static_select", "option_groups": l{o{"label": plain(75), "options": l{optionA}}}}), actions(with(menu, "option_groups", l{o{"label": plain(75), "options": l{optionA}}})), "elements[0]", "not both"},
		"group label":        {actions(o{"type": "static_select", "option_groups": l{o{"label": plain(75), "options": l{optionA}}}}), actions(o{"type": "static_select", "option_groups": l{o{"label": plain(76), "options": l{optionA}}}}), "label.text", "76"},
		"placeholder":        {actions(with(menu, "placeholder", plain(150))), actions(with(menu, "placeholder", plain(151))), "placeholder.text", "151"},
		"overflow":           {actions(with(more, "options", times(5, same(optionA)))), actions(with(more, "options", times(6, same(optionA)))), "elements[0].options", "6 entries"},
		"image":              {with(picture, "alt_text", chars(2000), "title", plain(2000)), with(picture, "alt_text", chars(2001)), "alt_text", "2001"},
		"unknown block":      {o{"type": "divider"}, o{"type": "rich_text", "elements": l{}}, "blocks[0]", `block type "rich_text" is unknown`},
		"unknown key":        {section, with(section, "colour", "red"), "blocks[0]", `unknown key "colour"`},
		"unknown button key": {actions(pressMe), button("disabled", true), "elements[0]", `unknown key "disabled"`},
		"key in capitals":    {section, o{"type": "section", "Text": plain(1)}, "blocks[0]", `unknown key "Text"`},
		"emoji":              {with(header, "text", with(plain(1), "emoji", true)), with(section, "text", with(mrkdwn(1), "emoji", true)), "blocks[0].text", `unknown key "emoji"`},
		"verbatim":           {with(section, "text", with(mrkdwn(1), "verbatim", true)), with(section, "text", with(plain(1), "verbatim", true)), "blocks[0].text", `unknown key "verbatim"`},
		"missing":            {header, o{"type": "header"}, "blocks[0]", `"text" is missing`},
		"wrong type":         {section, with(section, "text", "hello"), "blocks[0].text", "must be an object, not a string"},
		"null":               {section, with(section, "fields", nil), "blocks[0].fields", "must be a list, not null"},
		"number":             {section, with(section, "block_id", 7), "blocks[0].block_id", "must be a string, not a number"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			message := func(v any) string {
				if _, list := v.(l); !list {
					v = l{v}
				}
				return document(t, o{"text": "x", "blocks": v})
			}
			url := w.command("ecd-1").ResponseURL
			w.posts(url, message(c.fits), 200, "ok")
			w.posts(url, message(c.breaks), 400, "invalid_blocks")
			if reason := w.last().Reason; !strings.Contains(reason, c.where) || !strings.Contains(reason, c.why) {
				t.Errorf("reason %q, want it to name %q and %q", reason, c.where, c.why)
			}
			if got := len(w.Messages(ops, alice)); got != 1 {
				t.Errorf("%d messages, want only the one that fits", got)
			}
		})
	}
}

// TestEveryProblemIsNamed shows that one bad block does not hide another.
func TestEveryProblemIsNamed(t *testing.T) {
	w := newWorld(t)
	url := w.command("ecd-1").ResponseURL
	w.posts(url, document(t, o{"blocks": l{with(section, "x", 1), with(header, "y", 1)}}), 400, "invalid_blocks")
	if r := w.last().Reason; !strings.Contains(r, `blocks[0]: unknown key "x"`) || !strings.Contains(r, `blocks[1]: unknown key "y"`) {
		t.Errorf("reason %q", r)
	}
}
