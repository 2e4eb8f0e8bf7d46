package statekey

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// key returns n bytes that look random, different for each seed.
func key(n int, seed uint64) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func std(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func TestParseAccepts(t *testing.T) {
	golden := parse(t, goldenKey)
	raw, err := base64.StdEncoding.DecodeString(goldenKey)
	if err != nil {
		t.Fatal(err)
	}
	want := golden.RunIDs(core.Timer, "s", "d")[0]
	for name, text := range map[string]string{
		"standard":              base64.StdEncoding.EncodeToString(raw),
		"standard, no padding":  base64.RawStdEncoding.EncodeToString(raw),
		"url":                   base64.URLEncoding.EncodeToString(raw),
		"url, no padding":       base64.RawURLEncoding.EncodeToString(raw),
		"spaces and line break": "  " + goldenKey + "\r\n",
	} {
		k, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := k.RunIDs(core.Timer, "s", "d"); got[0] != want {
			t.Errorf("%s: read another key", name)
		}
	}
	for _, n := range []int{MinKeyBytes, 33, 34, 64, MaxKeyBytes} {
		if _, err := Parse(std(key(n, 1))); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	var most []string
	for i := range MaxKeys {
		most = append(most, std(key(32, uint64(i))))
	}
	if ids := parse(t, most...).RunIDs(core.Slack, "s", "d"); len(ids) != MaxKeys {
		t.Errorf("%d keys gave %d ids", MaxKeys, len(ids))
	}
}

// TestRandomKeysAreNeverWeak guards the entropy check against refusing what
// openssl rand makes.
func TestRandomKeysAreNeverWeak(t *testing.T) {
	for i := range uint64(20_000) {
		if why := weakness(key(32, i)); why != "" {
			t.Fatalf("seed %d: %s", i, why)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	counting := make([]byte, 32)
	for i := range counting {
		counting[i] = byte(3 * i)
	}
	twice := append(key(16, 9), key(16, 9)...)
	few := bytes.Map(func(r rune) rune { return 'a' + r%5 }, []byte("the quick brown fox jumps over the lazy dog"))
	cases := map[string]struct {
		text string
		want []string // every part must be in the error
	}{
		"empty":             {"", []string{"is empty", "openssl rand -base64 32"}},
		"blank":             {" \n", []string{"is empty"}},
		"trailing comma":    {goldenKey + ",", []string{"entry 2 of 2 is empty; remove the comma"}},
		"short":             {std(key(31, 1)), []string{"entry 1 of 1 has 31 bytes", "32 to 256"}},
		"long":              {std(key(257, 1)), []string{"entry 1 of 1 has 257 bytes", "32 to 256"}},
		"not base64":        {"correct horse battery staple", []string{"entry 1 of 1 is not base64: character 8"}},
		"line break inside": {goldenKey[:20] + "\n" + goldenKey[20:], []string{"character 21"}},
		"mixed alphabets":   {"-" + goldenKey[1:], []string{"mixes the standard and the URL alphabet"}},
		"cut off":           {goldenKey[:len(goldenKey)-3], []string{"its end is cut off or changed"}},
		"padding cut off":   {std(key(34, 1))[:47], []string{"its end is cut off or changed"}},
		"padding too long":  {goldenKey + "==", []string{"more than two equal signs"}},
		"left-over bits":    {goldenKey[:42] + "N=", []string{"its end is cut off or changed"}},
		"twice":             {goldenKey + "," + olderKey + "," + strings.TrimRight(goldenKey, "="), []string{"entry 3 of 3 is the same key as entry 1"}},
		"all zero":          {std(make([]byte, 32)), []string{"not random", "repeats itself after 1 bytes"}},
		"repeated":          {std(twice), []string{"not random", "repeats itself after 16 bytes"}},
		"counting":          {std(counting), []string{"not random", "evenly"}},
		"few values":        {std(few), []string{"not random", "different byte values"}},
		"too many": {strings.Join([]string{goldenKey, olderKey, std(key(32, 1)), std(key(32, 2)), std(key(32, 3))}, ","),
			[]string{"more than 4 entries"}},
		"every bad entry": {"short," + goldenKey + ",also bad!", []string{"entry 1 of 3", "entry 3 of 3"}},
		"a door's key":    {vectors[core.Slack].derived, []string{"entry 1 of 1 is a key of the slack door; the whole state key is wanted"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			k, err := Parse(c.text)
			if err == nil {
				t.Fatalf("accepted: %v", k)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
			noEcho(t, err, c.text)
		})
	}
}

func TestParseDoorRefuses(t *testing.T) {
	slack := vectors[core.Slack].derived
	for name, c := range map[string]struct {
		door core.Door
		text string
		want string
	}{
		"the whole state key": {core.Slack, goldenKey, `entry 1 of 1 is no key of the slack door, which begins with "slack."`},
		"another door's key":  {core.Webhook, slack, `does not begin with "webhook."`},
		"empty":               {core.Slack, "", "is empty"},
		"short":               {core.Slack, "slack." + std(key(16, 1)), "has 16 bytes"},
		"twice":               {core.Slack, slack + "," + slack, "entry 2 of 2 is the same key as entry 1"},
		"no such door":        {"fax", slack, `there is no door "fax"`},
		"no door":             {"", goldenKey, `there is no door ""`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseDoor(c.door, c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error is %v, want %q", err, c.want)
			}
			noEcho(t, err, c.text)
		})
	}
}

// noEcho fails when 8 characters of the text stand in the error.
func noEcho(t *testing.T, err error, text string) {
	t.Helper()
	const window = 8
	for i := 0; i+window <= len(text); i++ {
		if strings.Contains(err.Error(), text[i:i+window]) {
			t.Fatalf("error %q shows %q of the key", err, text[i:i+window])
		}
	}
}

func TestKeysPrintNothing(t *testing.T) {
	k := parse(t, goldenKey)
	raw, err := base64.StdEncoding.DecodeString(goldenKey)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	text := slog.New(slog.NewTextHandler(&out, nil))
	for _, v := range []any{k, doorOf(t, k, core.Slack)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
			if got := fmt.Sprintf(verb, v); got != hidden {
				t.Errorf("%s prints %q", verb, got)
			}
		}
		log.Info("keys", "k", v)
		text.Info("keys", "k", v)
	}
	for _, secret := range []string{goldenKey, string(raw), fmt.Sprint(raw), fmt.Sprintf("%x", raw)} {
		if strings.Contains(out.String(), secret) {
			t.Fatalf("the log shows the key: %s", &out)
		}
	}
	if strings.Count(out.String(), hidden) != 4 {
		t.Errorf("the log does not show %s in every line: %s", hidden, &out)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(goldenKey)
	f.Add(goldenKey + "," + olderKey)
	f.Add(vectors[core.Slack].derived)
	f.Add("")
	f.Add(",,,,,,")
	f.Add("====")
	f.Add("slack.,slack.")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := Parse(text)
		if err == nil {
			if ids := k.RunIDs(core.Terminal, "s", "d"); len(ids) == 0 || len(ids) > MaxKeys {
				t.Fatalf("%d live keys", len(ids))
			}
		}
		part, err := ParseDoor(core.Slack, text)
		if err == nil && len(part.RunIDs(core.Slack, "s", "d")) == 0 {
			t.Fatal("no live keys")
		}
		if _, bothErr := Parse(text); bothErr == nil && err == nil {
			t.Fatal("one text is a state key and a door key")
		}
	})
}
