package callback

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
)

// Options describe where and how one sender's tickets are answered.
type Options struct {
	// URL is where the answer goes: https, or http where the host is a literal
	// loopback address. {{.Ticket}} in its path or query stands for the ticket's
	// id, escaped.
	URL string
	// Hosts are the only hosts that URL may name, each with its port where it
	// has one, such as example.atlassian.net.
	Hosts []string
	// Method is POST, PUT or PATCH. Empty is POST.
	Method string
	// Auth is how the answer proves where it comes from: one of AuthStandard,
	// AuthHeader, AuthBearer and AuthBasic.
	Auth string
	// Header is the name of the header that holds the secret, for AuthHeader.
	Header string
	// Secrets are the live secrets: one, or several of AuthStandard while the
	// receiver's is being replaced.
	Secrets []core.Secret
	// Body is a text/template over Fields that yields JSON. Whatever it prints
	// goes through json, which yields a whole JSON value, or text, which yields
	// what may stand between the quotes of a JSON string.
	Body string
	// MaxDesktops is how many desktops the body lists, those that need a
	// person's eye first. 0 is the webhook door's ceiling, which is all of them.
	MaxDesktops int
	// Now stamps signatures. time.Now when nil.
	Now func() time.Time
}

// Callback answers tickets. It is safe for concurrent use, and holds no
// connection between two calls.
type Callback struct {
	place  place
	method string
	proof  proof
	body   body
	client *http.Client
	now    func() time.Time
	pace   pace
}

// methods are what a receiver may want.
var methods = []string{http.MethodPost, http.MethodPut, http.MethodPatch}

// New checks the options and makes a Callback. It calls nobody. Each joined
// error is one mistake; none holds a secret.
func New(o Options) (*Callback, error) {
	var mistakes []error
	mistake := func(err error) {
		if err != nil {
			mistakes = append(mistakes, err)
		}
	}
	if o.Method == "" {
		o.Method = http.MethodPost
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Callback{method: o.Method, now: o.Now, pace: usualPace}
	var err error
	c.place, err = parsePlace(o.URL, o.Hosts)
	mistake(err)
	if !slices.Contains(methods, o.Method) {
		mistake(fmt.Errorf("method is %.20q; want %s", o.Method, strings.Join(methods, ", ")))
	}
	c.proof, err = newProof(o.Auth, o.Header, o.Secrets)
	mistake(err)
	c.body, err = parseBody(o.Body, o.MaxDesktops)
	mistake(err)
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	c.client = newClient(c.place.literal)
	return c, nil
}
