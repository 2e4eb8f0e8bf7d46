// Package oss is a local double of Alibaba Cloud OSS, for the operations that
// keep records in one private bucket: PutObject, GetObject, HeadObject,
// DeleteObject, ListObjectsV2, GetBucketVersioning, and putting and deleting the
// bucket's rules against overwriting (PutBucketOverwriteConfig). It verifies V4
// signatures, enforces RAM rights, and can be told to fail. What it does not
// know it refuses with 501 instead of ignoring it.
//
// Two differences from the real service are on purpose. Path style works on
// every host name, where the real service wants the bucket in the host name;
// and of a versioned bucket only the newest version of an object is kept.
package oss

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"stopdesktops/internal/sim/fault"
	"stopdesktops/internal/sim/ram"
)

// DefaultRegion is where the buckets are when Options names no region.
const DefaultRegion = "cn-hangzhou"

// Options describes the double.
type Options struct {
	// Now is the service's clock. time.Now when nil.
	Now func() time.Time
	// Wait passes the time of a Slow fault and ends early when the caller
	// hangs up. A real timer when nil.
	Wait func(ctx context.Context, d time.Duration) error
	// Authority knows the keys and their rights. Required.
	Authority *ram.Authority
	// Buckets are the private buckets that exist, all in Region.
	Buckets []string
	// Region is a plain region id such as "cn-hangzhou", without "oss-".
	Region string
	// Hosts are further host names of the service, without port, for example
	// the name of a local proxy. Literal addresses, "localhost" and the
	// region's public and internal names are always known.
	Hosts []string
}

// Server is the double. It is safe for concurrent use.
type Server struct {
	now       func() time.Time
	wait      func(ctx context.Context, d time.Duration) error
	authority *ram.Authority
	region    string
	hosts     []string

	mu      sync.Mutex
	buckets map[string]*bucket
	faults  fault.List[Fault]
	calls   []Call
}

// New returns a double with empty buckets. It panics without an authority,
// because a store that lets everybody in is no double of this service.
func New(o Options) *Server {
	if o.Authority == nil {
		panic("oss: Options.Authority is required")
	}
	s := &Server{now: o.Now, wait: o.Wait, authority: o.Authority, region: o.Region, buckets: map[string]*bucket{}}
	if s.now == nil {
		s.now = time.Now
	}
	if s.wait == nil {
		s.wait = fault.Wait
	}
	if s.region == "" {
		s.region = DefaultRegion
	}
	s.hosts = append([]string{
		"localhost",
		"oss-" + s.region + ".aliyuncs.com",
		"oss-" + s.region + "-internal.aliyuncs.com",
	}, o.Hosts...)
	for _, name := range o.Buckets {
		s.buckets[name] = &bucket{objects: map[string]object{}}
	}
	return s
}

// answer is one response before it is written: either a success with header
// and body, or an error.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    *apiError
}

func failed(err *apiError) answer { return answer{status: err.status, err: err} }

// ServeHTTP answers one request. The call is in the log before the caller
// can see the answer, so a test may read the log right after its call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := Call{Method: r.Method, At: s.now()}
	a := s.serve(r, &call)
	if a.err != nil {
		call.Code = a.err.code
	}
	call.Status = a.status
	s.record(call)
	switch call.Fault {
	case Reset:
		fault.Reset(w)
	case AnswerLost:
		panic(http.ErrAbortHandler)
	default:
		s.write(w, r, a)
	}
}

func (s *Server) serve(r *http.Request, call *Call) answer {
	at, err := s.locate(r)
	if err != nil {
		return failed(err)
	}
	call.Bucket, call.Key = at.bucket, at.key
	query, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return failed(err)
	}
	who, err := s.authenticate(r, at, query)
	if err != nil {
		return failed(err)
	}
	call.Role = who.Role
	op, err := route(r, at, query)
	if err != nil {
		return failed(err)
	}
	// The body is read before a fault is applied: the server notices that a
	// slow request's caller hung up only once nothing of the body is left.
	body, err := readBody(r)
	if err != nil {
		return failed(err)
	}
	f, hit := s.takeFault(r.Method, at.key)
	if hit {
		call.Fault = f.Kind
		if a, over := s.suffer(r.Context(), f); over {
			return a
		}
	}
	if !s.bucketExists(at.bucket) {
		return failed(errNoSuchBucket)
	}
	if !who.Allowed(op.action, at.resource()) {
		return failed(errForbidden)
	}
	return op.do(s, request{place: at, query: query, header: r.Header, body: body})
}

// request is what an operation gets to see: authenticated and permitted.
type request struct {
	place
	query  map[string]string
	header http.Header
	body   []byte
}

// place is what a request is about. The key is empty for the bucket itself.
type place struct{ bucket, key string }

// resource is the place as RAM names it.
func (p place) resource() string {
	if p.key == "" {
		return "acs:oss:*:*:" + p.bucket
	}
	return "acs:oss:*:*:" + p.bucket + "/" + p.key
}

// locate finds bucket and key in host name and path.
func (s *Server) locate(r *http.Request) (place, *apiError) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	path, ok := strings.CutPrefix(r.URL.Path, "/")
	if !ok {
		return place{}, errInvalidURI
	}
	pathStyle := net.ParseIP(host) != nil
	for _, known := range s.hosts {
		if name, ok := strings.CutSuffix(host, "."+known); ok {
			return place{bucket: name, key: path}, nil
		}
		pathStyle = pathStyle || host == known
	}
	if !pathStyle {
		return place{}, errWrongEndpoint
	}
	name, key, _ := strings.Cut(path, "/")
	if name == "" {
		return place{}, notImplemented("operations on the service itself")
	}
	return place{bucket: name, key: key}, nil
}

func (s *Server) write(w http.ResponseWriter, r *http.Request, a answer) {
	id := requestID()
	h := w.Header()
	maps.Copy(h, a.header)
	h.Set("Server", "AliyunOSS")
	// The SDK corrects its clock by this header when a request was skewed.
	h.Set("Date", s.now().UTC().Format(http.TimeFormat))
	h.Set("x-oss-request-id", id)
	body := a.body
	if a.err != nil {
		body = a.err.document(id, r.Host)
		h.Set("Content-Type", "application/xml")
		if a.err.ec != "" {
			h.Set("x-oss-ec", a.err.ec)
		}
		if r.Method == http.MethodHead {
			// HEAD has no body, so the error travels in a header.
			h.Set("x-oss-err", base64.StdEncoding.EncodeToString(body))
			body = nil
		}
	}
	if h.Get("Content-Length") == "" && a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		// A caller that went away is not this service's trouble.
		_, _ = w.Write(body)
	}
}

// requestID has the shape of the real service's: 24 upper-case hex digits.
func requestID() string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%X", b)
}
