package tests

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestLogLinesSayEachThingOnce fires a timer and reads the log as a log service
// does: one JSON object a line. A key that comes twice is lost there, and with it
// the alarm that counts on it.
func TestLogLinesSayEachThingOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	if err := w.FC.FireTimer("stopdesktops", "admin", time.Now().Truncate(time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.drain()
	alive := false
	for line := range strings.Lines(w.FC.Logs("stopdesktops")) {
		if !strings.HasPrefix(line, "{") {
			continue // the SDK's own
		}
		for _, key := range twiceIn(t, line) {
			t.Errorf("%q comes twice in %s", key, line)
		}
		alive = alive || strings.Contains(line, `"msg":"alive"`) && strings.Contains(line, `"timer":"admin"`)
	}
	if !alive {
		t.Errorf("no line says that the timer is alive:\n%s", w.FC.Logs("stopdesktops"))
	}
}

// twiceIn lists the keys that an object has twice at its top.
func twiceIn(t *testing.T, object string) (twice []string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(object))
	if _, err := d.Token(); err != nil {
		t.Fatalf("%v: %s", err, object)
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatalf("%v: %s", err, object)
		}
		if seen[key.(string)] {
			twice = append(twice, key.(string))
		}
		seen[key.(string)] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatalf("%v: %s", err, object)
		}
	}
	return twice
}
