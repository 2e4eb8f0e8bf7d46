package message_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/slack"
	"stopdesktops/internal/slackbot/button"
	"stopdesktops/internal/slackbot/command"
	"stopdesktops/internal/slackbot/identity"
	"stopdesktops/internal/slackbot/inbound"
	"stopdesktops/internal/slackbot/message"
	"stopdesktops/internal/slackbot/post"
	"stopdesktops/internal/statekey"
)

// conversation is the local double of Slack with an app behind it that is made
// of the packages under slackbot alone.
type conversation struct {
	*sim.Server
	t      *testing.T
	app    string // its URL
	poster *post.Poster
	heard  []inbound.Command
	clicks []inbound.Interaction
}

const (
	sampleRun  = "slack-abcdefghijklmnopqrstuvwxyz"
	simSecret  = "8f742231b10e8888abcd99yyyzzz85a5"
	simUser    = "U012ALICE"
	simChannel = "C012OPS00"
)

// parse reads a command in which no time of day counts.
func parse(text string) (command.Parsed, []command.Problem) {
	return command.ParseAt(text, time.Now(), time.UTC)
}

// slackDoor is the key of Slack's door, derived from a state key.
func slackDoor(t *testing.T) *statekey.Door {
	t.Helper()
	keys, err := statekey.Parse("ryvb4aqbbsHireHWlPQfxxqDHQJo6YkVYhE9imKt0b8=")
	if err != nil {
		t.Fatal(err)
	}
	door, ok := keys.Door(core.Slack)
	if !ok {
		t.Fatal("Slack has no door")
	}
	return door
}

func newConversation(t *testing.T) *conversation {
	c := &conversation{t: t, Server: sim.New(sim.Options{SigningSecret: simSecret, BotToken: "xoxb-sample", Deadline: time.Minute})}
	double := httptest.NewServer(c.Server)
	t.Cleanup(double.Close)
	c.SetBase(double.URL)
	origins, err := post.ParseOrigins([]string{double.URL})
	if err != nil {
		t.Fatal(err)
	}
	c.poster = post.NewPoster(origins)
	app := httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(app.Close)
	c.app = app.URL
	return c
}

// serve is the app: it proves, reads and checks, and answers a command.
func (c *conversation) serve(w http.ResponseWriter, r *http.Request) {
	allowed := identity.Allowed{AppIDs: []string{sim.DefaultAppID}, TeamIDs: []string{sim.DefaultTeamID}}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Error(err)
	}
	if inbound.IsSSLCheck(body) {
		return
	}
	verifier, err := inbound.NewVerifier([]core.Secret{"0123456789abcdef", simSecret})
	if err != nil {
		c.t.Error(err)
	}
	if err := verifier.Verify(r.Header, body); err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	answer := func(m message.Message) {
		if err := json.NewEncoder(w).Encode(m); err != nil {
			c.t.Error(err)
		}
	}
	if r.URL.Path == "/click" {
		i, err := inbound.ParseInteraction(body)
		if err == nil {
			err = allowed.Check(i.Identity)
		}
		if err != nil {
			c.t.Error(err)
			return
		}
		c.clicks = append(c.clicks, i)
		return
	}
	sent, err := inbound.ParseCommand(body)
	if err == nil {
		err = allowed.Check(sent.Identity)
	}
	if err != nil {
		answer(message.Error(err, ""))
		return
	}
	c.heard = append(c.heard, sent)
	p, problems := parse(sent.Text)
	switch {
	case len(problems) > 0:
		answer(message.Problems(sent.Name, problems))
	case p.Verb == command.VerbHelp:
		answer(message.Help(sent.Name))
	default:
		answer(message.Ack(p, sampleRun))
	}
}

func (c *conversation) command(text string, forge ...sim.Forgery) sim.Reply {
	c.t.Helper()
	reply, err := c.Command(c.t.Context(), sim.Command{URL: c.app + "/command", Text: text, UserID: simUser, ChannelID: simChannel, Forge: forge})
	if err != nil {
		c.t.Fatal(err)
	}
	return reply
}

