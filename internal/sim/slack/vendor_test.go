package slack_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"stopdesktops/internal/sim/slack"
)

// TestOfficialVector is the example of Slack's documentation, "Verifying
// requests from Slack".
func TestOfficialVector(t *testing.T) {
	body := "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
		"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
		"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
		"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	want := "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	if got := slack.Sign(secret, "1531420618", []byte(body)); got != want {
		t.Fatalf("signature %s, want %s", got, want)
	}
}

// verify receives a request as an app does that uses the vendor's library:
// the signature on the raw bytes, and the body restored for its parsers.
func verify(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	v, err := slackgo.NewSecretsVerifier(r.Header, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}

func TestVendorLibraryReadsCommands(t *testing.T) {
	w := newWorld(t, func(o *slack.Options) { o.EnterpriseID, o.EnterpriseName = "E012", "Example Org" })
	var got slackgo.SlashCommand
	var verified error
	w.answers(func(_ http.ResponseWriter, r *http.Request) {
		verified = verify(r)
		got, _ = slackgo.SlashCommandParse(r)
	})
	reply := w.command("ecd-1 because & why")
	if verified != nil {
		t.Fatalf("slack-go refuses the signature: %v", verified)
	}
	want := slackgo.SlashCommand{
		Token: got.Token, TeamID: slack.DefaultTeamID, TeamDomain: slack.DefaultTeamDomain, EnterpriseID: "E012", EnterpriseName: "Example Org",
		ChannelID: ops, ChannelName: "ops", UserID: alice, UserName: "alice", Command: "/stop-desktop", Text: "ecd-1 because &amp; why",
		ResponseURL: reply.ResponseURL, TriggerID: reply.TriggerID, APIAppID: slack.DefaultAppID,
	}
	if got != want {
		t.Fatalf("slack-go read\n%+v, want\n%+v", got, want)
	}
	if got.Token == "" || !strings.HasPrefix(got.ResponseURL, w.hooks+"/commands/"+slack.DefaultTeamID+"/") {
		t.Fatalf("token %q, response_url %q", got.Token, got.ResponseURL)
	}
}

func TestVendorLibraryReadsClicks(t *testing.T) {
	for _, kind := range []string{"ephemeral", "in_channel"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			w.says(strings.Replace(planMessage, "{", `{"response_type":"`+kind+`",`, 1))
			w.command("ecd-1")
			shown := w.Messages(ops, alice)[0]
			var got slackgo.InteractionCallback
			var verified, parsed error
			w.answers(func(_ http.ResponseWriter, r *http.Request) {
				verified = verify(r)
				got, parsed = slackgo.InteractionCallbackParse(r)
			})
			reply := w.click(alice, "stop")
			if verified != nil || parsed != nil {
				t.Fatalf("slack-go: signature %v, payload %v", verified, parsed)
			}
			if got.Type != slackgo.InteractionTypeBlockActions || got.APIAppID != slack.DefaultAppID || got.TriggerID != reply.TriggerID || got.ResponseURL != reply.ResponseURL {
				t.Errorf("read %+v", got)
			}
			if got.User.ID != alice || got.User.TeamID != slack.DefaultTeamID || got.Team.ID != slack.DefaultTeamID || got.Channel.ID != ops {
				t.Errorf("user %+v, team %+v, channel %s", got.User, got.Team, got.Channel.ID)
			}
			if got.Container.IsEphemeral != (kind == "ephemeral") || got.Container.MessageTs != shown.TS || got.Container.ChannelID != ops || got.Container.Type != "message" {
				t.Errorf("container %+v", got.Container)
			}
			if inside := got.Message.Text != ""; inside != (kind == "in_channel") {
				t.Errorf("the payload holds the message: %v", inside)
			}
			if len(got.ActionCallback.BlockActions) != 1 {
				t.Fatalf("actions %+v", got.ActionCallback)
			}
			if a := got.ActionCallback.BlockActions[0]; a.ActionID != "stop" || a.BlockID != "decide" || a.Value != "run-1" || a.Type != "button" || a.ActionTs == "" || a.Text.Text != "Stop" {
				t.Errorf("action %+v", a)
			}
			if !strings.HasPrefix(reply.ResponseURL, w.hooks+"/actions/"+slack.DefaultTeamID+"/") {
				t.Errorf("response_url %q", reply.ResponseURL)
			}
		})
	}
}

