package slack_test

import (
	"net/http"
	"slices"
	"testing"

	"stopdesktops/internal/sim/slack"
)

// TestSignedForgeries hold a valid signature: what is wrong is inside.
func TestSignedForgeries(t *testing.T) {
	w := newWorld(t)
	check := func(name string, got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	form, _ := w.received(slack.WithField("api_app_id", "A0OTHER"))
	check("another app", form["api_app_id"], []string{"A0OTHER"})
	form, _ = w.received(slack.WithSecondField("team_id", "T0OTHER"))
	check("field twice", form["team_id"], []string{slack.DefaultTeamID, "T0OTHER"})
	form, _ = w.received(slack.WithoutField("user_id"))
	check("no field", form["user_id"], nil)
	form, query := w.received(slack.InQuery("text"))
	check("in the query", append(form["text"], query), []string{"text=ecd-1"})

	w.showsPlan("ephemeral")
	form, query, _ = w.clicked(alice, "stop", slack.InQuery("payload"))
	if form.Has("payload") || query == "" {
		t.Errorf("form %v, query %q", form, query)
	}
	_, _, payload := w.clicked(alice, "stop", slack.WithValue(func(v string) string { return v + "x" }),
		slack.WithPayload(func(p map[string]any) { p["team"] = map[string]any{"id": "T0OTHER"} }))
	if a := payload["actions"].([]any)[0].(map[string]any); a["value"] != "run-1x" || payload["team"].(map[string]any)["id"] != "T0OTHER" {
		t.Errorf("payload %v", payload)
	}
}

// TestSignedForgeriesVerify shows that the vendor's verifier lets them in, so
// that only the app's own checks can refuse them.
func TestSignedForgeriesVerify(t *testing.T) {
	w := newWorld(t)
	var verified error
	w.answers(func(_ http.ResponseWriter, r *http.Request) { verified = verify(r) })
	for name, forge := range map[string]slack.Forgery{
		"another app": slack.WithField("api_app_id", "A0OTHER"), "field twice": slack.WithSecondField("team_id", "T0OTHER"),
		"in the query": slack.InQuery("text"), "second signature": slack.WithSecondHeader(slack.SignatureHeader, "v0=00"),
	} {
		if w.command("ecd-1", forge); verified != nil {
			t.Errorf("%s: %v", name, verified)
		}
	}
}

func TestResendSendsTheSameBytes(t *testing.T) {
	w := newWorld(t)
	var signatures []string
	var bodies []string
	w.answers(func(rw http.ResponseWriter, r *http.Request) {
		if err := verify(r); err != nil {
			t.Error(err)
		}
		r.ParseForm()
		signatures, bodies = append(signatures, r.Header.Get(slack.SignatureHeader)), append(bodies, r.PostForm.Encode())
		rw.Header().Set("Content-Type", "text/plain")
		rw.Write([]byte("heard"))
	})
	sent := w.command("ecd-1").Sent
	reply, err := w.Resend(t.Context(), sent)
	if err != nil || string(reply.Body) != "heard" || reply.Message != nil {
		t.Fatalf("%+v, %v", reply, err)
	}
	if len(bodies) != 2 || bodies[0] != bodies[1] || signatures[0] != signatures[1] {
		t.Errorf("%q signed %q", bodies, signatures)
	}
	if got := w.texts(alice); !slices.Equal(got, []string{"heard"}) {
		t.Errorf("alice sees %q: nobody in Slack sees the answer to a resend", got)
	}
	if w.last().On != slack.OnResend {
		t.Errorf("logged %+v", w.last())
	}
}
