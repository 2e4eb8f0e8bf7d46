package fc_test

import (
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
)

func TestFireTimer(t *testing.T) {
	p := start(t, fc.Options{}, worker(func(f *fc.Function) {
		f.Timers = []fc.TimerTrigger{{Name: "nightly", Cron: "0 0 20 * * *", Payload: `{"Timer":"a"}`, Enable: true}, {Name: "off", Cron: "@every 4m"}}
	}))
	at := time.Date(2026, 3, 1, 20, 0, 0, 0, time.FixedZone("", 8*3600))
	if err := p.FireTimer("worker", "nightly", at); err != nil {
		t.Fatal(err)
	}
	tasks := drain(t, p)
	if want := `{"triggerTime":"2026-03-01T12:00:00Z","triggerName":"nightly","payload":"{\"Timer\":\"a\"}"}`; len(tasks) != 1 || string(tasks[0].Payload) != want || tasks[0].Source != fc.SourceTimer || tasks[0].State != fc.TaskSucceeded {
		t.Errorf("tasks %+v, want payload %s", tasks, want)
	}
	for _, test := range []struct{ function, trigger, want string }{
		{"worker", "off", "disabled"}, {"worker", "absent", "no such trigger"}, {"absent", "nightly", "no such function"},
	} {
		if err := p.FireTimer(test.function, test.trigger, at); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s/%s: %v", test.function, test.trigger, err)
		}
	}
}

func TestStartTimers(t *testing.T) {
	fired := make(chan fc.Invocation, 10)
	p := start(t, fc.Options{OnInvoke: func(i fc.Invocation) { fired <- i }}, worker(func(f *fc.Function) {
		f.Timers = []fc.TimerTrigger{{Name: "often", Cron: "* * * * * *", Enable: true}, {Name: "off", Cron: "* * * * * *"}}
	}))
	p.StartTimers(t.Context())
	if i := <-fired; !strings.Contains(string(i.Event), `"triggerName":"often"`) { // within a second
		t.Errorf("event %s", i.Event)
	}
}