func TestConversation(t *testing.T) {
	c := newConversation(t)
	reply := c.command("ecd-abc “ecd-def” — by <nobody> & co")
	if reply.Error != "" || !strings.Contains(reply.Shown(), "looking at 2 desktops") {
		t.Fatalf("answer %q, error %q %s", reply.Shown(), reply.Error, reply.Cause)
	}
	heard := c.heard[0]
	p, _ := parse(heard.Text)
	if p.Reason != "by <nobody> & co" {
		t.Errorf("reason %q", p.Reason)
	}

	key := slackDoor(t)
	value := button.PlanValue{Run: sampleRun, Digest: strings.Repeat("0a", 32), User: heard.UserID, Home: heard.Home(), Channel: heard.ChannelID, Expires: time.Now().Add(button.Life)}
	v := message.SampleView()
	v.User, v.Value = heard.UserID, value.Encode(key)
	if r := c.poster.Post(t.Context(), heard.ResponseURL, message.Plan(v), 1); !r.Posted || r.Used != 1 {
		t.Fatalf("plan: %+v, %+v", r, c.Calls())
	}
	messages := c.Messages(simChannel, simUser)
	plan := messages[len(messages)-1]
	if !plan.Ephemeral() || len(plan.Buttons()) != 2 {
		t.Fatalf("the plan is\n%s", plan.Readable())
	}
	if _, err := c.Click(t.Context(), sim.Click{URL: c.app + "/click", Message: plan.Ref, ActionID: string(button.Stop), UserID: simUser}); err != nil {
		t.Fatal(err)
	}
	click := c.clicks[0]
	got, err := button.DecodePlan(click.Value, key, time.Now())
	if err != nil || got.Check(click.Identity) != nil || click.Action != button.Stop {
		t.Fatalf("value %+v, %v of %+v", got, err, click)
	}
	for _, m := range []message.Message{message.Progress(sampleRun, 0, 1), message.Progress(sampleRun, 0, 1), message.Report(message.SampleReport())} {
		if r := c.poster.Post(t.Context(), click.ResponseURL, m.Replacing(), 1); !r.Posted {
			t.Fatalf("%+v, %+v", r, c.Calls())
		}
	}
	messages = c.Messages(simChannel, simUser)
	last := messages[len(messages)-1]
	if len(messages) != 2 || last.Edits != 3 || len(last.Buttons()) != 0 || !strings.Contains(last.Readable(), "1 of 3 desktops as wanted") {
		t.Errorf("%d messages, the last edited %d times:\n%s", len(messages), last.Edits, last.Readable())
	}
	// Two more uses are left, and then the double says so.
	budget := post.Budget{Opened: time.Now(), Spent: 3}
	for i, want := range []post.Result{{Posted: true, Used: 1}, {Posted: true, Used: 1}, {Dead: true, Reason: "Slack answers 404 used_url"}} {
		r := c.poster.Post(t.Context(), click.ResponseURL, message.Progress(sampleRun, 0, 1).Replacing(), 1)
		if r != want {
			t.Errorf("use %d: %+v, want %+v", i+4, r, want)
		}
		budget.Spent += r.Used
	}
	if budget.Final(time.Now()) != 0 {
		t.Error("the budget thinks that something is left")
	}
}

