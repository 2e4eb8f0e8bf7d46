package mrkdwn

import "testing"

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 desktops", 1: "1 desktop", 2: "2 desktops"} {
		if got := Count(n, "desktop"); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
