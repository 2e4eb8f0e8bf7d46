package ecd

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	sim "stopdesktops/internal/sim/ecd"
)

// numberedPagesOf answers what next says for the number of a page.
func numberedPagesOf(next func(n int) map[string]any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("PageNumber"))
		_ = json.NewEncoder(w).Encode(next(n))
	}
}

func used(ids ...string) []map[string]any {
	rows := []map[string]any{}
	for _, id := range ids {
		rows = append(rows, map[string]any{"DesktopId": id, "SessionStatus": "Connected", "SessionIdleTime": 60})
	}
	return rows
}

// TestNumberedPages: an answer is whole, or it is an error. A desktop whose
// sessions are on a page that was not read would look unused.
func TestNumberedPages(t *testing.T) {
	served := 0
	tests := []struct {
		name  string
		next  func(n int) map[string]any
		calls int
		fail  string // a word of the error
	}{
		{"short pages", func(n int) map[string]any {
			return map[string]any{"TotalCount": 2, "Sessions": used([]string{"ecd-1", "ecd-2"}[n-1])}
		}, 2, ""},
		{"no count", func(n int) map[string]any {
			return map[string]any{"Sessions": [][]map[string]any{used("ecd-1"), used("ecd-2"), used()}[n-1]}
		}, 3, ""},
		{"one is added while they are read", func(n int) map[string]any {
			served++
			total := min(served, 2) + 1 // 2, then 3 from the second call on
			if n == 1 {
				return map[string]any{"TotalCount": total, "Sessions": used("ecd-9")}
			}
			return map[string]any{"TotalCount": total, "Sessions": used("ecd-1", "ecd-2")}
		}, 4, ""},
		{"one is added each time", func(int) map[string]any {
			served++
			return map[string]any{"TotalCount": 100 + served, "Sessions": used("ecd-1")}
		}, 2 * shifts, "changed each time"},
		{"fewer than counted", func(n int) map[string]any {
			return map[string]any{"TotalCount": 2, "Sessions": [][]map[string]any{used("ecd-1"), used()}[n-1]}
		}, 2, "more rows than it sends"},
		{"no end", func(int) map[string]any { return map[string]any{"Sessions": used("ecd-1")} }, numberedPages, "no end"},
		{"no list", func(int) map[string]any { return map[string]any{"TotalCount": 2} }, 1, "could not be read"},
		{"nothing at all", func(int) map[string]any { return map[string]any{} }, 1, "could not be read"},
		{"no list, none counted", func(int) map[string]any { return map[string]any{"TotalCount": 0} }, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			served = 0
			client := newCloud(t, sim.Options{}).client(t, Options{Now: atNoon}, inProcess{numberedPagesOf(func(n int) map[string]any { calls++; return tt.next(n) })})
			got, err := client.Idle(t.Context(), region, []string{"ecd-1", "ecd-2"})
			if calls != tt.calls {
				t.Errorf("%d calls, want %d", calls, tt.calls)
			}
			if tt.fail != "" {
				if e := cloudError(t, err); e.Class != core.CloudUnclear || e.Op != opSessions || !strings.Contains(e.Text, tt.fail) || got != nil {
					t.Errorf("got %v and %+v, want an error about %q", got, e, tt.fail)
				}
				return
			}
			want := time.Minute
			if strings.Contains(tt.name, "none") {
				want = SessionWindowMax
			}
			if err != nil || got["ecd-1"] != want || got["ecd-2"] != want {
				t.Errorf("got %v and %v", got, err)
			}
		})
	}
}

// TestOneBadIDDoesNotSinkAFact: the others are known all the same.
func TestOneBadIDDoesNotSinkAFact(t *testing.T) {
	strict := func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.URL.Query() {
			if strings.HasPrefix(name, "DesktopId.") && values[0] == "ecd-bad" {
				says(400, "application/json", `{"Code":"InvalidDesktopId.NotFound","Message":"m","RequestId":"R"}`)(w, r)
				return
			}
		}
		says(200, "application/json", `{"TotalCount":0,"Sessions":[]}`)(w, r)
	}
	client := newCloud(t, sim.Options{}).client(t, Options{}, inProcess{http.HandlerFunc(strict)})
	got, err := client.Idle(t.Context(), region, []string{"ecd-1", "ecd-2", "ecd-bad", "ecd-3", "ecd-1"})
	want := map[string]time.Duration{"ecd-1": SessionWindowMax, "ecd-2": SessionWindowMax, "ecd-3": SessionWindowMax}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v and %v", got, err)
	}
	for _, ask := range []func(ids []string) (map[string]time.Duration, error){
		func(ids []string) (map[string]time.Duration, error) { return client.Idle(t.Context(), region, ids) },
		func(ids []string) (map[string]time.Duration, error) { return client.Uptime(t.Context(), region, ids) },
	} {
		if got, err := ask(nil); len(got) != 0 || err != nil {
			t.Errorf("no desktop: %v, %v", got, err)
		}
		if _, err := ask([]string{"ecd-1", ""}); cloudError(t, err).Class != core.CloudBadRequest {
			t.Errorf("an empty id: %v", err)
		}
	}
}
