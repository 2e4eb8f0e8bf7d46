package fault_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"stopdesktops/internal/sim/fault"
)

func TestList(t *testing.T) {
	any := func(string) bool { return true }
	for _, c := range []struct {
		name string
		plan func(*fault.List[string])
		want []string // of six calls; empty is none
	}{
		{"nothing", func(*fault.List[string]) {}, []string{"", "", "", "", "", ""}},
		{"once", func(l *fault.List[string]) { l.Add("a", 0, 1) }, []string{"a", "", "", "", "", ""}},
		{"twice, after three", func(l *fault.List[string]) { l.Add("a", 3, 2) }, []string{"", "", "", "a", "a", ""}},
		{"without end", func(l *fault.List[string]) { l.Add("a", 1, 0) }, []string{"", "a", "a", "a", "a", "a"}},
		{"the oldest first", func(l *fault.List[string]) { l.Add("a", 0, 2); l.Add("b", 1, 1) }, []string{"a", "a", "", "b", "", ""}},
		{"cleared", func(l *fault.List[string]) { l.Add("a", 0, 0); l.Clear() }, []string{"", "", "", "", "", ""}},
	} {
		var l fault.List[string]
		c.plan(&l)
		var got []string
		for range c.want {
			f, hit := l.Take(any)
			if hit != (f != "") {
				t.Errorf("%s: %q, %v", c.name, f, hit)
			}
			got = append(got, f)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestListTakesWhatMatches(t *testing.T) {
	var l fault.List[string]
	l.Add("a", 0, 1)
	l.Add("b", 0, 1)
	if f, hit := l.Take(func(f string) bool { return f == "b" }); !hit || f != "b" {
		t.Errorf("%q, %v", f, hit)
	}
	if f, hit := l.Take(func(string) bool { return true }); !hit || f != "a" {
		t.Errorf("%q, %v", f, hit)
	}
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if err := fault.Wait(t.Context(), time.Hour); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := fault.Wait(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestReset(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fault.Reset(w) }))
	defer s.Close()
	if resp, err := http.Get(s.URL); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%v, %v; want a connection that is reset", resp, err)
	}
}
