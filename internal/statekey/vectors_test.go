package statekey

import (
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// The state keys of the tests: SHA-256 of "golden state key" and of "older
// golden state key".
const (
	goldenKey = "MlN5yYbMthKxqCy/CJNYtSyVDaCFYbdh7uUjx0/K3NM="
	olderKey  = "2W6JRXMkb3+dl3uuFxLxgPQkB/ndTAi35nkOhZDqllo="
)

// vectors were computed from goldenKey by another implementation of HKDF, HMAC
// and AES-GCM. Whoever changes one makes every record, button and door key out
// there void.
var vectors = map[core.Door]struct {
	derived     string
	run         core.RunID // of sender "alice", delivery "delivery-1"
	fingerprint string     // of "hello"
	signature   string     // label "button", parts "stop", "digest"
	sealed      string     // purpose "confidential", aad "run-1"
}{
	core.Slack: {
		"slack.DTuPnoo00jYBpzdAPGhOaIgcH_fw9H902z4nb0SJ8gM",
		"slack-t65rj55vrkautoxjna6rl2u6xr",
		"a681809db9d23fbfd350c3b68fd353d6fa9dd0329c7d13dc2dec2c02537517cd",
		"Ji3Yz-h3g2Vhahu1fTGuLq344ENZcSQRPAozQBUap4Y",
		"1.YS9lem5vbmNlLW9mLTEyYhEziv-dgAtsU8ms3bL8pAh2py4rnPhzKIwnm3LuszcWRvg7xa4f-cA",
	},
	core.Webhook: {
		"webhook.Ppzuz3kzsI03TUT5RKP_yQptF9MUo1zxigmmgA8f5XQ",
		"webhook-7hq474w2qhb4v6ys5zrk22xozl",
		"1cf36d846ea90b760c9b3f097b86a96fa74d648484719344497f8aa36e770ebd",
		"U7j9Ej7a0gY6br8JSrL18zI5N9RC-ec510fE3MsaWmA",
		"1.UZThsW5vbmNlLW9mLTEyYlLbYo3t0d-dqpMofxBrhBwiuoSWnIS6n-HFdx3zF3Vvwga1EeF3Vh4",
	},
	core.Timer: {
		"timer.3hWH-h3TpwWP9DcfZ4fOnH103Kps9mHwrb2GAguzxcs",
		"timer-pf6ptwk6s5st5ubqhksly2afs3",
		"82d793d2f3501b606944718ae6d0c19c96ce37e8678f64f75d1d0b39dc626918",
		"XKTQedNTt9RHQL5Srh-OHLyK7FQfMAT-Loqv6u9_7KU",
		"1.txibbm5vbmNlLW9mLTEyYjwDwWblC6OkVKIp3vYlJhQS2k2z8iVCqg7Zk_qbsx3O3DUWLWu01IU",
	},
	core.Terminal: {
		"terminal.pr8Nje7AK7w0AjoRvWmGy5WG32_A-58SshAFazDUGD4",
		"terminal-zffw5pmtazumj3y3vnibnq2erg",
		"dcd608ac810c2861587ccf6fd7eb20f39185c1201d1bcd2d3d19f5c5fa8c0e6e",
		"GYJjHjqCAki3p1bUbSMJdDwrHly4P5pmgO_z2-fSP8c",
		"1.-MjbhG5vbmNlLW9mLTEyYnFs3ad5zUvvuz_UQGcur-1QyBrUf495UjrUFDpADVUoqY0kgj4W3CA",
	},
}

func parse(t testing.TB, entries ...string) *Keys {
	t.Helper()
	k, err := Parse(strings.Join(entries, ","))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func doorOf(t testing.TB, k *Keys, name core.Door) *Door {
	t.Helper()
	d, ok := k.Door(name)
	if !ok {
		t.Fatalf("keys do not hold the %s door", name)
	}
	return d
}

func TestVectors(t *testing.T) {
	for name, want := range vectors {
		t.Run(string(name), func(t *testing.T) {
			whole := parse(t, goldenKey)
			derived, err := whole.Derived(name)
			if err != nil {
				t.Fatal(err)
			}
			if derived.Reveal() != want.derived {
				t.Fatalf("Derived = %s, want %s", derived.Reveal(), want.derived)
			}
			part, err := ParseDoor(name, want.derived)
			if err != nil {
				t.Fatal(err)
			}
			// The whole state key and the door's own key agree on everything.
			for held, k := range map[string]*Keys{"whole": whole, "part": part} {
				ids := k.RunIDs(name, "alice", "delivery-1")
				if len(ids) != 1 || ids[0] != want.run || !ids[0].Valid() || ids[0].Door() != name {
					t.Errorf("%s: RunIDs = %q, want %q", held, ids, want.run)
				}
				d := doorOf(t, k, name)
				if got := d.Fingerprint([]byte("hello")); got != want.fingerprint {
					t.Errorf("%s: Fingerprint = %s, want %s", held, got, want.fingerprint)
				}
				if !k.SameFingerprint([]byte("hello"), want.fingerprint) {
					t.Errorf("%s: SameFingerprint does not know the golden fingerprint", held)
				}
				if got := d.Sign("button", "stop", "digest"); got != want.signature {
					t.Errorf("%s: Sign = %s, want %s", held, got, want.signature)
				}
				plain, err := d.Open("confidential", "run-1", want.sealed)
				if err != nil || string(plain) != "https://example.com/hook" {
					t.Errorf("%s: Open = %q, %v", held, plain, err)
				}
			}
		})
	}
}

// TestDoorsAreApart shows that a door's key is of no use at another door.
func TestDoorsAreApart(t *testing.T) {
	slack, err := ParseDoor(core.Slack, vectors[core.Slack].derived)
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range vectors {
		if name == core.Slack {
			continue
		}
		if ids := slack.RunIDs(name, "alice", "delivery-1"); ids != nil {
			t.Errorf("the slack key made ids of %s: %q", name, ids)
		}
		if _, ok := slack.Door(name); ok {
			t.Errorf("the slack key holds the %s door", name)
		}
		if _, err := slack.Seal(other.run, "confidential", nil); err == nil {
			t.Errorf("the slack key sealed for %s", other.run)
		}
		if _, err := slack.Open(other.run, "confidential", other.sealed); err == nil {
			t.Errorf("the slack key opened a seal of %s", other.run)
		}
		if slack.SameFingerprint([]byte("hello"), other.fingerprint) {
			t.Errorf("the slack key knows a fingerprint of %s", name)
		}
		d := doorOf(t, slack, core.Slack)
		if d.Verified("button", other.signature, "stop", "digest") {
			t.Errorf("the slack key verified a signature of %s", name)
		}
		if _, err := d.Open("confidential", "run-1", other.sealed); err == nil {
			t.Errorf("the slack key opened a sealed text of %s", name)
		}
	}
	if _, err := slack.Derived(core.Slack); err == nil {
		t.Error("a door key gave a derived key")
	}
	if _, err := parse(t, goldenKey).Derived("fax"); err == nil {
		t.Error("a key was derived for a door that does not exist")
	}
}
