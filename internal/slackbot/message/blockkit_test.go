package message

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"stopdesktops/internal/pattern"
)

// checkMessage finds every break of Slack's limits in a message as it is sent,
// and everything that could mention, link or format beyond what we write
// ourselves. It reads the JSON, not our types.
func checkMessage(m Message) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	var sent struct {
		ResponseType string           `json:"response_type"`
		Text         string           `json:"text"`
		Blocks       []map[string]any `json:"blocks"`
	}
	if err := json.Unmarshal(raw, &sent); err != nil {
		return err
	}
	if sent.ResponseType != "ephemeral" && sent.ResponseType != "in_channel" {
		return fmt.Errorf("response_type %q", sent.ResponseType)
	}
	if err := checkText("text", sent.Text, 4000); err != nil {
		return err
	}
	if len(sent.Blocks) > 50 {
		return fmt.Errorf("%d blocks", len(sent.Blocks))
	}
	for i, b := range sent.Blocks {
		if err := checkBlock(b); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	return nil
}

func checkBlock(b map[string]any) error {
	keys := map[string]string{"section": "type text", "context": "type elements", "actions": "type block_id elements"}[b["type"].(string)]
	for k := range b {
		if !strings.Contains(" "+keys+" ", " "+k+" ") {
			return fmt.Errorf("%v has %s", b["type"], k)
		}
	}
	elements, _ := b["elements"].([]any)
	switch b["type"] {
	case "section":
		return checkObject(b["text"], "mrkdwn", 3000)
	case "context":
		if len(elements) < 1 || len(elements) > 10 {
			return fmt.Errorf("context of %d", len(elements))
		}
		for _, e := range elements {
			if err := checkObject(e, "mrkdwn", 3000); err != nil {
				return err
			}
		}
	case "actions":
		if id, _ := b["block_id"].(string); len(elements) < 1 || len(elements) > 25 || id == "" || len(id) > 255 {
			return fmt.Errorf("actions %q of %d", id, len(elements))
		}
		seen := map[string]bool{}
		for _, e := range elements {
			button := e.(map[string]any)
			id, _ := button["action_id"].(string)
			value, _ := button["value"].(string)
			name, _ := button["accessibility_label"].(string)
			style, styled := button["style"]
			switch {
			case button["type"] != "button", id == "", len(id) > 255, seen[id], len(value) > 2000, len([]rune(name)) > 75:
				return fmt.Errorf("button %v", button)
			case styled && style != "danger" && style != "primary":
				return fmt.Errorf("style %v", style)
			}
			seen[id] = true
			if err := checkObject(button["text"], "plain_text", 75); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkObject(o any, kind string, most int) error {
	t, _ := o.(map[string]any)
	text, _ := t["text"].(string)
	if t["type"] != kind {
		return fmt.Errorf("text object %v", t)
	}
	if kind == "plain_text" {
		if n := utf8.RuneCountInString(text); n < 1 || n > most {
			return fmt.Errorf("%d characters: %q", n, text)
		}
		return nil
	}
	if t["verbatim"] != true {
		return fmt.Errorf("Slack would search %q for links and names", text)
	}
	return checkText(kind, text, most)
}

var ourForm = pattern.New(`^<(@[UW][A-Z0-9]+|!date\^[0-9]+\^\{date_short_pretty\} \{time\}\|[0-9: -]+UTC)>`)

// checkText checks text that Slack formats.
func checkText(what, text string, most int) error {
	if n := len(utf16.Encode([]rune(text))); n < 1 || n > most {
		return fmt.Errorf("%s has %d characters", what, n)
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s is not UTF-8", what)
	}
	for i := range text {
		switch text[i] {
		case '<':
			if !ourForm.MatchString(text[i:]) {
				return fmt.Errorf("%s holds a form that is not ours: %.80q", what, text[i:])
			}
		case '&':
			if e := text[i:min(len(text), i+5)]; !strings.HasPrefix(e, "&amp;") && !strings.HasPrefix(e, "&lt;") && !strings.HasPrefix(e, "&gt;") {
				return fmt.Errorf("%s is cut in an escape or not escaped: %.40q", what, text[i:])
			}
		}
	}
	for _, line := range strings.Split(text, "\n") {
		spans := strings.Split(line, "`")
		if len(spans)%2 == 0 {
			return fmt.Errorf("%s opens a code span and does not close it: %q", what, line)
		}
		outside := ""
		for i := 0; i < len(spans); i += 2 {
			outside += spans[i]
		}
		if strings.Count(outside, "*")%2 != 0 || strings.Contains(outside, "~") || strings.HasPrefix(line, "&gt;") || strings.HasPrefix(line, ">") {
			return fmt.Errorf("%s has loose formatting: %q", what, line)
		}
		for i := 1; i < len(spans); i += 2 {
			if strings.TrimSpace(spans[i]) == "" {
				return fmt.Errorf("%s has an empty code span: %q", what, line)
			}
		}
	}
	return nil
}

// TestCheckMessage shows that the check can fail.
func TestCheckMessage(t *testing.T) {
	good := func() Message { return Progress(sampleRun, 0, 2) }
	if err := checkMessage(good()); err != nil {
		t.Fatal(err)
	}
	bad := func(text string) Message {
		m := good()
		m.Text = text
		return m
	}
	for name, m := range map[string]Message{
		"channel":  bad("a <!channel>"),
		"link":     bad("<http://example.com|x>"),
		"long":     bad(strings.Repeat("x", 4001)),
		"empty":    bad(""),
		"span":     bad("a `b"),
		"bold":     bad("a *b"),
		"escape":   bad("a &am"),
		"quote":    bad("&gt; a"),
		"no type":  {Text: "x"},
		"no blank": bad("a ` ` b"),
	} {
		if checkMessage(m) == nil {
			t.Errorf("%s passes", name)
		}
	}
	m := good()
	for range 60 {
		m.Blocks = append(m.Blocks, m.Blocks[0])
	}
	if checkMessage(m) == nil {
		t.Error("60 blocks pass")
	}
}
