package inbound

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/slack-go/slack"

	"stopdesktops/internal/core"
)

const (
	// HeaderSignature and HeaderTimestamp are what Slack signs with.
	HeaderSignature = "X-Slack-Signature"
	HeaderTimestamp = "X-Slack-Request-Timestamp"

	// Bounds of a signing secret. Slack gives 32 hexadecimal digits and does not
	// promise that it always will; fewer than 16 is a cut-off copy.
	minSigningSecret = 16
	maxSigningSecret = 128
)

// Verifier proves that a request came from Slack. Several signing secrets may
// live at once, because Slack promises no overlap when one is regenerated.
type Verifier struct{ secrets []core.Secret }

// NewVerifier makes a Verifier of the live signing secrets. The error names
// every faulty secret by its place, never by its text.
func NewVerifier(secrets []core.Secret) (*Verifier, error) {
	if len(secrets) == 0 {
		return nil, errors.New("no signing secret: nobody could get in")
	}
	var faults []error
	first := map[core.Secret]int{}
	for i, s := range secrets {
		if err := checkSigningSecret(s.Reveal()); err != nil {
			faults = append(faults, fmt.Errorf("signing secret %d %w", i+1, err))
		}
		if j, twice := first[s]; twice {
			faults = append(faults, fmt.Errorf("signing secret %d is the same as signing secret %d; give each once", i+1, j))
			continue
		}
		first[s] = i + 1
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return &Verifier{secrets}, nil
}

// checkSigningSecret finds what cannot be one of Slack's secrets.
func checkSigningSecret(s string) error {
	switch {
	case s == "":
		return errors.New("is empty; copy it from Basic Information, App Credentials")
	case strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("holds a space or an unprintable character; want letters and digits only")
	case strings.HasPrefix(s, "xox") || strings.HasPrefix(s, "xapp-"):
		return errors.New("is a token; copy the signing secret from Basic Information, App Credentials")
	case len(s) < minSigningSecret || len(s) > maxSigningSecret:
		return fmt.Errorf("has %d characters, want %d to %d; Slack's have 32", len(s), minSigningSecret, maxSigningSecret)
	}
	return nil
}

// Verify proves a request by its signature over the timestamp and the bytes of
// the body as they arrived, and by its timestamp, which may be at most five
// minutes from the machine's clock, either way. The error is an *core.Error with
// code Unauthenticated; its cause is for the log and quotes nothing that was
// sent or computed.
//
// A good signature may come twice. Whoever calls makes the second one harmless.
func (v *Verifier) Verify(h http.Header, body []byte) error {
	for _, name := range []string{HeaderSignature, HeaderTimestamp} {
		// Function Compute joins a header that was sent twice with a comma, and
		// slack-go refuses the comma.
		if n := len(h.Values(name)); n > 1 {
			return unauthenticated(fmt.Sprintf("header %s is sent %d times", name, n))
		}
	}
	// Every secret is tried, so that the time it takes does not tell which one
	// it was.
	proven := false
	for _, secret := range v.secrets {
		one, err := slack.NewSecretsVerifier(h, secret.Reveal())
		if err != nil {
			return unauthenticated(headerFault(err)) // The same for every secret.
		}
		if _, err := one.Write(body); err != nil {
			return unauthenticated("the body could not be hashed")
		}
		proven = one.Ensure() == nil || proven
	}
	if !proven {
		return unauthenticated("the signature matches no live signing secret")
	}
	return nil
}

// headerFault puts an error of slack-go in words of ours: its own may quote the
// header, and other versions quoted the right signature.
func headerFault(err error) string {
	switch {
	case errors.Is(err, slack.ErrMissingHeaders):
		return "the signature's headers are missing"
	case errors.Is(err, slack.ErrExpiredTimestamp):
		return "the timestamp is more than five minutes from this machine's clock"
	}
	return "the signature's headers are not of Slack's form"
}

// unauthenticated makes the one error for nobody-knows-who. Its message tells a
// stranger nothing; the reason is for the log.
func unauthenticated(reason string) error {
	return &core.Error{Code: core.Unauthenticated, Message: "Nobody knows who sent this.", Cause: errors.New(reason)}
}
