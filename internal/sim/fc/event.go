package fc

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// httpEvent is the v1 event that a go1 function receives for an HTTP request,
// from the FC documentation.
type httpEvent struct {
	Version         string            `json:"version"`
	RawPath         string            `json:"rawPath"` // still URL-encoded
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	Headers         map[string]string `json:"headers"`         // several values joined with ","
	QueryParameters map[string]string `json:"queryParameters"` // several values joined with ","
	RequestContext  requestContext    `json:"requestContext"`
}

type requestContext struct {
	AccountID    string      `json:"accountId"`
	DomainName   string      `json:"domainName"`
	DomainPrefix string      `json:"domainPrefix"`
	HTTP         httpContext `json:"http"`
	RequestID    string      `json:"requestId"`
	Time         string      `json:"time"`
	TimeEpoch    string      `json:"timeEpoch"` // ms since 1970
	TriggerID    string      `json:"triggerId"`
}

type httpContext struct {
	Method    string `json:"method"`
	Path      string `json:"path"` // URL-decoded
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

// buildEvent turns an HTTP request into the bytes of a v1 event.
func (p *Platform) buildEvent(f *function, r *http.Request, body []byte, requestID string) ([]byte, error) {
	now := p.opt.Now()
	sourceIP, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		sourceIP = r.RemoteAddr
	}
	e := httpEvent{
		Version: "v1", RawPath: r.URL.EscapedPath(), Body: string(body),
		Headers: p.eventHeaders(r), QueryParameters: joinQuery(r.URL.RawQuery),
		RequestContext: requestContext{
			AccountID: p.opt.AccountID, DomainName: f.triggerID + "." + p.opt.Region + ".fcapp.run", DomainPrefix: f.triggerID, TriggerID: f.triggerID,
			HTTP:      httpContext{Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: sourceIP, UserAgent: r.UserAgent()},
			RequestID: requestID, Time: now.UTC().Format(time.RFC3339), TimeEpoch: strconv.FormatInt(now.UnixMilli(), 10),
		},
	}
	if p.opt.AlwaysBase64 || !isText(r.Header.Get("Content-Type"), body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return json.Marshal(e)
}

// isText is the double's guess at which bodies travel as they are: the vendor
// does not list the content types.
func isText(contentType string, body []byte) bool {
	if len(body) == 0 {
		return true
	}
	if !utf8.Valid(body) {
		return false
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case "application/json", "application/xml", "application/x-www-form-urlencoded", "application/javascript":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml")
}

// eventHeaders lists the request's headers under canonical names, without
// those that the platform reserves.
func (p *Platform) eventHeaders(r *http.Request) map[string]string {
	all := map[string]string{"Host": r.Host}
	for name, values := range r.Header {
		name = textproto.CanonicalMIMEHeaderKey(name)
		if name == "Connection" || name == "Keep-Alive" {
			continue
		}
		if strings.HasPrefix(name, "X-Fc-") && !p.opt.PassReservedHeaders {
			continue
		}
		all[name] = strings.Join(values, ",")
	}
	return all
}

func joinQuery(raw string) map[string]string {
	all := map[string]string{}
	query, _ := url.ParseQuery(raw) // malformed pairs are left out
	for name, values := range query {
		all[name] = strings.Join(values, ",")
	}
	return all
}
