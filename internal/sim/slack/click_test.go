package slack_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"stopdesktops/internal/sim/slack"
)

// clicked reads the form and the query of the next click.
func (w *world) clicked(who, action string, forge ...slack.Forgery) (form url.Values, query string, payload map[string]any) {
	w.t.Helper()
	w.answers(func(_ http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		body, _ := io.ReadAll(r.Body)
		form, _ = url.ParseQuery(string(body))
		json.Unmarshal([]byte(form.Get("payload")), &payload)
	})
	if reply := w.click(who, action, forge...); reply.Error != "" {
		w.t.Fatalf("click: %s %s", reply.Error, reply.Cause)
	}
	return form, query, payload
}

func (w *world) showsPlan(kind string) slack.Ref {
	w.t.Helper()
	w.says(strings.Replace(planMessage, "{", `{"response_type":"`+kind+`",`, 1))
	ref := w.command("ecd-1").Message.Ref
	w.answers(nil)
	return ref
}

func TestDialogIsTheClientsOwn(t *testing.T) {
	w := newWorld(t)
	ref := w.showsPlan("ephemeral")
	calls := len(w.Calls())
	reply, err := w.Click(t.Context(), slack.Click{URL: w.url, Message: ref, ActionID: "stop", UserID: alice, Deny: true})
	if err != nil || reply.Confirm != "Sure? Unsaved work is lost. [Stop] [No]" {
		t.Errorf("dialog %q, %v", reply.Confirm, err)
	}
	if _, err := w.Click(t.Context(), slack.Click{URL: w.url, Message: ref, ActionID: "cancel", UserID: alice, Deny: true}); err == nil {
		t.Error("a button without a dialog cannot be denied")
	}
	if got := len(w.Calls()); got != calls {
		t.Errorf("%d requests for a denied dialog", got-calls)
	}
	if reply := w.click(alice, "stop"); reply.Confirm == "" {
		t.Error("an agreed dialog is not shown")
	}
}

func TestNobodyClicksWhatTheyDoNotSee(t *testing.T) {
	w := newWorld(t, func(o *slack.Options) {
		o.Channels = append(o.Channels, slack.Channel{ID: "G0PRIVATE", Members: []string{alice}, AppIn: true})
	})
	ref := w.showsPlan("ephemeral")
	try := func(c slack.Click) error {
		t.Helper()
		c.URL = w.url
		_, err := w.Click(t.Context(), c)
		return err
	}
	if err := try(slack.Click{Message: ref, ActionID: "stop", UserID: bob}); !errors.Is(err, slack.ErrNoMessage) {
		t.Errorf("bob clicks alice's ephemeral message: %v", err)
	}
	if err := try(slack.Click{Message: slack.Ref{Channel: ops, TS: "1.0"}, ActionID: "stop", UserID: alice}); !errors.Is(err, slack.ErrNoMessage) {
		t.Errorf("no such message: %v", err)
	}
	if err := try(slack.Click{Message: ref, ActionID: "halt", UserID: alice}); !errors.Is(err, slack.ErrNoButton) {
		t.Errorf("no such button: %v", err)
	}
	reply, err := w.Command(t.Context(), slack.Command{URL: w.url, UserID: alice, ChannelID: "G0PRIVATE"})
	if err != nil {
		t.Fatal(err)
	}
	w.posts(reply.ResponseURL, strings.Replace(planMessage, "{", `{"response_type":"in_channel",`, 1), 200, "ok")
	private := w.Messages("G0PRIVATE", alice)[0].Ref
	if err := try(slack.Click{Message: private, ActionID: "stop", UserID: bob}); !errors.Is(err, slack.ErrNoMessage) {
		t.Errorf("bob clicks in a channel he is not in: %v", err)
	}
	if got := w.Messages("G0PRIVATE", bob); got != nil {
		t.Errorf("bob sees %+v", got)
	}
}

