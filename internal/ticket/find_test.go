package ticket

import (
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                     nil,
		"please stop my desktop":               nil,
		"stop ecd-7w78ozhjcwa3u, thanks":       {"ecd-7w78ozhjcwa3u"},
		"ecd-a ecd-b\necd-c;ecd-d|(ecd-e)":     {"ecd-a", "ecd-b", "ecd-c", "ecd-d", "ecd-e"},
		"Stop ecd-a. And \"ecd-b\"... 'ecd-c'": {"ecd-a", "ecd-b", "ecd-c"},
		"请关闭ecd-abc和ecd-def。":                  {"ecd-abc", "ecd-def"},
		"https://example.com/d/ecd-a?x=ecd-b":  {"ecd-a", "ecd-b"},
		"ecd-a/ecd-b,ecd-a":                    {"ecd-a", "ecd-b", "ecd-a"},
		"recd-a is a record":                   nil,
		"*ecd-a*":                              {"ecd-a"},
		"ecd-" + strings.Repeat("a", 60):       {"ecd-" + strings.Repeat("a", 60)},
	} {
		if got, problem := find(text); problem != "" || !slices.Equal(got, want) {
			t.Errorf("%q: got %q, %s; want %q", text, got, problem, want)
		}
	}
	// The part of each that is an id may be another desktop's.
	for _, text := range []string{"ecd-ABC", "ECD-abc", "ecd-", "ecd-abc_1", "ecd-abc-def", "ecd-abc-\ndef", "my-ecd-abc", "ecd-abcé", "ecd-abcX", "ecd-abc\u00addef", "ecd-abc\u200b",
		"ecd-abc\u0301", "ecd-abc１", "ecd-abc.example.com", "ecd-abc@example.com", "ecd–abc", "ecd\u2011abc", "x_ecd-abc", "ecd-a\xffb", "ecd-" + strings.Repeat("a", 61)} {
		if got, problem := find("ecd-good " + text + " ecd-fine"); got != nil || !strings.Contains(problem, "looks like a desktop id and is none") {
			t.Errorf("%q: found %q, %q", text, got, problem)
		}
	}
}

func TestMoment(t *testing.T) {
	for text, want := range map[string]string{
		"2024-05-01T10:00:00Z": "2024-05-01T10:00:00Z", "2024-05-01T18:00:00.123+08:00": "2024-05-01T10:00:00.123Z",
		"2024-05-01T18:00:00.000+0800": "2024-05-01T10:00:00Z", "1714557600": "2024-05-01T10:00:00Z", "1714557600123": "2024-05-01T10:00:00.123Z",
		"2024-05-01 10:00:00": "", "2024-05-01T10:00:00": "", "2024-05-01": "", "1714557600.5": "", "171455760": "", "17145576001": "", "1714557600123456": "",
		"-1714557600": "", "0": "", "now": "", "2024-13-01T10:00:00Z": "", " 1714557600": "",
	} {
		got := ""
		if at, ok := moment(text); ok {
			got = at.UTC().Format("2006-01-02T15:04:05.999Z07:00")
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
