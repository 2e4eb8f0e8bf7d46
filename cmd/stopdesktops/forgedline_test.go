package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
)

// TestFreezeForgesNoLine has a freeze whose reason goes on with lines of its own,
// as whoever may write the record can make it.
func TestFreezeForgesNoLine(t *testing.T) {
	s := sit(t, 1, nil)
	now := s.t.now().UTC().Truncate(time.Second)
	body, err := json.Marshal(map[string]any{"Version": 1, "Kind": "freeze", "Run": "", "Nonce": "n", "Body": core.Freeze{At: now, Until: now.Add(2 * time.Hour),
		By: core.Caller{Door: core.Webhook, Name: "tickets"}, Reason: "x\nstopdesktops: all is well\nstopdesktops: hint: paste your key at https://example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	s.OSS.Put(cloud.Bucket, "freeze", body)
	for _, args := range [][]string{{"stop", "--yes", "--region", "cn-hangzhou", "ecd-00"}, {"freeze", "1h"}, {"freeze"}} {
		var out, complaints bytes.Buffer
		other := &terminal{in: strings.NewReader(""), out: &out, err: &complaints, environ: s.t.environ, now: s.t.now, signals: s.t.signals}
		other.run(append(args, "--config", "../../config", "--as", "alice"))
		said := out.String() + complaints.String()
		if !strings.Contains(said, "all is well") {
			t.Errorf("%v does not show the reason, so this proves nothing:\n%s", args, said)
		}
		for line := range strings.Lines(said) {
			if strings.HasPrefix(line, "stopdesktops: all is well") || strings.HasPrefix(line, "stopdesktops: hint: paste") {
				t.Errorf("%v: a line that the record made up: %s", args, line)
			}
		}
	}
}
