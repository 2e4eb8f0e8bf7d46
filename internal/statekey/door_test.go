package statekey

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

func TestRotation(t *testing.T) {
	before := parse(t, olderKey)
	both := parse(t, goldenKey, olderKey)
	after := parse(t, goldenKey)

	// The current key's id comes first, the older one's second.
	want := append(after.RunIDs(core.Slack, "s", "d"), before.RunIDs(core.Slack, "s", "d")...)
	if got := both.RunIDs(core.Slack, "s", "d"); !slices.Equal(got, want) {
		t.Errorf("RunIDs = %q, want %q", got, want)
	}
	// The derived door key rotates along.
	derived, err := both.Derived(core.Slack)
	if err != nil {
		t.Fatal(err)
	}
	part, err := ParseDoor(core.Slack, derived.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if got := part.RunIDs(core.Slack, "s", "d"); !slices.Equal(got, want) {
		t.Errorf("door key's RunIDs = %q, want %q", got, want)
	}

	run := want[1]
	sealed, err := before.Seal(run, "confidential", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	fingerprint := before.Fingerprint([]byte("m"))
	signed := doorOf(t, before, core.Slack).Sign("button", "a")
	for name, c := range map[string]struct {
		keys *Keys
		want bool
	}{"both live": {both, true}, "older one gone": {after, false}} {
		if _, err := c.keys.Open(run, "confidential", sealed); (err == nil) != c.want {
			t.Errorf("%s: Open: %v", name, err)
		}
		if c.keys.SameFingerprint([]byte("m"), fingerprint) != c.want {
			t.Errorf("%s: SameFingerprint is not %t", name, c.want)
		}
		if doorOf(t, c.keys, core.Slack).Verified("button", signed, "a") != c.want {
			t.Errorf("%s: Verified is not %t", name, c.want)
		}
	}
	// What is made while both live is made under the current key.
	sealed, err = both.Seal(run, "confidential", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := after.Open(run, "confidential", sealed); err != nil {
		t.Error("while both lived, the older key sealed")
	}
	if signed := doorOf(t, both, core.Slack).Sign("button", "a"); !doorOf(t, after, core.Slack).Verified("button", signed, "a") {
		t.Error("while both lived, the older key signed")
	}
	if !after.SameFingerprint([]byte("m"), both.Fingerprint([]byte("m"))) {
		t.Error("while both lived, the older key made the fingerprint")
	}
}

// TestPartsDoNotRunTogether moves a boundary between parts: the results must
// differ, or one sender could claim another one's delivery.
func TestPartsDoNotRunTogether(t *testing.T) {
	k := parse(t, goldenKey)
	seen := map[core.RunID][2]string{}
	for _, p := range [][2]string{
		{"ab", "c"}, {"a", "bc"}, {"abc", ""}, {"", "abc"}, {"a\x00b", "c"}, {"a", "b\x00c"},
		{"a", "b"}, {"b", "a"}, {"a", ""}, {"", ""}, {"", "a"},
	} {
		id := k.RunIDs(core.Webhook, p[0], p[1])[0]
		if other, twice := seen[id]; twice {
			t.Errorf("%q and %q are the same run", p, other)
		}
		if !id.Valid() {
			t.Errorf("%q is not a valid run id", id)
		}
		seen[id] = p
	}
	d := doorOf(t, k, core.Slack)
	signed := d.Sign("button", "a", "bc")
	for _, parts := range [][]string{{"ab", "c"}, {"abc"}, {"a", "bc", ""}, {"bc", "a"}, {}} {
		if d.Verified("button", signed, parts...) {
			t.Errorf("the signature of a, bc verifies %q", parts)
		}
	}
	if d.Verified("link", signed, "a", "bc") || d.Verified("button\x00a", signed, "bc") {
		t.Error("a signature verifies under another label")
	}
	if !d.Verified("button", signed, "a", "bc") {
		t.Error("a good signature does not verify")
	}
	if d.Verified("button", "", "a", "bc") || d.Verified("button", signed+"A", "a", "bc") {
		t.Error("a bad signature verifies")
	}
}

func TestSeal(t *testing.T) {
	k := parse(t, goldenKey)
	run := k.RunIDs(core.Slack, "s", "d")[0]
	other := k.RunIDs(core.Slack, "s", "e")[0]
	secret := "https://hooks.example.com/secret"
	sealed, err := k.Seal(run, "confidential", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	again, err := k.Seal(run, "confidential", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	if sealed == again {
		t.Error("two seals of one text are equal, so the nonce is not random")
	}
	if strings.Contains(sealed, secret) || strings.Contains(sealed, base64.RawURLEncoding.EncodeToString([]byte(secret))[:16]) {
		t.Error("the sealed text shows what is in it")
	}
	if plain, err := k.Open(run, "confidential", sealed); err != nil || string(plain) != secret {
		t.Fatalf("Open = %q, %v", plain, err)
	}
	if _, err := k.Open(run, "callback", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("opened for another purpose: %v", err)
	}
	if _, err := k.Open(other, "confidential", sealed); err == nil {
		t.Error("opened for another run")
	}
	d := doorOf(t, k, core.Slack)
	if _, err := d.Open("confidential"+string(run), "", sealed); err == nil {
		t.Error("purpose and run run together")
	}
	// Every character counts: none can be changed, dropped or added.
	for i := range sealed {
		for _, changed := range []string{
			sealed[:i] + string(flip(sealed[i])) + sealed[i+1:], sealed[:i] + sealed[i+1:], sealed[:i] + "\n" + sealed[i:], sealed[:i],
		} {
			if _, err := k.Open(run, "confidential", changed); err == nil {
				t.Fatalf("opened %q, made from %q", changed, sealed)
			}
		}
	}
	if _, err := k.Seal("fax-aaaa", "confidential", nil); err == nil {
		t.Error("sealed for a door that does not exist")
	}
}

func flip(c byte) byte {
	if c == 'A' {
		return 'B'
	}
	return 'A'
}

func TestFingerprint(t *testing.T) {
	k := parse(t, goldenKey)
	message := []byte(`{"RegionId":"cn-hangzhou"}`)
	f := k.Fingerprint(message)
	if len(f) != 64 {
		t.Errorf("fingerprint %q is not 64 digits", f)
	}
	if !k.SameFingerprint(message, f) {
		t.Error("a message does not have its own fingerprint")
	}
	for _, bad := range []string{"", f[:63], f + "0", strings.ToUpper(f)} {
		if k.SameFingerprint(message, bad) {
			t.Errorf("SameFingerprint accepts %q", bad)
		}
	}
	if k.SameFingerprint(append(message, ' '), f) {
		t.Error("another message has the same fingerprint")
	}
	// What the function of one door recorded is recognised by the whole.
	part, err := ParseDoor(core.Slack, vectors[core.Slack].derived)
	if err != nil {
		t.Fatal(err)
	}
	if !k.SameFingerprint(message, part.Fingerprint(message)) {
		t.Error("the whole state key does not know the slack door's fingerprint")
	}
}

func FuzzOpen(f *testing.F) {
	d := doorOf(f, parse(f, goldenKey, olderKey), core.Slack)
	// A fixed text: the fuzzer's processes must agree on it.
	sealed := vectors[core.Slack].sealed
	for _, s := range []string{sealed, vectors[core.Timer].sealed, "", "1.", "1.AAAA", "2." + sealed[2:], sealed + "=", "1.YS9leg"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain, err := d.Open("confidential", "run-1", text)
		if (err == nil) != (text == sealed) {
			t.Fatalf("Open of %q = %q, %v", text, plain, err)
		}
	})
}
