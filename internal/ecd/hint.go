package ecd

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hintCap is the longest wait that a hint may ask for. The API counts calls in
// windows of a minute; an hour would be a fault of whoever sent it.
const hintCap = 5 * time.Minute

// hint returns how long the cloud asks to wait, or 0. Gateways say it in any of
// four headers, and the longest wins: TimeLeft in x-ratelimit-user-api and
// x-ratelimit-user (milliseconds), x-acs-retry-after (milliseconds; the one
// that the official core v2.2.4 reads) and Retry-After (seconds).
func hint(h http.Header) time.Duration {
	longest := max(
		timeLeft(h.Get("x-ratelimit-user-api")),
		timeLeft(h.Get("x-ratelimit-user")),
		count(h.Get("x-acs-retry-after"), time.Millisecond),
		count(h.Get("Retry-After"), time.Second),
	)
	return min(longest, hintCap)
}

// timeLeft reads the member TimeLeft of "Limit:100,Remain:0,TimeLeft:1500".
func timeLeft(value string) time.Duration {
	for member := range strings.SplitSeq(value, ",") {
		name, n, ok := strings.Cut(member, ":")
		if ok && strings.TrimSpace(name) == "TimeLeft" {
			return count(n, time.Millisecond)
		}
	}
	return 0
}

// count reads a number of units. What is no number says nothing: a date in
// Retry-After, for one, depends on two clocks.
func count(n string, unit time.Duration) time.Duration {
	v, err := strconv.ParseInt(strings.TrimSpace(n), 10, 64)
	if err != nil || v <= 0 {
		return 0
	}
	return time.Duration(min(v, int64(hintCap/unit))) * unit
}
