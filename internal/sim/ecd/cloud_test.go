package ecd

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"

	"stopdesktops/internal/sim/ram"
)

const region = "cn-hangzhou"

// cloud is the double behind HTTP, with the vendor's own client as the caller.
type cloud struct {
	*Server
	t         *testing.T
	authority *ram.Authority
	endpoint  string
	http      *http.Client
	header    atomic.Pointer[http.Header] // of the last answer
	key       ram.Credentials             // the role "stopper"
	ahead     atomic.Int64                // how far the clock is ahead of the machine's
	frozen    atomic.Pointer[time.Time]   // stands for the machine's clock once it is set
}

// newCloud starts a double. Its clock is the machine's plus what pass added,
// because the official client stamps its requests with the machine's time.
func newCloud(t *testing.T, o Options) *cloud {
	t.Helper()
	c := &cloud{t: t}
	o.Now = func() time.Time {
		now := time.Now()
		if frozen := c.frozen.Load(); frozen != nil {
			now = *frozen
		}
		return now.Add(time.Duration(c.ahead.Load()))
	}
	c.authority = ram.New(o.Now)
	o.Authority = c.authority
	c.authority.SetRole("stopper", ram.Policy{Version: "1", Statement: []ram.Statement{
		{Effect: "Allow", Action: []string{
			"ecd:StopDesktops", "ecd:DescribeDesktops", "ecd:ListTagResources", "ecd:TagResources", "ecd:UntagResources",
			"ecd:DescribeDesktopSessions", "ecd:DescribeGlobalDesktopRecords",
		}, Resource: []string{"*"}},
	}})
	c.authority.SetRole("nobody", ram.Policy{Version: "1"})
	c.key = c.issue("stopper")
	c.Server = New(o)
	server := httptest.NewServer(c.Server)
	t.Cleanup(server.Close)
	c.http = server.Client()
	c.endpoint = strings.TrimPrefix(server.URL, "http://")
	return c
}

// wire carries the official core's requests. The core's own HTTP client is
// shared by everybody who calls the same host, and sets its timeout on each
// call without regard to the others: the race detector objects.
type wire struct{ *cloud }

func (w wire) Call(r *http.Request, _ *http.Transport) (*http.Response, error) {
	answer, err := w.http.Do(r)
	if err == nil {
		w.header.Store(&answer.Header)
	}
	return answer, err
}

// pass lets time go by. More than 15 minutes would outdate every request.
func (c *cloud) pass(d time.Duration) { c.ahead.Add(int64(d)) }

// freeze stops the clock at a whole second, so that durations can be compared,
// and returns it. The official client's stamps stay close enough.
func (c *cloud) freeze() time.Time {
	now := time.Now().UTC().Truncate(time.Second)
	c.frozen.Store(&now)
	return c.Now()
}

// admin calls any operation of the admin version as the role "stopper".
func (c *cloud) admin(action string, p params) (map[string]any, error) {
	c.t.Helper()
	return c.acs3(c.key, VersionAdmin, action, p)
}

func (c *cloud) issue(role string) ram.Credentials {
	c.t.Helper()
	key, err := c.authority.Issue(role, time.Hour)
	if err != nil {
		c.t.Fatal(err)
	}
	return key
}

func (c *cloud) add(desktops ...Desktop) {
	c.t.Helper()
	for i := range desktops {
		if desktops[i].Region == "" {
			desktops[i].Region = region
		}
	}
	if err := c.Add(desktops...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cloud) status(id string) string {
	c.t.Helper()
	d, ok := c.Desktop(region, id)
	if !ok {
		c.t.Fatalf("no desktop %s", id)
	}
	return d.Status
}

func (c *cloud) lastCall() Call {
	c.t.Helper()
	calls := c.Calls()
	if len(calls) == 0 {
		c.t.Fatal("no call was made")
	}
	return calls[len(calls)-1]
}

// params are written as on the wire: "DesktopId.1".
type params map[string]string

func (p params) with(more params) params {
	all := maps.Clone(p)
	maps.Copy(all, more)
	return all
}

func (p params) without(names ...string) params {
	all := maps.Clone(p)
	for _, name := range names {
		delete(all, name)
	}
	return all
}

func (p params) query() map[string]*string {
	q := map[string]*string{}
	for name, value := range p {
		q[name] = dara.String(value)
	}
	return q
}

// ids are RegionId and DesktopId.N for some desktops.
func ids(desktops ...string) params {
	p := params{"RegionId": region}
	for i, id := range desktops {
		p[fmt.Sprintf("DesktopId.%d", i+1)] = id
	}
	return p
}

func (c *cloud) core(key ram.Credentials) *openapi.Client {
	c.t.Helper()
	config := &openapiutil.Config{Endpoint: dara.String(c.endpoint), Protocol: dara.String("http")}
	if key.AccessKeyID != "" {
		config.AccessKeyId, config.AccessKeySecret = dara.String(key.AccessKeyID), dara.String(key.AccessKeySecret)
		if key.SecurityToken != "" {
			config.SecurityToken = dara.String(key.SecurityToken)
		}
	}
	core, err := openapi.NewClient(config)
	if err != nil {
		c.t.Fatal(err)
	}
	core.DisableSDKError = dara.Bool(true) // keeps the typed errors
	core.HttpClient = wire{c}
	return core
}

// acs3 calls as the vendor's 2020-09-30 client does.
func (c *cloud) acs3(key ram.Credentials, version, action string, p params) (map[string]any, error) {
	c.t.Helper()
	answer, err := c.core(key).CallApi(&openapiutil.Params{
		Action: dara.String(action), Version: dara.String(version), Protocol: dara.String("HTTPS"),
		Pathname: dara.String("/"), Method: dara.String("POST"), AuthType: dara.String("AK"), Style: dara.String("RPC"),
		ReqBodyType: dara.String("formData"), BodyType: dara.String("json"),
	}, &openapiutil.OpenApiRequest{Query: p.query()}, &dara.RuntimeOptions{})
	return body(answer), err
}

// rpc calls as the vendor's 2020-10-02 client does, which passes "Anonymous"
// for authType; "AK" signs with V1.
func (c *cloud) rpc(key ram.Credentials, authType, version, action string, p params) (map[string]any, error) {
	c.t.Helper()
	answer, err := c.core(key).DoRPCRequest(dara.String(action), dara.String(version), dara.String("HTTPS"), dara.String("POST"),
		dara.String(authType), dara.String("json"), &openapiutil.OpenApiRequest{Query: p.query()}, &dara.RuntimeOptions{})
	return body(answer), err
}

func (c *cloud) stopAdmin(p params) (map[string]any, error) {
	c.t.Helper()
	return c.acs3(c.key, VersionAdmin, "StopDesktops", p)
}

func (c *cloud) stopClient(p params) (map[string]any, error) {
	c.t.Helper()
	return c.rpc(ram.Credentials{}, "Anonymous", VersionClient, "StopDesktops", p)
}

func (c *cloud) describe(p params) (map[string]any, error) {
	c.t.Helper()
	return c.acs3(c.key, VersionAdmin, "DescribeDesktops", p)
}
