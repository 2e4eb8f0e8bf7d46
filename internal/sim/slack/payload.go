package slack

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
)

// payload is a message as the app sends it, to a response URL or as the answer
// to a command.
type payload struct {
	ResponseType    string  `json:"response_type"`
	Text            string  `json:"text"`
	Blocks          []Block `json:"blocks"`
	ReplaceOriginal bool    `json:"replace_original"`
	DeleteOriginal  bool    `json:"delete_original"`
	ThreadTS        string  `json:"thread_ts"`
	// Mrkdwn says whether Text has formatting, which is so when it is absent.
	Mrkdwn *bool `json:"mrkdwn"`
	// LinkNames makes mentions of bare @names in Text; so does Parse "full".
	LinkNames bool   `json:"link_names"`
	Parse     string `json:"parse"`
}

// payloadKeys are the keys of a message that this double knows. Attachments
// are Slack's legacy and not among them.
var payloadKeys = object(map[string]member{
	"response_type": may(oneOf("ephemeral", "in_channel")), "text": may(chars(0, maxMessageText)), "blocks": may(blockList),
	"replace_original": may(boolean), "delete_original": may(boolean), "thread_ts": may(chars(1, maxID)), "mrkdwn": may(boolean),
	"link_names": may(boolean), "parse": may(oneOf("none", "full")), "unfurl_links": may(boolean), "unfurl_media": may(boolean),
	"reply_broadcast": may(boolean),
})

// refusal is why a message is not taken.
type refusal struct {
	code   string // Slack's word
	reason string // exactly what is wrong
}

// parsePayload decodes and checks a message. Equal names, invalid UTF-8 and
// anything after the document are refused by the decoder.
func parsePayload(body []byte) (payload, *refusal) {
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		return payload{}, &refusal{"invalid_payload", "not one JSON document: " + err.Error()}
	}
	c := &checker{}
	payloadKeys(c, "message", tree)
	if len(c.problems) > 0 {
		return payload{}, &refusal{refusalCode(c), c.reason()}
	}
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		return payload{}, &refusal{"invalid_payload", err.Error()}
	}
	nameBlocks(p.Blocks)
	return p, nil
}

// parseBlocks decodes and checks blocks that travel by themselves, as the Web
// API takes them in a form.
func parseBlocks(raw []byte) ([]Block, *refusal) {
	p, no := parsePayload(bytes.Join([][]byte{[]byte(`{"blocks":`), raw, []byte(`}`)}, nil))
	return p.Blocks, no
}

// refusalCode is invalid_blocks when any problem lies in the blocks.
func refusalCode(c *checker) string {
	for _, p := range c.problems {
		if bytes.HasPrefix([]byte(p), []byte("message.blocks")) {
			return "invalid_blocks"
		}
	}
	return "invalid_payload"
}

// empty reports whether there is nothing to show.
func (p payload) empty() bool { return p.Text == "" && len(p.Blocks) == 0 }

// nameBlocks gives a block_id to blocks without one, as Slack does.
func nameBlocks(blocks []Block) {
	taken := map[string]bool{}
	for _, b := range blocks {
		taken[b.BlockID] = true
	}
	for i := range blocks {
		for n := i; blocks[i].BlockID == ""; n++ {
			if name := fmt.Sprintf("b%d", n); !taken[name] {
				blocks[i].BlockID, taken[name] = name, true
			}
		}
	}
}
