package slack

import "fmt"

// The limits of Block Kit that this double enforces, in characters or entries:
// Slack's reference of blocks and block elements, and the comments of the
// vendor's @slack/types 3.2.0.
const (
	maxBlocks            = 50 // a message; a modal may have 100
	maxSectionText       = 3000
	maxSectionFields     = 10
	maxFieldText         = 2000
	maxHeaderText        = 150
	maxContextElements   = 10
	maxActionsElements   = 25
	maxID                = 255 // block_id and action_id
	maxButtonText        = 75
	maxButtonValue       = 2000
	maxURL               = 3000
	maxLabel             = 75 // accessibility_label
	maxText              = 3000
	maxOptions           = 100
	maxOptionGroups      = 100
	maxOptionText        = 75
	maxOptionValue       = 150 // the documentation; @slack/types still says 75
	maxPlaceholder       = 150
	maxOverflowOptions   = 5
	maxAltText           = 2000
	maxTitle             = 2000
	maxConfirmTitle      = 100
	maxConfirmText       = 300
	maxConfirmButton     = 30
	maxMessageText       = 40_000 // beyond it Slack cuts; best is at most 4,000
	maxPostBody          = 1 << 20
	maxReplyBody         = 1 << 20
	primaryButtonsAllSet = 1 // "use primary for at most one button in a set"
)

// textObject wants a text of the given kinds. emoji is only for plain_text,
// verbatim only for mrkdwn.
func textObject(most int, kinds ...string) rule {
	known := map[string]rule{
		"plain_text": object(map[string]member{"type": must(oneOf("plain_text")), "text": must(chars(1, most)), "emoji": may(boolean)}),
		"mrkdwn":     object(map[string]member{"type": must(oneOf("mrkdwn")), "text": must(chars(1, most)), "verbatim": may(boolean)}),
	}
	allowed := map[string]rule{}
	for _, k := range kinds {
		allowed[k] = known[k]
	}
	return byType("text", allowed)
}

func plain(most int) rule   { return textObject(most, "plain_text") }
func anyText(most int) rule { return textObject(most, "plain_text", "mrkdwn") }

var (
	id    = chars(1, maxID)
	style = oneOf("primary", "danger")

	confirmObject = object(map[string]member{
		"title": must(plain(maxConfirmTitle)), "text": must(anyText(maxConfirmText)),
		"confirm": must(plain(maxConfirmButton)), "deny": must(plain(maxConfirmButton)), "style": may(style),
	})
	option = object(map[string]member{
		"text": must(plain(maxOptionText)), "value": must(chars(1, maxOptionValue)), "description": may(plain(maxOptionText)),
	})
	overflowOption = object(map[string]member{
		"text": must(plain(maxOptionText)), "value": must(chars(1, maxOptionValue)), "description": may(plain(maxOptionText)), "url": may(chars(1, maxURL)),
	})
	optionGroup = object(map[string]member{"label": must(plain(maxOptionText)), "options": must(list(1, maxOptions, option))})

	button = object(map[string]member{
		"type": must(oneOf("button")), "text": must(plain(maxButtonText)), "action_id": may(id), "value": may(chars(1, maxButtonValue)),
		"url": may(chars(1, maxURL)), "style": may(style), "confirm": may(confirmObject), "accessibility_label": may(chars(1, maxLabel)),
	})
	staticSelect = all(object(map[string]member{
		"type": must(oneOf("static_select")), "action_id": may(id), "placeholder": may(plain(maxPlaceholder)),
		"options": may(list(1, maxOptions, option)), "option_groups": may(list(1, maxOptionGroups, optionGroup)),
		"initial_option": may(option), "confirm": may(confirmObject), "focus_on_load": may(boolean),
	}), optionsOrGroups)
	overflow = object(map[string]member{
		"type": must(oneOf("overflow")), "action_id": may(id), "options": must(list(1, maxOverflowOptions, overflowOption)), "confirm": may(confirmObject),
	})
	imageElement = object(map[string]member{
		"type": must(oneOf("image")), "image_url": must(chars(1, maxURL)), "alt_text": must(chars(1, maxAltText)),
	})

	block = byType("block", map[string]rule{
		"section": all(object(map[string]member{
			"type": must(oneOf("section")), "block_id": may(id), "text": may(anyText(maxSectionText)),
			"fields": may(list(1, maxSectionFields, anyText(maxFieldText))), "expand": may(boolean),
			"accessory": may(byType("element", map[string]rule{"button": button, "static_select": staticSelect, "overflow": overflow, "image": imageElement})),
		}), textOrFields),
		"header":  object(map[string]member{"type": must(oneOf("header")), "block_id": may(id), "text": must(plain(maxHeaderText))}),
		"divider": object(map[string]member{"type": must(oneOf("divider")), "block_id": may(id)}),
		"context": object(map[string]member{
			"type": must(oneOf("context")), "block_id": may(id),
			"elements": must(list(1, maxContextElements, contextElement)),
		}),
		"actions": all(object(map[string]member{
			"type": must(oneOf("actions")), "block_id": may(id),
			"elements": must(list(1, maxActionsElements, byType("element", map[string]rule{"button": button, "static_select": staticSelect, "overflow": overflow}))),
		}), onePrimary, uniqueActions),
		"image": object(map[string]member{
			"type": must(oneOf("image")), "block_id": may(id), "image_url": must(chars(1, maxURL)),
			"alt_text": must(chars(1, maxAltText)), "title": may(plain(maxTitle)),
		}),
	})

	blockList = all(list(1, maxBlocks, block), uniqueBlocks)
)

// contextElement is an image or a text.
func contextElement(c *checker, at string, v any) {
	if o, ok := v.(map[string]any); ok && o["type"] == "image" {
		imageElement(c, at, v)
		return
	}
	anyText(maxText)(c, at, v)
}

func textOrFields(c *checker, at string, v any) {
	o, _ := v.(map[string]any)
	if o["text"] == nil && o["fields"] == nil {
		c.say(at, "a section needs text or fields")
	}
}

func optionsOrGroups(c *checker, at string, v any) {
	o, _ := v.(map[string]any)
	if (o["options"] == nil) == (o["option_groups"] == nil) {
		c.say(at, "needs options or option_groups, and not both")
	}
}

func onePrimary(c *checker, at string, v any) {
	if n := len(membersWith(v, "style", func(s string) bool { return s == "primary" })); n > primaryButtonsAllSet {
		c.say(at, "%d primary buttons, at most %d", n, primaryButtonsAllSet)
	}
}

// uniqueActions wants each action_id once in its block. Slack requires no more.
func uniqueActions(c *checker, at string, v any) {
	seen := map[string]bool{}
	for _, action := range membersWith(v, "action_id", func(string) bool { return true }) {
		if seen[action] {
			c.say(at, "action_id %q twice in one block", action)
		}
		seen[action] = true
	}
}

func uniqueBlocks(c *checker, at string, v any) {
	seen := map[string]bool{}
	l, _ := v.([]any)
	for i, e := range l {
		o, _ := e.(map[string]any)
		name, ok := o["block_id"].(string)
		if ok && seen[name] {
			c.say(fmt.Sprintf("%s[%d]", at, i), "block_id %q twice in one message", name)
		}
		seen[name] = true
	}
}

// membersWith lists the values of one string member over a block's elements.
func membersWith(v any, name string, wanted func(string) bool) []string {
	o, _ := v.(map[string]any)
	elements, _ := o["elements"].([]any)
	var found []string
	for _, e := range elements {
		o, _ := e.(map[string]any)
		if s, ok := o[name].(string); ok && wanted(s) {
			found = append(found, s)
		}
	}
	return found
}
