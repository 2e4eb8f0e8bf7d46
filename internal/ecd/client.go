package ecd

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials"

	"stopdesktops/internal/core"
)

// The versions of the API that the two contracts are.
const (
	versionAdmin  = "2020-09-30"
	versionClient = "2020-10-02"
)

// ClientAuth is how calls of the client contract prove who makes them.
type ClientAuth string

const (
	// Signed signs them with the role's credentials.
	Signed ClientAuth = "signed"
	// Anonymous sends them unsigned, as the vendor's generated SDK for
	// 2020-10-02 does: the end user's LoginToken is the only credential.
	Anonymous ClientAuth = "anonymous"
)

// Client calls the cloud. It is safe for concurrent use.
type Client struct {
	regions    []string
	places     places
	central    map[string]string
	tagSource  TagSource
	window     time.Duration
	pace       *pace
	clientAuth ClientAuth
	userAgent  string
	transport  http.RoundTripper
	log        *slog.Logger
	now        func() time.Time
	keys       *keys
}

var (
	_ core.Desktops = (*Client)(nil)
	_ core.Fleet    = (*Client)(nil)
	_ core.Tagger   = (*Client)(nil)
)

// New makes a Client. Its errors name what is wrong with the options.
func New(o Options) (*Client, error) {
	if err := refuseDebug(os.Getenv("DEBUG")); err != nil {
		return nil, err
	}
	if err := o.settle(); err != nil {
		return nil, err
	}
	p, err := readPlaces(o.Endpoint, o.Endpoints)
	if err != nil {
		return nil, err
	}
	c := &Client{
		regions: slices.Clone(o.Regions), places: p, central: maps.Clone(o.Central), clientAuth: o.ClientAuth, userAgent: o.UserAgent,
		transport: o.Transport, log: o.Log, now: o.Now, keys: &keys{from: o.Credential},
		tagSource: o.TagSource, window: o.SessionWindow, pace: newPace(o.CallsPerSecond),
	}
	if c.transport == nil {
		c.transport = newPool()
	}
	if c.log == nil {
		c.log = slog.Default()
	}
	if c.now == nil {
		c.now = time.Now
	}
	return c, nil
}

// With returns a Client that signs with credential and shares everything else,
// connections and the limit of calls included. It is cheap enough for every invocation.
func (c *Client) With(credential credentials.Credential) *Client {
	other := *c
	other.keys = &keys{from: credential}
	return &other
}

// loudFlags are the values of DEBUG at which the vendor's libraries print every
// request whole, tokens included, to the standard output. They read it once,
// before main, so nothing but refusing to start keeps the tokens in.
var loudFlags = []string{"dara", "tea", "credential"}

func refuseDebug(value string) error {
	for flag := range strings.SplitSeq(value, ",") {
		if slices.Contains(loudFlags, flag) {
			return errors.New("environment variable DEBUG contains " + flag + ", which makes the vendor's library print every request with its tokens; remove it")
		}
	}
	return nil
}
