package config

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"STATE_KEY", "ECD_REGIONS", "WEBHOOK_TOKENS", "ZONE", "CANARY"}
	for name, want := range map[string]string{
		"STATE_KEY": "STATE_KEY", "state_key": "STATE_KEY", "STATEKEY": "STATE_KEY", "STATE_KEYS": "STATE_KEY",
		"ATE_KEY": "STATE_KEY", "STATE_KEY12": "STATE_KEY", "STATE_KEY123": "", "TE_KEY": "",
		"WEBHOOK_SECRET": "", "ECD_REGION": "ECD_REGIONS", "ECD_REGI": "", "": "",
		"HOME": "", "ZON": "ZONE", "zones": "ZONE", "CANNARY": "CANARY", "CANNARI": "",
	} {
		if got := nearest(name, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}
