package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files of previews anew")

// call gives a command with no variable that it reads.
func call(t *testing.T, args ...string) (code int, out, complaints string) {
	t.Helper()
	var o, c bytes.Buffer
	in := &terminal{in: strings.NewReader(""), out: &o, err: &c, now: time.Now}
	code = in.run(args)
	return code, o.String(), c.String()
}

// TestPreviewGolden holds every decision of a year. The first is what the project
// ships, so that a change of it is read before it is merged.
func TestPreviewGolden(t *testing.T) {
	for _, c := range []struct {
		golden string
		args   []string
	}{
		{"shipped-2027.txt", []string{"preview", "-config", "../../config", "-year", "2027"}},
		{"shipped-nightly-2026.txt", []string{"preview", "-config", "../../config", "-year", "2026", "-timer", "nightly-dev"}},
		{"clocks-2018.txt", []string{"preview", "-config", "testdata/clocks", "-year", "2018"}},
	} {
		t.Run(c.golden, func(t *testing.T) {
			code, got, complaints := call(t, c.args...)
			if code != 0 {
				t.Fatalf("exit %d: %s", code, complaints)
			}
			path := filepath.Join("testdata", c.golden)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the preview is not %s; see what changed with: go test ./cmd/stopdesktops -update && git diff\n%s", path, firstDifference(got, string(want)))
			}
		})
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return "one is the beginning of the other"
}

// TestPreviewSays holds single lines that the golden files must never lose.
func TestPreviewSays(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"-config", "../../config", "-year", "2026", "-timer", "nightly-dev"}, []string{
			"2026-02-14 Sat 20:00 +08:00  2026-02-14T12:00Z  run   dry run  2026-02-14 is a Saturday and a make-up workday of calendar china (Spring Festival).",
			"\n2026: 248 runs, 117 skipped (33 holidays, 84 weekend days)\n",
			"2026-02-23 Mon 20:00 +08:00  2026-02-23T12:00Z  skip  dry run  2026-02-23 is a Monday and a holiday of calendar china (Spring Festival); it runs on workdays only.",
		}},
		{[]string{"-config", "../../config", "-year", "2028"}, []string{
			"Warning: calendar china has no dates of 2028",
			"Note: Calendar china has no dates of 2028, so the day counts by its weekday only.",
		}},
		{[]string{"-config", "testdata/clocks", "-year", "2018"}, []string{
			"2018-10-28 Sun 02:30 +01:00  2018-10-28T01:30Z  skip  dry run  On 2018-10-28 the clocks show 02:30 twice, and it ran the first time.",
			"2018-03-25 Sun 03:00 +02:00  2018-03-25T01:00Z  stop  live     2018-03-25 is within the dates between which it runs. The clocks leave its stop time out that day.",
			"2018-10-28 Sun 02:30 +02:00  2018-10-28T00:30Z  stop  live",
			"2018-11-04 Sun 01:00 -02:00  2018-11-04T03:00Z  stop  live",
			"2018-10-28 Sun 00:00 +02:00  2018-10-27T22:00Z  run   live     Every tick runs: no OnlyOn, no Between. So do 24 more until 23:00 +01:00.",
			"2018-03-25 Sun 00:00 +01:00  2018-03-24T23:00Z  run   live     Every tick runs: no OnlyOn, no Between. So do 22 more until 23:00 +02:00.",
		}},
	} {
		_, got, _ := call(t, append([]string{"preview"}, c.args...)...)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%v does not say\n%s", c.args, want)
			}
		}
		if strings.Contains(got, "2018-10-28 Sun 02:30 +01:00  2018-10-28T01:30Z  stop") {
			t.Error("a stop time that comes twice stops twice")
		}
	}
}
