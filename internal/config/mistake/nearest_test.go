package mistake

import (
	"stopdesktops/internal/typo"
	"testing"
)

func TestNearest(t *testing.T) {
	known := []string{"STATE_KEY", "ECD_REGIONS", "WEBHOOK_TOKENS", "ZONE", "CANARY"}
	for name, want := range map[string]string{
		"STATE_KEY": "STATE_KEY", "state_key": "STATE_KEY", "STATEKEY": "STATE_KEY", "STATE_KEYS": "STATE_KEY",
		"ATE_KEY": "STATE_KEY", "STATE_KEY12": "STATE_KEY", "STATE_KEY123": "", "TE_KEY": "",
		"WEBHOOK_SECRET": "", "ECD_REGION": "ECD_REGIONS", "ECD_REGI": "", "": "",
		"HOME": "", "ZON": "ZONE", "zones": "ZONE", "CANNARY": "CANARY", "CANNARI": "",
	} {
		if got := Nearest(name, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}

// TestApartIsNeverMore holds that the short cut passes over no name that is
// near.
func TestApartIsNeverMore(t *testing.T) {
	const alphabet = "AB_0:"
	var names []string
	var grow func(name string)
	grow = func(name string) {
		names = append(names, name)
		for i := range len(alphabet) {
			if len(name) < 3 {
				grow(name + alphabet[i:i+1])
			}
		}
	}
	grow("")
	tight := 0
	for _, a := range names {
		for _, b := range names {
			if apart(a, b) > typo.Mistakes(a, b) {
				t.Fatalf("%q and %q: at least %d, but they are %d apart", a, b, apart(a, b), typo.Mistakes(a, b))
			}
			if a != b && apart(a, b) == typo.Mistakes(a, b) {
				tight++
			}
		}
	}
	if tight == 0 {
		t.Error("the bound is never met, so it saves nothing")
	}
}