func TestStaleClick(t *testing.T) {
	w := newWorld(t)
	ref := w.showsPlan("ephemeral")
	w.posts(w.click(alice, "stop").ResponseURL, `{"text":"stopping","replace_original":true}`, 200, "ok")
	again := slack.Click{URL: w.url, Message: ref, ActionID: "stop", UserID: alice}
	if _, err := w.Click(t.Context(), again); !errors.Is(err, slack.ErrNoButton) {
		t.Errorf("the button is gone: %v", err)
	}
	again.Stale = true
	reply, err := w.Click(t.Context(), again)
	if err != nil || reply.Status != 200 {
		t.Fatalf("stale click: %d, %v", reply.Status, err)
	}
	w.posts(reply.ResponseURL, `{"text":"too late"}`, 200, "ok")
}

func TestSameActionInTwoBlocks(t *testing.T) {
	w := newWorld(t)
	first, second := with(pressMe, "value", "1"), with(pressMe, "value", "2")
	w.says(document(t, o{"text": "x", "blocks": l{actions(first), with(actions(second), "block_id", "second"), with(section, "accessory", menu)}}))
	ref := w.command("ecd-1").Message.Ref
	if _, err := w.Click(t.Context(), slack.Click{URL: w.url, Message: ref, ActionID: "a", UserID: alice}); err == nil || !strings.Contains(err.Error(), "in 2 blocks") {
		t.Errorf("which of both? %v", err)
	}
	var payload struct{ Actions []map[string]any }
	w.answers(func(_ http.ResponseWriter, r *http.Request) {
		json.Unmarshal([]byte(r.PostFormValue("payload")), &payload)
	})
	press := func(c slack.Click) map[string]any {
		t.Helper()
		c.URL, c.Message, c.UserID = w.url, ref, alice
		if _, err := w.Click(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return payload.Actions[0]
	}
	if got := press(slack.Click{ActionID: "a", BlockID: "second"}); got["value"] != "2" || got["block_id"] != "second" {
		t.Errorf("action %v", got)
	}
	got := press(slack.Click{ActionID: "m", Choose: "a"})
	if option, _ := got["selected_option"].(map[string]any); option["value"] != "a" || got["block_id"] == "" {
		t.Errorf("menu %v", got)
	}
	if _, err := w.Click(t.Context(), slack.Click{URL: w.url, Message: ref, ActionID: "m", UserID: alice, Choose: "z"}); err == nil {
		t.Error("no such option")
	}
}

// TestStrangersClick is a member of another organisation in a shared channel:
// no commands, but buttons.
func TestStrangersClick(t *testing.T) {
	w := newWorld(t, func(o *slack.Options) {
		o.Users = append(o.Users, slack.User{ID: "U0STRANGE", TeamID: "T0STRANGE", EnterpriseID: "E0STRANGE"})
	})
	w.showsPlan("in_channel")
	_, _, payload := w.clicked("U0STRANGE", "stop")
	user, team := payload["user"].(map[string]any), payload["team"].(map[string]any)
	if user["team_id"] != "T0STRANGE" || team["id"] != slack.DefaultTeamID || payload["enterprise"] != nil {
		t.Errorf("user %v in team %v, enterprise %v", user, team, payload["enterprise"])
	}
}

func TestClickThatFails(t *testing.T) {
	w := newWorld(t)
	w.showsPlan("ephemeral")
	w.answers(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(503) })
	if reply := w.click(alice, "stop"); reply.Error != slack.HTTPServiceError || !strings.Contains(reply.Notice, "warning triangle") {
		t.Errorf("%q, %q", reply.Error, reply.Notice)
	}
	w.says(`{"text":"ignored"}`)
	if reply := w.click(alice, "stop"); reply.Error != "" || w.last().Note == "" || len(w.Messages(ops, alice)) != 1 {
		t.Errorf("%+v, %+v", reply.Error, w.last())
	}
}
