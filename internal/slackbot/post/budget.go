package post

import "time"

// Slack's limits for one response URL, from its page about handling
// interactions.
const (
	MaxUses = 5
	URLLife = 30 * time.Minute
)

const (
	// reserved is kept of every URL for the final word.
	reserved = 1

	// lifeMargin is taken off a URL's life: our clock is not Slack's, and the
	// URL was made before we saw it.
	lifeMargin = 30 * time.Second
)

// Budget is what is left of one response URL. It is a value: what was spent is
// recorded elsewhere.
type Budget struct {
	Opened time.Time // when the command or the click came
	Spent  int       // uses that took place or may have
}

// Progress is how often the URL may be used now for a message that is not the
// last: 0 or 1. Such a message is not worth a second use, because the next one
// replaces it.
func (b Budget) Progress(now time.Time) int {
	if b.left(now) > reserved {
		return 1
	}
	return 0
}

// Final is how often the URL may be used now for the final word. Where it is 0,
// another way is needed.
func (b Budget) Final(now time.Time) int { return b.left(now) }

func (b Budget) left(now time.Time) int {
	if !now.Before(b.Opened.Add(URLLife - lifeMargin)) {
		return 0
	}
	return max(0, MaxUses-max(0, b.Spent))
}
