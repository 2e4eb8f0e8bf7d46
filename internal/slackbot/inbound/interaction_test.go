package inbound

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/identity"
)

// click is a press of Stop as Slack sends it, from its reference of block_actions.
const click = `{"type":"block_actions","user":{"id":"U123","username":"alice","name":"alice","team_id":"T123"},"api_app_id":"A123","token":"x",
"container":{"type":"message","message_ts":"1548261231.000200","channel_id":"C123","is_ephemeral":true},"trigger_id":"12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
"team":{"id":"T123","domain":"example"},"enterprise":null,"is_enterprise_install":false,"channel":{"id":"C123","name":"ops"},
"response_url":"https://hooks.slack.com/actions/T123/456/abcDEF","state":{"values":{}},
"actions":[{"action_id":"stop","block_id":"plan","text":{"type":"plain_text","text":"Stop 1 desktop","emoji":true},"value":"the-value","style":"danger","type":"button","action_ts":"1548426417.840180"}]}`

func clickForm(payload string) []byte { return []byte(url.Values{"payload": {payload}}.Encode()) }

// changed is the click with one part replaced.
func changed(t testing.TB, old, new string) []byte {
	t.Helper()
	if !strings.Contains(click, old) {
		t.Fatalf("the click holds no %s", old)
	}
	return clickForm(strings.Replace(click, old, new, 1))
}

// printed is a value as a careless log line shows it.
func printed(v any) string {
	raw, err := json.Marshal(v)
	return fmt.Sprintf("%v %+v %#v %s %v", v, v, v, raw, err)
}

func TestParseInteraction(t *testing.T) {
	want := Interaction{Action: button.Stop, Value: "the-value", Ephemeral: true, Identity: identity.Identity{AppID: "A123", TeamID: "T123", UserID: "U123", UserTeamID: "T123", ChannelID: "C123",
		TriggerID: "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3", ResponseURL: "https://hooks.slack.com/actions/T123/456/abcDEF"}}
	got, err := ParseInteraction(clickForm(click))
	if err != nil || got != want {
		t.Fatalf("ParseInteraction = %+v, %v", got, err)
	}
	if strings.Contains(printed(got), "abcDEF") {
		t.Error("printing a click shows its response URL")
	}
	got, err = ParseInteraction(changed(t, `"action_id":"stop"`, `"action_id":"cancel"`))
	if err != nil || got.Action != button.Cancel {
		t.Errorf("cancel: %+v, %v", got, err)
	}
	got, err = ParseInteraction(changed(t, `"channel":{"id":"C123","name":"ops"},`, ""))
	if err != nil || got.ChannelID != "C123" {
		t.Errorf("channel of the container: %+v, %v", got, err)
	}
	orgWide := strings.NewReplacer(`"team":{"id":"T123","domain":"example"}`, `"team":null`, `"enterprise":null,"is_enterprise_install":false`, `"enterprise":{"id":"E1","name":"x"},"is_enterprise_install":true`).Replace(click)
	got, err = ParseInteraction(clickForm(orgWide))
	if err != nil || got.TeamID != "" || got.EnterpriseID != "E1" || got.Home() != "E1" {
		t.Errorf("org-wide: %+v, %v", got, err)
	}
}

// TestParseInteractionLikeSlackGo reads a click with slack-go's parser too.
func TestParseInteractionLikeSlackGo(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/slack/interaction", strings.NewReader(string(clickForm(click))))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	theirs, err := slack.InteractionCallbackParse(r)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := ParseInteraction(clickForm(click))
	if err != nil {
		t.Fatal(err)
	}
	a := theirs.ActionCallback.BlockActions[0]
	want := Interaction{Action: button.Action(a.ActionID), Value: a.Value, Ephemeral: theirs.Container.IsEphemeral, Identity: identity.Identity{AppID: theirs.APIAppID, TeamID: theirs.Team.ID, EnterpriseID: theirs.Enterprise.ID, UserID: theirs.User.ID,
		UserTeamID: theirs.User.TeamID, ChannelID: theirs.Channel.ID, TriggerID: theirs.TriggerID, ResponseURL: core.Secret(theirs.ResponseURL), IsEnterpriseInstall: theirs.IsEnterpriseInstall}}
	if ours != want || a.BlockID != button.PlanBlock {
		t.Errorf("slack-go reads %+v, we read %+v", want, ours)
	}
}

func TestParseInteractionRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		body   []byte
		reason string
	}{
		"drained body":      {nil, "empty"},
		"no payload":        {[]byte("a=b"), "payload"},
		"semicolon":         {append(clickForm(click), ";a=b"...), "not a form"},
		"payload twice":     {append(clickForm(click), ("&" + string(clickForm(click)))...), "twice"},
		"not JSON":          {clickForm("{"), "payload"},
		"a list":            {clickForm("[]"), "payload"},
		"two documents":     {clickForm(click + click), "payload"},
		"not UTF-8":         {[]byte("payload=%ff"), "UTF-8"},
		"deep":              {clickForm(strings.Repeat(`{"a":`, 20000)), "payload"},
		"name twice":        {changed(t, `"api_app_id"`, `"user":{"id":"U9","team_id":"T123"},"api_app_id"`), "payload"},
		"wrong type":        {changed(t, `"U123"`, `1`), "payload"},
		"view_submission":   {changed(t, "block_actions", "view_submission"), "block_actions"},
		"no type":           {changed(t, `"type":"block_actions",`, ""), "block_actions"},
		"no action":         {changed(t, `"actions":[{`, `"actions":[],"other":[{`), "one action"},
		"two actions":       {changed(t, `"actions":[`, `"actions":[{"action_id":"stop","block_id":"plan","type":"button"},`), "one action"},
		"a menu":            {changed(t, `"type":"button"`, `"type":"static_select"`), "not a button"},
		"another button":    {changed(t, `"action_id":"stop"`, `"action_id":"other"`), "none of ours"},
		"halt under a plan": {changed(t, `"action_id":"stop"`, `"action_id":"halt"`), "none of ours"},
		"stop elsewhere":    {changed(t, `"block_id":"plan"`, `"block_id":"forecast"`), "none of ours"},
		"another block":     {changed(t, `"block_id":"plan"`, `"block_id":"x"`), "none of ours"},
		"no app":            {changed(t, `"api_app_id":"A123",`, ""), "api_app_id"},
		"no user":           {changed(t, `"id":"U123"`, `"id":""`), "user_id"},
		"no home":           {changed(t, `,"team_id":"T123"`, ""), "user.team_id"},
		"odd home":          {changed(t, `"team_id":"T123"`, `"team_id":"x"`), "user.team_id"},
		"no team":           {changed(t, `"team":{"id":"T123","domain":"example"}`, `"team":null`), "team.id"},
		"odd team":          {changed(t, `"team":{"id":"T123"`, `"team":{"id":"x"`), "team.id"},
		"odd enterprise":    {changed(t, `"enterprise":null`, `"enterprise":{"id":"T1"}`), "enterprise_id"},
		"no response URL":   {changed(t, `"response_url":"https://hooks.slack.com/actions/T123/456/abcDEF",`, ""), "response_url"},
		"no trigger":        {changed(t, `"trigger_id":"12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",`, ""), "trigger_id"},
		"name in capitals":  {changed(t, `"api_app_id"`, `"API_APP_ID"`), "api_app_id"},
		"payload of escape": {clickForm(`"` + strings.ReplaceAll(click, `"`, `\"`) + `"`), "payload"},
	} {
		got, err := ParseInteraction(c.body)
		if core.CodeOf(err) != core.Invalid || err == nil || !strings.Contains(err.Error(), c.reason) || got != (Interaction{}) {
			t.Errorf("%s: %+v, %v; want the reason %q", name, got, err, c.reason)
		} else if strings.Contains(err.Error(), "abcDEF") || strings.Contains(err.Error(), "the-value") {
			t.Errorf("%s: the error quotes the payload: %v", name, err)
		}
	}
}

func FuzzParseInteraction(f *testing.F) {
	for _, s := range []string{click, "{}", "", `{"type":"block_actions","actions":[{}]}`, `{"actions":null,"team":null}`} {
		f.Add(clickForm(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		i, err := ParseInteraction(body)
		if err != nil {
			if core.CodeOf(err) != core.Invalid || i != (Interaction{}) {
				t.Fatalf("%+v, %v", i, err)
			}
			return
		}
		if !slices.Contains([]button.Action{button.Stop, button.Cancel, button.Halt, button.KeepMine}, i.Action) || !identity.UserID.MatchString(i.UserID) || !identity.HomeID.MatchString(i.UserTeamID) || i.Home() == "" || i.ResponseURL == "" {
			t.Fatalf("half a click: %+v", i)
		}
	})
}
