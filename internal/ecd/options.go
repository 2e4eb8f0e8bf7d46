package ecd

import (
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"time"

	"github.com/aliyun/credentials-go/credentials"

	"stopdesktops/internal/core"
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

	// Now is the clock of SeenAt, and the one that ends of sessions are held
	// against. Nil is time.Now.
	Now func() time.Time

	// CallsPerSecond is the most calls that the Client and everything that With
	// returns make together, retries included. Zero is DefaultCallsPerSecond.
	CallsPerSecond float64

	// TagSource is TagsAuto where it is empty.
	TagSource TagSource

	// SessionWindow is how far back Idle asks for sessions; zero is
	// SessionWindowMax, which is also the most that the API has. A smaller one
	// is fewer pages, but nothing confirms that it is right: the vendor does not
	// say whether StartTime of DescribeDesktopSessions 2020-09-30 leaves out a
	// session that began before the window and ended, or still lasts, within
	// it. If it does, a desktop in use looks as if nobody had touched it for
	// the whole window.
	SessionWindow time.Duration

	// Central says which central region answers DescribeGlobalDesktopRecords for
	// a region's desktops. Regions that are not named have cn-shanghai where they
	// are in China (cn-...) and ap-southeast-1 elsewhere; an account of the
	// China site may need cn-shanghai for all of them. A central region need not
	// be one of Regions. Its endpoint is found as that of any other.
	Central map[string]string
}

// TagSource is where the tags of desktops are read.
type TagSource string

const (
	// TagsAuto reads them in DescribeDesktops, and in ListTagResources for each
	// desktop of which DescribeDesktops proves unreliable: its answer has no
	// Tags at all, or a desktop came back under a tag filter without that tag.
	TagsAuto TagSource = "auto"
	// TagsList reads all of them in ListTagResources: one more call for every 50
	// desktops, and one right (ecd:ListTagResources).
	TagsList TagSource = "list"
)

// SessionWindowMax is how far back the API knows of sessions
// (DescribeDesktopSessions 2020-09-30).
const SessionWindowMax = 30 * 24 * time.Hour

// settle checks the choices of the options and fills in their defaults.
func (o *Options) settle() error {
	for _, region := range o.Regions {
		if !core.ValidRegionShape(region) {
			return fmt.Errorf("region %q of the configuration is not a region id; want one such as cn-hangzhou", region)
		}
	}
	for region, central := range o.Central {
		if !core.ValidRegionShape(region) || !core.ValidRegionShape(central) {
			return fmt.Errorf("central region %q of region %q: both must be region ids such as cn-shanghai", central, region)
		}
	}
	if o.ClientAuth == "" {
		o.ClientAuth = Signed
	}
	if o.ClientAuth != Signed && o.ClientAuth != Anonymous {
		return fmt.Errorf("client authentication is %q; want %s or %s", o.ClientAuth, Signed, Anonymous)
	}
	if o.TagSource == "" {
		o.TagSource = TagsAuto
	}
	if o.TagSource != TagsAuto && o.TagSource != TagsList {
		return fmt.Errorf("the source of tags is %q; want %s or %s", o.TagSource, TagsAuto, TagsList)
	}
	if o.SessionWindow == 0 {
		o.SessionWindow = SessionWindowMax
	}
	if o.SessionWindow < 0 || o.SessionWindow > SessionWindowMax {
		return fmt.Errorf("the session window is %s; want more than nothing and at most %s, which is all that the API knows", o.SessionWindow, SessionWindowMax)
	}
	if o.CallsPerSecond == 0 {
		o.CallsPerSecond = DefaultCallsPerSecond
	}
	if !(o.CallsPerSecond > 0) || math.IsInf(o.CallsPerSecond, 1) {
		return fmt.Errorf("%v calls a second: want a number above 0, such as %d", o.CallsPerSecond, DefaultCallsPerSecond)
	}
	return nil
}
