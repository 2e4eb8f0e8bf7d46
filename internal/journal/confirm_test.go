package journal

import (
	"reflect"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

func confirmOf(run core.RunID) core.Confirm {
	return core.Confirm{Run: run, At: noon, By: core.Caller{Door: core.Slack, Name: "T1/U1", Place: "C1"}, Stop: true, Digest: "d",
		Confidential: map[string]string{"response_url": "https://hooks.example/actions/very-confidential"}}
}

func TestConfirmIsWrittenOnceAndSealed(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run := c.run(core.Slack, "d1")
	if _, err := j.Confirm(t.Context(), run); core.CodeOf(err) != core.Missing {
		t.Fatalf("before anybody answered: %v", err)
	}
	want := confirmOf(run)
	got, won, err := j.PutConfirm(t.Context(), want)
	if err != nil || !won || !reflect.DeepEqual(got, want) {
		t.Fatalf("PutConfirm = %+v, %t, %v", got, won, err)
	}
	second := want
	second.Stop = false
	got, won, err = j.PutConfirm(t.Context(), second)
	if err != nil || won || !reflect.DeepEqual(got, want) {
		t.Errorf("a second answer = %+v, %t, %v; want the first", got, won, err)
	}
	if got, err := j.Confirm(t.Context(), run); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Confirm = %+v, %v", got, err)
	}
	for key, body := range c.Objects() {
		if strings.Contains(string(body), "very-confidential") {
			t.Errorf("%s shows the confidential part", key)
		}
	}
	wrong := confirmOf(run)
	wrong.By.Door = core.Webhook
	if _, _, err := j.PutConfirm(t.Context(), wrong); err == nil {
		t.Error("an answer of another door was written")
	}
}

func TestMarks(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run := c.run(core.Slack, "d1")
	if there, err := j.Marked(t.Context(), run, core.MarkAsked); err != nil || there {
		t.Fatalf("Marked = %t, %v", there, err)
	}
	for i := range 2 {
		if first, err := j.Mark(t.Context(), run, core.MarkAsked); err != nil || first != (i == 0) {
			t.Errorf("Mark %d = %t, %v", i, first, err)
		}
	}
	if there, err := j.Marked(t.Context(), run, core.MarkAsked); err != nil || !there {
		t.Errorf("Marked = %t, %v", there, err)
	}
	if there, err := j.Marked(t.Context(), run, core.MarkTold); err != nil || there {
		t.Errorf("another mark = %t, %v", there, err)
	}
	for _, m := range []core.Mark{"", "../request", "A", "a--b"} {
		if _, err := j.Mark(t.Context(), run, m); err == nil {
			t.Errorf("mark %q was written", m)
		}
	}
}