// TestDoubleTakesEveryMessage posts every message, made of hostile text, to a
// double that is stricter than Slack, and finds nobody mentioned but the person
// who asked and no link.
func TestDoubleTakesEveryMessage(t *testing.T) {
	c := newConversation(t)
	const hostile = "<!channel> <@U1> <http://example.com|x> http://example.com @here `a` *b* &lt;!here&gt; <!subteam^S1>\n> quote"
	v := message.SampleView()
	v.User = simUser
	v.Request.Reason = hostile
	r := message.SampleReport()
	r.Reason, r.Note, r.Caller.Name = hostile, hostile, "T1/"+simUser
	var fields []core.FieldError
	for range 100 {
		v.Plan.Entries = append(v.Plan.Entries, core.Entry{RegionId: hostile, DesktopId: hostile, DesktopName: hostile, Status: hostile, Connection: hostile, Stop: true})
		r.Outcomes = append(r.Outcomes, core.Outcome{DesktopId: hostile, DesktopName: hostile, Detail: hostile, Code: core.Unknown, RequestIds: []string{hostile}})
		fields = append(fields, core.FieldError{Field: hostile, Problem: hostile})
	}
	all := map[string]message.Message{
		"ack": message.Ack(command.Parsed{IDs: []string{"ecd-a"}, InReason: []string{"ecd-b"}}, sampleRun), "plan": message.Plan(v), "report": message.Report(r),
		"answer": message.Answer(core.Answer{Run: sampleRun, State: core.Working, Plan: &v.Plan, First: time.Unix(1774785600, 0)}), "cancelled": message.Cancelled(sampleRun, simUser),
		"expired": message.Expired(sampleRun, "/stop-desktop", core.Request{DesktopId: []string{"ecd-a"}, Reason: strings.NewReplacer("`", "", "://", "").Replace(hostile)}),
		"error":   message.Error(&core.Error{Message: hostile, Fields: fields}, sampleRun), "problems": message.Problems("/stop-desktop", []command.Problem{{Word: hostile, Fix: hostile}}),
		"help": message.Help("/stop-desktop"), "queued": message.Progress(sampleRun, 0, 3).InChannel(), "progress": message.Progress(sampleRun, 1, 2),
	}
	for name, m := range message.FleetMessages(2000, hostile) {
		all["fleet, "+name] = m
	}
	for name, m := range all {
		c.command("ecd-abc")
		if got := c.poster.Post(t.Context(), c.heard[len(c.heard)-1].ResponseURL, m, 1); !got.Posted {
			calls := c.Calls()
			t.Errorf("%s: %+v: %s", name, got, calls[len(calls)-1].Reason)
			continue
		}
		messages := c.Messages(simChannel, simUser)
		shown := messages[len(messages)-1]
		for _, one := range shown.Mentions() {
			if one.ID != simUser {
				t.Errorf("%s mentions %+v:\n%s", name, one, shown.Readable())
			}
		}
		if links := shown.Links(); len(links) > 0 {
			t.Errorf("%s links to %+v", name, links)
		}
	}
}

func TestDoubleTakesTheBotsMessages(t *testing.T) {
	c := newConversation(t)
	double := httptest.NewServer(c.Server)
	t.Cleanup(double.Close)
	bot, err := post.NewBot("xoxb-sample", double.URL)
	if err != nil {
		t.Fatal(err)
	}
	if r := bot.Post(t.Context(), simChannel, message.Report(message.SampleReport())); r.Posted || r.Retry || !strings.HasPrefix(r.Reason, "Slack answers ") {
		t.Errorf("before it was invited: %+v", r)
	}
	c.Invite(simChannel)
	if r := bot.Post(t.Context(), simChannel, message.Report(message.SampleReport())); !r.Posted {
		t.Errorf("%+v: %+v", r, c.Calls())
	}
}

func TestForgeriesAreRefused(t *testing.T) {
	c := newConversation(t)
	for name, forge := range map[string]sim.Forgery{
		"another secret": sim.SignedWith("0123456789abcdef0123456789abcdef"), "too old": sim.SignedAt(-6 * time.Minute), "in the future": sim.SignedAt(6 * time.Minute),
		"body edited": sim.BodyEdited("ecd-abc", "ecd-xyz"), "body longer": sim.BodyAppended("&a=b"),
	} {
		if reply := c.command("ecd-abc", forge); reply.Status != http.StatusUnauthorized || len(reply.Body) != 0 {
			t.Errorf("%s: %d %q", name, reply.Status, reply.Body)
		}
	}
	for name, forge := range map[string]sim.Forgery{
		"another app": sim.WithField("api_app_id", "A9"), "another team": sim.WithField("team_id", "T9"), "no user": sim.WithoutField("user_id"), "a field twice": sim.WithSecondField("user_id", "U9"),
	} {
		if reply := c.command("ecd-abc", forge); reply.Status != http.StatusOK || !strings.Contains(string(reply.Body), "nothing was done") {
			t.Errorf("%s: %d %q", name, reply.Status, reply.Body)
		}
	}
	if len(c.heard) != 0 {
		t.Errorf("heard %+v", c.heard)
	}
	if reply, err := c.SSLCheck(t.Context(), c.app+"/command"); err != nil || reply.Status != http.StatusOK || len(reply.Body) != 0 {
		t.Errorf("SSL check: %+v, %v", reply, err)
	}
}
