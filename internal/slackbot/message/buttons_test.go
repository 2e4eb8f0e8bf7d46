package message

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/inbound"
)

// pressed is a click of alice's on a button, which stands in its place.
const pressed = `{"type":"block_actions","user":{"id":"U123","team_id":"T123"},"api_app_id":"A123","trigger_id":"1.2.ab","team":{"id":"T123"},
"channel":{"id":"C123"},"response_url":"https://hooks.slack.com/actions/T123/456/abcDEF","actions":[%s]}`

// pressedBy sends back every button of a message as a click.
func pressedBy(t *testing.T, m Message) []inbound.Interaction {
	t.Helper()
	var sent struct {
		Blocks []struct {
			Type     string            `json:"type"`
			BlockID  string            `json:"block_id"`
			Elements []json.RawMessage `json:"elements"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal([]byte(marshal(m)), &sent); err != nil {
		t.Fatal(err)
	}
	var clicks []inbound.Interaction
	for _, b := range sent.Blocks {
		for _, e := range b.Elements {
			if b.Type != "actions" {
				continue
			}
			action := strings.Replace(string(e), "{", fmt.Sprintf(`{"block_id":%q,`, b.BlockID), 1)
			form := url.Values{"payload": {fmt.Sprintf(pressed, action)}}
			got, err := inbound.ParseInteraction([]byte(form.Encode()))
			if err != nil || got.UserID != "U123" || got.Caller().Name != "T123/U123" {
				t.Errorf("%s: %+v, %v", action, got, err)
			}
			clicks = append(clicks, got)
		}
	}
	return clicks
}

// TestOurButtonsAreOurs sends back the buttons of every message that has some.
func TestOurButtonsAreOurs(t *testing.T) {
	for name, c := range map[string]struct {
		m    Message
		want []button.Action
	}{
		"plan":     {Plan(view()), []button.Action{button.Stop, button.Cancel}},
		"progress": {Progress(sampleRun, 1, 2).WithHalt("value"), []button.Action{button.Halt}},
		"forecast": {Forecast(forecast(), "value"), []button.Action{button.KeepMine}},
	} {
		var got []button.Action
		for _, i := range pressedBy(t, c.m) {
			got = append(got, i.Action)
			if i.Value != "value" {
				t.Errorf("%s: value %q", name, i.Value)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: buttons %q, want %q", name, got, c.want)
		}
	}
}