// TestVendorLibraryRefusesForgeries shows that each attack arrives as one.
func TestVendorLibraryRefusesForgeries(t *testing.T) {
	cases := map[string]struct {
		forge slack.Forgery
		want  error
	}{
		"another secret":      {slack.SignedWith("ffff"), slackgo.ErrInvalidSignature},
		"no signature":        {slack.SignedWith(""), slackgo.ErrMissingHeaders},
		"stale":               {slack.SignedAt(-10 * time.Minute), slackgo.ErrExpiredTimestamp},
		"future":              {slack.SignedAt(10 * time.Minute), slackgo.ErrExpiredTimestamp},
		"another timestamp":   {slack.WithHeader(slack.TimestampHeader, "1531420618"), slackgo.ErrExpiredTimestamp},
		"no timestamp":        {slack.WithHeader(slack.TimestampHeader, ""), slackgo.ErrMissingHeaders},
		"edited in transit":   {slack.BodyEdited("ecd-1", "ecd-2"), slackgo.ErrInvalidSignature},
		"appended in transit": {slack.BodyAppended("&text=ecd-2"), slackgo.ErrInvalidSignature},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var got error
			w.answers(func(rw http.ResponseWriter, r *http.Request) {
				got = verify(r)
				rw.WriteHeader(http.StatusUnauthorized)
			})
			reply := w.command("ecd-1", c.forge)
			if !errors.Is(got, c.want) && (got == nil || got.Error() != c.want.Error()) {
				t.Errorf("slack-go says %v, want %v", got, c.want)
			}
			if reply.Status != http.StatusUnauthorized || reply.Error != slack.HTTPClientError {
				t.Errorf("reply %d %s", reply.Status, reply.Error)
			}
		})
	}
}

// TestVendorClientPosts calls the double with the vendor's own client.
func TestVendorClientPosts(t *testing.T) {
	w := newWorld(t, func(o *slack.Options) {
		o.Scopes = []string{"chat:write", "usergroups:read", "users:read"}
		o.Groups = []slack.Group{{ID: "S012", Users: []string{alice, bob}}}
	})
	api := slackgo.New("xoxb-sample", slackgo.OptionAPIURL(w.hooks+"/api/"))
	ctx := t.Context()
	if _, _, err := api.PostMessageContext(ctx, ops, slackgo.MsgOptionText("hello", false)); err == nil || err.Error() != "not_in_channel" {
		t.Fatalf("before the invitation: %v", err)
	}
	w.Invite(ops)
	block := slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.PlainTextType, "Stopped 1 of 1.", false, false), nil, nil)
	_, ts, err := api.PostMessageContext(ctx, ops, slackgo.MsgOptionText("hello", false), slackgo.MsgOptionBlocks(block), slackgo.MsgOptionDisableLinkUnfurl())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.PostEphemeralContext(ctx, ops, bob, slackgo.MsgOptionText("for bob", false)); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := api.UpdateMessageContext(ctx, ops, ts, slackgo.MsgOptionText("bye", false)); err != nil {
		t.Fatal(err)
	}
	if got := w.texts(bob); !slices.Equal(got, []string{"bye", "for bob"}) {
		t.Errorf("bob sees %q", got)
	}
	ephemeral := w.Messages(ops, bob)[1].TS
	if _, _, _, err := api.UpdateMessageContext(ctx, ops, ephemeral, slackgo.MsgOptionText("x", false)); err == nil || err.Error() != "message_not_found" {
		t.Errorf("update of an ephemeral message: %v", err)
	}
	members, err := api.GetUserGroupMembersContext(ctx, "S012")
	if err != nil || !slices.Equal(members, []string{alice, bob}) {
		t.Errorf("group %v, %v", members, err)
	}
	user, err := api.GetUserInfoContext(ctx, alice)
	if err != nil || user.Name != "alice" || user.Profile.Email != "" {
		t.Errorf("user %+v, %v: the e-mail address needs users:read.email", user, err)
	}
	if _, err := slackgo.New("xoxb-other", slackgo.OptionAPIURL(w.hooks+"/api/")).GetUserInfoContext(ctx, alice); err == nil || err.Error() != "invalid_auth" {
		t.Errorf("another token: %v", err)
	}
}

// TestVendorWebhook posts to a response URL with the vendor's own poster.
func TestVendorWebhook(t *testing.T) {
	w := newWorld(t)
	w.says(planMessage)
	w.command("ecd-1")
	w.answers(nil)
	url := w.click(alice, "stop").ResponseURL
	block := slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.MarkdownType, "*Stopping* ecd-1", false, true), nil, nil)
	message := &slackgo.WebhookMessage{Text: "Stopping ecd-1", ReplaceOriginal: true, Blocks: &slackgo.Blocks{BlockSet: []slackgo.Block{block}}}
	if err := slackgo.PostWebhookContext(t.Context(), url, message); err != nil {
		t.Fatalf("%v: %+v", err, w.last())
	}
	seen := w.Messages(ops, alice)
	if len(seen) != 1 || seen[0].Readable() != "*Stopping* ecd-1" || seen[0].Edits != 1 {
		t.Errorf("alice sees %+v", seen)
	}
	w.Fault(slack.Fault{Kind: slack.RateLimited, Count: 1, RetryAfter: 7 * time.Second})
	err := slackgo.PostWebhookContext(t.Context(), url, message)
	if limited, ok := errors.AsType[*slackgo.RateLimitedError](err); !ok || limited.RetryAfter != 7*time.Second {
		t.Errorf("429 reads as %v", err)
	}
}
