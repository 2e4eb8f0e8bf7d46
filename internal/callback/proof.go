package callback

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/signingkey"
)

// How an answer proves where it comes from.
const (
	// AuthStandard signs by Standard Webhooks. The secret is whsec_<base64>.
	AuthStandard = "standard-webhooks"
	// AuthHeader sends the secret in a header, as the incoming webhook of Jira
	// Automation wants it.
	AuthHeader = "header"
	// AuthBearer sends the secret as a bearer token.
	AuthBearer = "bearer"
	// AuthBasic sends the secret, user:password, as Basic authentication: Jira's
	// comment API takes an account's address and API token, and ServiceNow's
	// Table API a user.
	AuthBasic = "basic"
)

const (
	// maxSecrets is how many secrets sign: two while one is replaced, and room.
	maxSecrets = 4

	// minSecret and maxSecret bound the others. The receiver makes them, so the
	// shortest only catches what is no secret at all.
	minSecret = 8
	maxSecret = 4096
)

// proof puts the proof of one attempt into its header.
type proof func(h http.Header, id string, now time.Time, body []byte) error

var (
	// headerName is a name that a secret may travel under.
	headerName = pattern.Name{Most: 64, First: "A-Za-z", Rest: "A-Za-z0-9_-"}
	// headerText is what a header may hold: printable ASCII.
	headerText = pattern.Name{Rest: " -~"}
	// bearerText is a token of RFC 6750.
	bearerText = pattern.Name{Rest: "A-Za-z0-9._~+/=-"}
)

// taken are headers with a meaning of their own.
var taken = []string{"Accept", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Host", "Idempotency-Key",
	"Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent"}

// SecretError is what is wrong with one of Options.Secrets.
type SecretError struct {
	Nth int   // from 1
	Err error // a verb and what follows, as in "has 5 characters"
}

func (e *SecretError) Error() string { return fmt.Sprintf("secret %d %v", e.Nth, e.Err) }
func (e *SecretError) Unwrap() error { return e.Err }

// newProof checks a way of proving and its secrets.
func newProof(auth, header string, secrets []core.Secret) (proof, error) {
	var mistakes []error
	mistake := func(format string, args ...any) { mistakes = append(mistakes, fmt.Errorf(format, args...)) }
	check := map[string]func(string) error{AuthStandard: signingkey.Check, AuthHeader: checkHeader, AuthBearer: checkBearer, AuthBasic: checkBasic}[auth]
	if check == nil {
		mistake("auth is %.40q; want %s, %s, %s or %s", auth, AuthStandard, AuthHeader, AuthBearer, AuthBasic)
		check = func(string) error { return nil }
	}
	switch {
	case auth == AuthHeader && !headerName.MatchString(header):
		mistake("header is %.70q; want the name of the header that holds the secret, of 1 to 64 letters, digits, dashes or underscores", header)
	case auth == AuthHeader && slices.Contains(taken, http.CanonicalHeaderKey(header)):
		mistake("header is %s, which has a meaning of its own; want the one that the receiver documents", header)
	case auth != AuthHeader && header != "":
		mistake("header is %.70q, and auth %s sends none of its own; leave it out", header, auth)
	}
	switch {
	case len(secrets) == 0:
		mistake("no secret: the receiver could not tell who answers")
	case len(secrets) > maxSecrets:
		mistake("%d secrets; want at most %d", len(secrets), maxSecrets)
	case len(secrets) > 1 && auth != AuthStandard:
		mistake("%d secrets; auth %s wants one", len(secrets), auth)
	}
	for i, s := range secrets {
		if err := check(s.Reveal()); err != nil {
			mistakes = append(mistakes, &SecretError{i + 1, err})
		}
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	switch auth {
	case AuthStandard:
		return newSigner(secrets)
	case AuthHeader:
		return fixed(header, secrets[0]), nil
	case AuthBearer:
		return fixed("Authorization", core.Secret("Bearer "+secrets[0].Reveal())), nil
	}
	return fixed("Authorization", core.Secret("Basic "+base64.StdEncoding.EncodeToString([]byte(secrets[0].Reveal())))), nil
}

// fixed is a header that is the same in every attempt.
func fixed(name string, value core.Secret) proof {
	return func(h http.Header, _ string, _ time.Time, _ []byte) error {
		h.Set(name, value.Reveal())
		return nil
	}
}

// newSigner signs with every live secret, so that the receiver may replace his
// at any moment.
func newSigner(secrets []core.Secret) (proof, error) {
	var hooks []*standardwebhooks.Webhook
	for i, s := range secrets {
		hook, err := standardwebhooks.NewWebhook(s.Reveal())
		if err != nil {
			return nil, fmt.Errorf("secret %d: the library refuses it", i+1)
		}
		hooks = append(hooks, hook)
	}
	return func(h http.Header, id string, now time.Time, body []byte) error {
		var signatures []string
		for _, hook := range hooks {
			s, err := hook.Sign(id, now, body)
			if err != nil {
				return errors.New("the answer could not be signed")
			}
			signatures = append(signatures, s)
		}
		h.Set(standardwebhooks.HeaderWebhookID, id)
		h.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
		h.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
		return nil
	}, nil
}

func checkHeader(s string) error {
	switch {
	case len(s) < minSecret || len(s) > maxSecret:
		return fmt.Errorf("has %d characters, want %d to %d", len(s), minSecret, maxSecret)
	case strings.HasPrefix(s, "whsec_"):
		return errors.New("begins with whsec_: that is a secret of Standard Webhooks, which is never sent")
	case !headerText.MatchString(s) || strings.TrimSpace(s) != s:
		return errors.New("wants printable ASCII without a space at either end")
	}
	return nil
}

func checkBearer(s string) error {
	if err := checkHeader(s); err != nil {
		return err
	}
	if !bearerText.MatchString(s) {
		return errors.New("holds characters that no bearer token has; give the token alone, without the word Bearer")
	}
	return nil
}

func checkBasic(s string) error {
	if err := checkHeader(s); err != nil {
		return err
	}
	if user, password, ok := strings.Cut(s, ":"); !ok || user == "" || password == "" {
		return errors.New("is not user:password")
	}
	return nil
}
