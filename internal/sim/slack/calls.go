package slack

import (
	"slices"
	"time"
)

// MaxCalls is how many calls the log keeps, the newest: a double that runs for
// days must not grow without bound.
const MaxCalls = 100_000

// What a call is about, besides the names of Web API methods like
// "chat.postMessage".
const (
	OnCommand     = "command"       // a slash command to the app
	OnClick       = "block_actions" // a click to the app
	OnSSLCheck    = "ssl_check"     // a certificate probe to the app
	OnResend      = "resend"        // the same bytes again to the app
	OnResponseURL = "response_url"  // a post to a response URL
)

// Call is one request, to the app or from it. It holds no token, no response
// URL and no signature.
type Call struct {
	At      time.Time
	On      string
	Channel string
	User    string // who typed or clicked, or whose response URL was used
	Status  int    // HTTP status of the answer, 0 when there was none
	// Error is Slack's word for what went wrong, empty when nothing did.
	Error string
	// Reason says exactly what was wrong, for people.
	Reason string
	// Note says what Slack let pass but did not do, or did otherwise.
	Note string
	// Uses is how many uses of the response URL were spent after this one.
	Uses  int
	Body  string // of a post to the double, as it came
	Fault Kind   // the fault that hit it, if any
}

// record puts a call into the log. The lock is held.
func (s *Server) record(c Call) {
	if len(s.calls) == MaxCalls {
		s.calls = slices.Delete(s.calls, 0, MaxCalls/10)
	}
	s.calls = append(s.calls, c)
	s.touch()
}

// Calls returns a copy of the log, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}
