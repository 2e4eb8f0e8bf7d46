package inbound

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/identity"
)

const hookURL = "https://hooks.slack.com/commands/T123/456/abcDEF"

// commandForm is a command as Slack sends it, with changes: "" takes a field out.
func commandForm(changes ...string) string {
	f := url.Values{"token": {"x"}, "team_id": {"T123"}, "team_domain": {"example"}, "channel_id": {"C123"}, "channel_name": {"ops"}, "user_id": {"U123"}, "user_name": {"alice"},
		"command": {"/stop-desktop"}, "text": {"ecd-abc broken & old"}, "api_app_id": {"A123"}, "is_enterprise_install": {"false"}, "response_url": {hookURL}, "trigger_id": {"1.2.abcdef"}}
	for i := 0; i < len(changes); i += 2 {
		if f.Set(changes[i], changes[i+1]); changes[i+1] == "" {
			f.Del(changes[i])
		}
	}
	return f.Encode()
}

func TestParseCommandForm(t *testing.T) {
	got, err := ParseCommand([]byte(commandForm()))
	want := Command{Name: "/stop-desktop", Text: "ecd-abc broken & old", Identity: identity.Identity{AppID: "A123", TeamID: "T123", UserID: "U123", UserTeamID: "T123", ChannelID: "C123", TriggerID: "1.2.abcdef", ResponseURL: hookURL}}
	if err != nil || got != want {
		t.Fatalf("ParseCommand = %+v, %v", got, err)
	}
	if got, err := ParseCommand([]byte(commandForm("enterprise_id", "E1", "is_enterprise_install", "true"))); err != nil || got.EnterpriseID != "E1" || !got.IsEnterpriseInstall {
		t.Errorf("org-wide: %+v, %v", got, err)
	}
	for _, good := range []string{commandForm("text", ""), commandForm("text", "a;b"), commandForm("is_enterprise_install", ""), commandForm("channel_id", "D1"), commandForm("user_id", "W1"), commandForm("new_field", "x")} {
		if _, err := ParseCommand([]byte(good)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

// TestParseCommandLikeSlackGo reads a form with slack-go's parser too.
func TestParseCommandLikeSlackGo(t *testing.T) {
	body := commandForm("enterprise_id", "E1", "is_enterprise_install", "true", "text", "ecd-abc “x” &lt; ü+%")
	r := httptest.NewRequest(http.MethodPost, "/slack/command", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	theirs, err := slack.SlashCommandParse(r)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := ParseCommand([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	want := Command{Name: theirs.Command, Text: theirs.Text, Identity: identity.Identity{AppID: theirs.APIAppID, TeamID: theirs.TeamID, EnterpriseID: theirs.EnterpriseID, UserID: theirs.UserID, UserTeamID: theirs.TeamID,
		ChannelID: theirs.ChannelID, TriggerID: theirs.TriggerID, ResponseURL: core.Secret(theirs.ResponseURL), IsEnterpriseInstall: theirs.IsEnterpriseInstall}}
	if ours != want {
		t.Errorf("slack-go reads %+v, we read %+v", want, ours)
	}
}

func TestParseCommandRefuses(t *testing.T) {
	for name, c := range map[string]struct{ body, reason string }{
		"drained body":          {"", "empty"},
		"semicolon":             {commandForm() + ";team_id=T9", "not a form"},
		"bad escape":            {commandForm() + "&a=%zz", "not a form"},
		"field twice":           {commandForm() + "&team_id=T9", "twice"},
		"field twice, the same": {commandForm() + "&user_id=U123", "twice"},
		"harmless field twice":  {commandForm() + "&text=x", "twice"},
		"not UTF-8":             {commandForm("text", "") + "&text=%ff", "UTF-8"},
		"name not UTF-8":        {commandForm() + "&%ff=1", "UTF-8"},
		"JSON":                  {`{"command":"/stop-desktop"}`, "command"},
		"no command":            {commandForm("command", ""), "command"},
		"no slash":              {commandForm("command", "stop"), "command"},
		"no app":                {commandForm("api_app_id", ""), "api_app_id"},
		"no team":               {commandForm("team_id", ""), "team_id"},
		"organisation as team":  {commandForm("team_id", "E1"), "team_id"},
		"no user":               {commandForm("user_id", ""), "user_id"},
		"a name for a user":     {commandForm("user_id", "alice"), "user_id"},
		"no channel":            {commandForm("channel_id", ""), "channel_id"},
		"no trigger":            {commandForm("trigger_id", ""), "trigger_id"},
		"odd trigger":           {commandForm("trigger_id", "../x"), "trigger_id"},
		"no response URL":       {commandForm("response_url", ""), "response_url"},
		"odd organisation":      {commandForm("enterprise_id", "T1"), "enterprise_id"},
		"org-wide without one":  {commandForm("is_enterprise_install", "true"), "enterprise_id"},
		"odd bool":              {commandForm("is_enterprise_install", "1"), "is_enterprise_install"},
		"long id":               {commandForm("user_id", "U"+strings.Repeat("1", 32)), "user_id"},
	} {
		got, err := ParseCommand([]byte(c.body))
		if core.CodeOf(err) != core.Invalid || err == nil || !strings.Contains(err.Error(), c.reason) || got != (Command{}) {
			t.Errorf("%s: %+v, %v; want the reason %q", name, got, err, c.reason)
		} else if strings.Contains(err.Error(), "abcDEF") || strings.Contains(err.Error(), "T9") {
			t.Errorf("%s: the error quotes the form: %v", name, err)
		}
	}
}

func TestIsSSLCheck(t *testing.T) {
	for body, want := range map[string]bool{
		"ssl_check=1": true, "ssl_check=1&token=x": true, "token=x&ssl_check=1": true, commandForm("ssl_check", "1"): true,
		"ssl_check=0": false, "ssl_check=true": false, "ssl_check=11": false, "ssl_check": false, "ssl_check=1&ssl_check=1": false, "ssl_check=0&ssl_check=1": false,
		"ssl_check[]=1": false, "ssl_check=1;a=b": false, "SSL_CHECK=1": false, "": false, commandForm("text", "ssl_check=1"): false, "ssl_check=+1": false,
	} {
		if got := IsSSLCheck([]byte(body)); got != want {
			t.Errorf("IsSSLCheck(%q) = %t", body, got)
		}
	}
}

func TestNoSecretIsPrinted(t *testing.T) {
	c, err := ParseCommand([]byte(commandForm()))
	if err != nil {
		t.Fatal(err)
	}
	if s := printed(c); strings.Contains(s, "abcDEF") {
		t.Errorf("printing a command shows its response URL: %s", s)
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, s := range []string{commandForm(), commandForm("enterprise_id", "E1"), vectorBody, "ssl_check=1", "", "a=b;c", "%ff=%00", "command=/x&command=/y"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		IsSSLCheck(body)
		c, err := ParseCommand(body)
		if err != nil {
			if core.CodeOf(err) != core.Invalid || c != (Command{}) {
				t.Fatalf("%+v, %v", c, err)
			}
			return
		}
		if !identity.AppID.MatchString(c.AppID) || !identity.TeamID.MatchString(c.TeamID) || !identity.UserID.MatchString(c.UserID) || !identity.ChannelID.MatchString(c.ChannelID) || c.Name == "" || c.ResponseURL == "" || c.TriggerID == "" {
			t.Fatalf("half a command: %+v", c)
		}
		command.ParseAt(c.Text, time.Unix(1774785600, 0), time.UTC)
	})
}
