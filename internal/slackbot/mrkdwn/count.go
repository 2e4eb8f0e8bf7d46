package mrkdwn

import "fmt"

// Count says how many: 1 desktop, 2 desktops.
func Count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
