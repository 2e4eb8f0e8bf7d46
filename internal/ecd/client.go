package ecd

import (
	"errors"
	"fmt"
	"log/slog"
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

// Options say where the cloud is and how to speak to it.
type Options struct {
	// Regions are the only regions that may meet an endpoint. None means none.
	Regions []string

	// Endpoint serves every region in place of ecd.<region>.aliyuncs.com, for
	// example https://ecd.vpc-proxy.aliyuncs.com. Plain http is for a literal
	// loopback address only, such as http://127.0.0.1:9000.
	Endpoint string

	// Endpoints serve single regions, in the same form, and win over Endpoint.
	// VPC endpoints follow no rule, so they have to be spelled out.
	Endpoints map[string]string

	// Credential is the role's. It may be left out where With sets it later;
	// a signed call without one fails with class credentials.
	Credential credentials.Credential

	// ClientAuth is Signed where it is empty.
	ClientAuth ClientAuth

	// UserAgent is added to the official core's own, as in stopdesktops/1.2.0.
	UserAgent string

	// Transport carries the requests. Nil is a pool of connections that the
	// Client and everything that With returns share.
	Transport http.RoundTripper

	// Log gets one line for each call: never a parameter. Nil is slog.Default.
	Log *slog.Logger

	// Now is the clock of SeenAt. Nil is time.Now.
	Now func() time.Time
}

// Client calls the cloud. It is safe for concurrent use.
type Client struct {
	regions    []string
	places     places
	clientAuth ClientAuth
	userAgent  string
	transport  http.RoundTripper
	log        *slog.Logger
	now        func() time.Time
	keys       *keys
}

var _ core.Desktops = (*Client)(nil)

// New makes a Client. Its errors name what is wrong with the options.
func New(o Options) (*Client, error) {
	if err := refuseDebug(os.Getenv("DEBUG")); err != nil {
		return nil, err
	}
	for _, region := range o.Regions {
		if !core.ValidRegionShape(region) {
			return nil, fmt.Errorf("region %q of the configuration is not a region id; want one such as cn-hangzhou", region)
		}
	}
	p, err := readPlaces(o.Endpoint, o.Endpoints)
	if err != nil {
		return nil, err
	}
	c := &Client{
		regions: slices.Clone(o.Regions), places: p, clientAuth: o.ClientAuth, userAgent: o.UserAgent,
		transport: o.Transport, log: o.Log, now: o.Now, keys: &keys{from: o.Credential},
	}
	switch c.clientAuth {
	case "":
		c.clientAuth = Signed
	case Signed, Anonymous:
	default:
		return nil, fmt.Errorf("client authentication is %q; want %s or %s", c.clientAuth, Signed, Anonymous)
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
// connections included. It is cheap enough for every invocation.
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
