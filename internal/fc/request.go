package fc

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stopdesktops/internal/pattern"
)

// method is any method that an HTTP trigger can be given.
var method = pattern.Name{Most: 16, Rest: "A-Z"}

// requestContext is the part of an HTTP event that the platform writes itself.
type requestContext struct {
	RequestID  string `json:"requestId"`
	DomainName string `json:"domainName"`
	HTTP       struct {
		Method   string `json:"method"`
		Protocol string `json:"protocol"`
		SourceIP string `json:"sourceIp"`
	} `json:"http"`
}

// Request turns an HTTP event (version v1) into the request that net/http would
// have made of it. Header names are canonical whatever case they came in; a
// header that was sent twice arrives as one value joined with commas, and one
// that came in two cases as two values. The query is rebuilt from a map, so its
// order is not the sender's, and a name sent twice has one value joined with a
// comma. Reading a body over MaxBody gives a *http.MaxBytesError.
func (e Event) Request(ctx context.Context) (*http.Request, error) {
	var (
		rc      requestContext
		rawPath string
		headers map[string]string
		query   map[string]string
	)
	err := errors.Join(
		e.read("requestContext", &rc), e.read("rawPath", &rawPath),
		e.read("headers", &headers), e.read("queryParameters", &query))
	if err != nil {
		return nil, err
	}
	if !method.MatchString(rc.HTTP.Method) {
		return nil, fmt.Errorf("method of the event: %q", rc.HTTP.Method)
	}
	uri, err := requestURI(rawPath, query)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, rc.HTTP.Method, uri, nil)
	if err != nil {
		return nil, fmt.Errorf("rawPath of the event: %w", err)
	}
	if r.Body, r.ContentLength, err = e.body(); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		r.Header.Add(name, headers[name])
	}
	r.Host = rc.DomainName
	if h := r.Header.Get("Host"); h != "" {
		r.Host = h
	}
	r.Header.Del("Host") // net/http servers keep it in Request.Host only.
	r.RequestURI = uri
	r.RemoteAddr = net.JoinHostPort(rc.HTTP.SourceIP, "0") // The event names no port.
	if major, minor, ok := http.ParseHTTPVersion(rc.HTTP.Protocol); ok {
		r.Proto, r.ProtoMajor, r.ProtoMinor = rc.HTTP.Protocol, major, minor
	}
	return r, nil
}

// requestURI is the path as it was sent with the query of the event behind it.
func requestURI(rawPath string, query map[string]string) (string, error) {
	if rawPath == "" {
		rawPath = "/"
	}
	if rawPath[0] != '/' || strings.ContainsAny(rawPath, "?# ") {
		return "", fmt.Errorf("rawPath of the event: %q", rawPath)
	}
	if _, err := url.ParseRequestURI(rawPath); err != nil {
		return "", errors.New("rawPath of the event: not a path")
	}
	if len(query) == 0 {
		return rawPath, nil
	}
	values := url.Values{}
	for name, value := range query {
		values.Set(name, value)
	}
	return rawPath + "?" + values.Encode(), nil
}
