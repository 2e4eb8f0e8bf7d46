package mrkdwn

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDetailTimes(t *testing.T) {
	const date, utc = "<!date^1774785600^{date_short_pretty} {time}|2026-03-29 12:00 UTC>", "2026-03-29T12:00:00Z"
	for in, want := range map[string]string{
		"by <!channel> & *me* until 2026-03-29T20:00:00+08:00":  "by &lt;!channel&gt; &amp; ∗me∗ until " + date,
		"until 2026-03-29T20:00:00+08:00":                       "until " + date,
		"until 2026-03-29T20:00:00+08:00, which is further off": "until " + date + ", which is further off",
		utc:                                    date,
		"(" + utc + "); <b>":                   "(" + date + "); &lt;b&gt;",
		"until " + utc + ": *release_night*":   "until " + date + ": ∗release_night∗",
		utc + " " + utc + " " + utc:            date + " " + date + " " + utc,
		"want one such as " + utc:              "want one such as " + utc,
		"whose value '" + utc + "' is no time": "whose value '" + utc + "' is no time",
		"x" + utc:                              "x" + utc,
		utc + "x":                              utc + "x",
		"2026-13-29T12:00:00Z":                 "2026-13-29T12:00:00Z",
		"1969-01-01T00:00:00Z":                 "1969-01-01T00:00:00Z",
		"2026-03-29 12:00":                     "2026-03-29 12:00",
		"key=" + utc:                           "key=" + utc,
		"":                                     "",
	} {
		if got := Detail(in, 120); got != want {
			t.Errorf("detail(%q)\n got %s\nwant %s", in, got, want)
		}
	}
	if got := Detail(strings.Repeat("a ", 25)+utc, 60); strings.Contains(got, "date") || !strings.HasSuffix(got, "…") {
		t.Errorf("a time that is cut is shown as %s", got)
	}
}

// TestDetailChangesNothingElse walks along both texts: what is no date stands in
// the sentence as well, and where a date stands the sentence has its time.
func TestDetailChangesNothingElse(t *testing.T) {
	slackDate := regexp.MustCompile(`<!date\^([0-9]+)\^\{date_short_pretty\} \{time\}\|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC>`)
	pieces := rapid.SampledFrom([]string{" 2026-03-29T20:00:00+08:00 ", " 2026-03-29T20:00:00+08:00, ", "2027-01-02T03:04:05Z", "such as ", " ", ",", ".", "(", ")", "\"", "'", "_", "*", "~", "`", "<!date^1^x|y>", "<!channel>", "&", "|", "{time}", "until", "…", "\n", "🖥", "1999-99-99T99:99:99Z", "\xff", strings.Repeat("w", 90)})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")
		most := rapid.IntRange(1, 300).Draw(t, "most")
		got, plain := Detail(s, most), Sentence(s, most)
		dates := slackDate.FindAllStringSubmatchIndex(got, -1)
		if len(dates) > shownTimes {
			t.Fatalf("%d times in %s", len(dates), got)
		}
		left, from := plain, 0
		for _, at := range dates {
			rest, same := strings.CutPrefix(left, got[from:at[0]])
			end := strings.IndexAny(rest+" ", " ,;)") // no point: what is read as a time has none
			moment, err := time.Parse(time.RFC3339, strings.TrimRight(rest[:min(end, len(rest))], ".:"))
			if !same || err != nil || fmt.Sprint(moment.Unix()) != got[at[2]:at[3]] {
				t.Fatalf("%q\nshown  %s\nplain  %s\nleft   %s: %v", s, got, plain, left, err)
			}
			left, from = rest[len(strings.TrimRight(rest[:min(end, len(rest))], ".:")):], at[1]
		}
		if left != got[from:] {
			t.Fatalf("%q\nshown  %s\nplain  %s", s, got, plain)
		}
	})
}
