package ecd

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Scheme is how a call said who it is.
type Scheme string

const (
	ACS3      Scheme = "ACS3"
	V1        Scheme = "V1"
	Anonymous Scheme = "Anonymous"
)

// Call is one request as the server received and answered it.
type Call struct {
	At        time.Time
	Method    string
	Version   string
	Operation string
	Scheme    Scheme
	// Params are all parameters as received, query and form merged, tokens and
	// signature included: tests read them, nothing may print them.
	Params url.Values
	Body   []byte
	// Region and IDs are RegionId and DesktopId.N or ResourceId.N, as received.
	Region string
	IDs    []string

	AccessKeyID string // of a verified signature
	Role        string // whose key it is

	RequestID string   // of the answer; a repeated ClientToken gets the first one's
	Done      bool     // false while the call is under way
	Status    int      // 0 when no answer was given
	Code      string   // empty on success
	Fault     Kind     // the injected fault, if any
	Effect    []string // ids of the desktops whose state the call changed
}

// maxCalls bounds the log of a server that runs for days.
const maxCalls = 100_000

// callLog keeps calls in the order of arrival.
type callLog struct {
	mu      sync.Mutex
	entries []*logEntry
	tallies map[TallyKey]Tally
}

// logEntry is a call that may still be under way.
type logEntry struct {
	log  *callLog
	call Call
}

func (l *callLog) begin(c Call) *logEntry {
	e := &logEntry{log: l, call: c}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.entries) == maxCalls {
		l.entries = slices.Delete(l.entries, 0, maxCalls/10)
	}
	l.entries = append(l.entries, e)
	return e
}

func (e *logEntry) edit(f func(*Call)) {
	e.log.mu.Lock()
	defer e.log.mu.Unlock()
	f(&e.call)
}

func (e *logEntry) received(body []byte) { e.edit(func(c *Call) { c.Body = body }) }
func (e *logEntry) scheme(s Scheme)      { e.edit(func(c *Call) { c.Scheme = s }) }

func (e *logEntry) named(version, operation string, params url.Values) {
	e.edit(func(c *Call) {
		c.Version, c.Operation, c.Params = version, operation, params
		c.Region, c.IDs = params.Get("RegionId"), idsOf(params)
	})
}

// idsOf lists the desktops that a call names.
func idsOf(params url.Values) (ids []string) {
	for _, name := range []string{"DesktopId", "ResourceId"} {
		for i := 1; ; i++ {
			values, ok := params[name+"."+strconv.Itoa(i)]
			if !ok {
				break
			}
			ids = append(ids, values...)
		}
	}
	return ids
}

func (e *logEntry) caller(key, role string) {
	e.edit(func(c *Call) { c.AccessKeyID, c.Role = key, role })
}

func (e *logEntry) hit(fault Kind) { e.edit(func(c *Call) { c.Fault = fault }) }

// happened notes the effect before the answer is given: a held or lost answer
// does not undo it.
func (e *logEntry) happened(requestID string, effect []string) {
	e.edit(func(c *Call) { c.RequestID, c.Effect = requestID, effect })
}

func (e *logEntry) end(r reply) {
	e.edit(func(c *Call) { c.Done, c.Status, c.Code = true, r.status(), r.code() })
}

// Calls returns every call so far in the order of arrival, those under way
// included.
func (s *Server) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	all := make([]Call, 0, len(s.calls.entries))
	for _, e := range s.calls.entries {
		c := e.call
		c.Params = maps.Clone(c.Params)
		for name, values := range c.Params {
			c.Params[name] = slices.Clone(values)
		}
		c.Body, c.IDs, c.Effect = slices.Clone(c.Body), slices.Clone(c.IDs), slices.Clone(c.Effect)
		all = append(all, c)
	}
	return all
}
