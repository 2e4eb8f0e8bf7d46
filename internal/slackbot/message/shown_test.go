package message

import (
	"encoding/json"
	"strings"
)

// marshal is the message as it is sent.
func marshal(m Message) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		panic(err)
	}
	return b.String()
}

// blockText is all text of the blocks.
func blockText(m Message) string {
	var sent struct {
		Blocks []struct {
			Text     struct{ Text string } `json:"text"`
			Elements []struct {
				Text json.RawMessage `json:"text"`
			} `json:"elements"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal([]byte(marshal(m)), &sent); err != nil {
		panic(err)
	}
	var lines []string
	for _, b := range sent.Blocks {
		lines = append(lines, b.Text.Text)
		for _, e := range b.Elements {
			var s string
			if json.Unmarshal(e.Text, &s) == nil { // A button's text is an object.
				lines = append(lines, s)
			}
		}
	}
	return strings.Join(lines, "\n")
}
