package message

import (
	"fmt"
	"strings"
	"testing"

	"stopdesktops/internal/slackbot/command"
)

func TestKeepOfSeveral(t *testing.T) {
	const command = "/stop-desktop"
	of := func(n int) KeepView {
		v := KeepView{Run: sampleRun, Command: command, Until: sampleTime}
		for i := range n {
			v.Desktops = append(v.Desktops, KeptDesktop{DesktopId: fmt.Sprintf("ecd-%02d", i)})
		}
		return v
	}
	ids := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("ecd-%02d", i))
		}
		return strings.Join(all, " ")
	}
	refused := of(3)
	refused.Desktops[1].Refused = "the policy does not permit it"
	again := of(2)
	again.Desktops[1] = again.Desktops[0]
	for name, c := range map[string]struct {
		v            KeepView
		kept, unkept []string
	}{
		"one":         {of(1), []string{"*1 desktop kept awake", "It lapses by itself then", "To undo it: `/stop-desktop unkeep ecd-00`."}, []string{"it may be stopped", "To keep it awake again: `/stop-desktop keep ecd-00 2h`."}},
		"two":         {of(2), []string{"*2 desktops kept awake", "They lapse by themselves then", "To undo it: `/stop-desktop unkeep ecd-00 ecd-01`."}, []string{"they may be stopped", "To keep them awake again: `/stop-desktop keep ecd-00 ecd-01 2h`."}},
		"one refused": {refused, []string{"unkeep ecd-00 ecd-02`."}, []string{"keep ecd-00 ecd-02 2h`."}},
		"one twice":   {again, []string{"unkeep ecd-00`."}, []string{"keep ecd-00 2h`."}},
		"twenty":      {of(20), []string{"unkeep " + ids(20) + "`."}, []string{"keep " + ids(20) + " 2h`."}},
		"more":        {of(23), []string{"unkeep " + ids(20) + "`, and so with the other 3."}, []string{"keep " + ids(20) + " 2h`, and so with the other 3."}},
	} {
		for _, one := range []struct {
			m    Message
			want []string
		}{{Kept(c.v), c.kept}, {Unkept(c.v), c.unkept}} {
			if err := checkMessage(one.m); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, want := range one.want {
				if !strings.Contains(one.m.Text, want) || !strings.Contains(blockText(one.m), want) {
					t.Errorf("%s does not say %q:\n%s", name, want, one.m.Text)
				}
			}
		}
	}
}

// TestUndoIsRead: what is offered is a command that means these desktops, however
// long their ids are.
func TestUndoIsRead(t *testing.T) {
	v := KeepView{Command: "/stop-desktop"}
	for i := range 20 {
		v.Desktops = append(v.Desktops, KeptDesktop{DesktopId: fmt.Sprintf("ecd-%060d", i)})
	}
	text := strings.TrimSuffix(strings.TrimPrefix(undo(v, "unkeep"), "`/stop-desktop "), "`")
	if p, problems := parse(text); len(problems) > 0 || len(p.IDs) != 20 || p.Verb != command.VerbUnkeep {
		t.Errorf("%q reads %+v %v", text, p, problems)
	}
	if m := Kept(v); checkMessage(m) != nil || !strings.Contains(m.Text, v.Desktops[19].DesktopId+"`") {
		t.Errorf("%v: %s", checkMessage(m), m.Text)
	}
}
