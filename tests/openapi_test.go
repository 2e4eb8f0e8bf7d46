package tests

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// exchange is one request as docs/openapi.yaml has it, and its answer.
type exchange struct {
	operation string
	request   string // the example of the body that is sent, or none
	status    int
	answer    string // the example of the answer that it must be, or only its schema

	body   string            // instead of an example's, one that the schema may refuse
	id     string            // the delivery; a new one if empty
	run    string            // instead of the example's; "last" is that of the answer before
	name   string            // of the sender, instead of the example's
	query  url.Values        // instead of the examples'
	header map[string]string // besides; an empty one is left out
	edit   func(body string) string
	before func(*world)
}

// openAPIPage is the page, and what of it was seen in use.
type openAPIPage struct {
	doc    *openapi3.T
	router routers.Router

	mu   sync.Mutex
	seen map[string]bool
}

func readOpenAPI(t *testing.T) *openAPIPage {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../docs/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	here := *doc
	here.Servers = openapi3.Servers{{URL: "/"}} // the local host is none of the page's
	router, err := legacy.NewRouter(&here)
	if err != nil {
		t.Fatal(err)
	}
	return &openAPIPage{doc: doc, router: router, seen: map[string]bool{}}
}

// operation finds an operation and where it is.
func (o *openAPIPage) operation(t *testing.T, id string) (path, method string, op *openapi3.Operation) {
	t.Helper()
	for path, item := range o.doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == id {
				return path, method, op
			}
		}
	}
	t.Fatalf("the page has no operation %s", id)
	return "", "", nil
}

func (o *openAPIPage) use(what ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen[strings.Join(what, " ")] = true
}

// TestOpenAPI sends every example of docs/openapi.yaml, and whatever else it
// takes to get every answer that the page names, to the compiled function.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	o := readOpenAPI(t)
	t.Run("answers", func(t *testing.T) {
		for name, group := range exchanges() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := openAPIWorld(t, group.policy)
				last := ""
				for _, e := range group.all {
					if run := o.exchange(w, e, last); run != "" {
						last = run
					}
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	for _, what := range o.promised() {
		if !o.seen[what] {
			t.Errorf("nothing shows %s", what)
		}
	}
}

// promised is everything of the page that an exchange must show.
func (o *openAPIPage) promised() []string {
	var all []string
	for _, item := range o.doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody != nil {
				for name := range op.RequestBody.Value.Content.Get("application/json").Examples {
					all = append(all, op.OperationID+" request "+name)
				}
			}
			for status, answer := range op.Responses.Map() {
				if status == "default" {
					continue // no test can bring about a fault of ours
				}
				all = append(all, op.OperationID+" status "+status)
				for _, content := range answer.Value.Content {
					for name := range content.Examples {
						if answer.Ref != "" {
							all = append(all, answer.Ref+" answer "+name)
						} else {
							all = append(all, op.OperationID+" answer "+name)
						}
					}
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// exchange makes one exchange and returns the run of its answer.
func (o *openAPIPage) exchange(w *world, e exchange, last string) (run string) {
	w.t.Helper()
	if e.before != nil {
		e.before(w)
	}
	path, method, op := o.operation(w.t, e.operation)
	body := e.body
	if e.request != "" {
		example := op.RequestBody.Value.Content.Get("application/json").Examples[e.request]
		if example == nil {
			w.t.Fatalf("%s has no example %s", e.operation, e.request)
		}
		text, err := json.Marshal(example.Value.Value)
		if err != nil {
			w.t.Fatal(err)
		}
		if body = string(text); e.edit != nil {
			body = e.edit(body)
		}
		o.use(e.operation, "request", e.request)
	}
	if e.run == "last" {
		e.run = last
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.FC.HTTPURL("stopdesktops")+o.fill(path, op, e), strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header = w.openAPIHeader(e, body)
	what := fmt.Sprintf("%s %s %s", method, path, e.request+e.answer)
	sent := o.checkRequest(w, what, r, body, e.body == "" && e.status < 400)
	response, text := w.roundTrip(r)
	if response.StatusCode != e.status {
		w.t.Errorf("%s: status %d, want %d: %s", what, response.StatusCode, e.status, text)
		return ""
	}
	o.use(e.operation, "status", fmt.Sprint(e.status))
	answer := &openapi3filter.ResponseValidationInput{RequestValidationInput: sent, Status: response.StatusCode, Header: response.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}}
	if err := openapi3filter.ValidateResponse(w.t.Context(), answer.SetBodyBytes(text)); err != nil {
		w.t.Errorf("%s: the answer is not as the page says: %v\n%s", what, err, text)
	}
	if e.answer != "" {
		o.compare(w.t, op, e, response, text)
	}
	if len(text) == 0 {
		return ""
	}
	var told struct{ RunId string }
	if err := json.Unmarshal(text, &told); err != nil {
		w.t.Errorf("%s: %v", what, err)
	}
	return told.RunId
}

// fill puts the parameters' examples into the path and the query.
func (o *openAPIPage) fill(path string, op *openapi3.Operation, e exchange) string {
	query := url.Values{}
	for _, p := range op.Parameters {
		example := fmt.Sprint(p.Value.Example)
		switch {
		case p.Value.In == "path" && p.Value.Name == "id" && e.run != "":
			example = e.run
		case p.Value.In == "path" && p.Value.Name == "name" && e.name != "":
			example = e.name
		}
		switch {
		case p.Value.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", url.PathEscape(example))
		case p.Value.In == "query" && p.Value.Example != nil:
			query.Set(p.Value.Name, example)
		}
	}
	if e.query != nil {
		query = e.query
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// openAPIHeader proves the sender in the way of each route.
func (w *world) openAPIHeader(e exchange, body string) http.Header {
	h := http.Header{}
	h.Set("Authorization", "Bearer "+w.WebhookToken)
	switch e.operation {
	case "stop":
		if e.id == "" {
			e.id = fresh()
		}
		h.Set("Idempotency-Key", e.id)
	case "sender":
		h.Del("Authorization")
		h.Set("X-Desk-Key", deskKey)
	}
	if body != "" {
		h.Set("Content-Type", "application/json")
	}
	for name, value := range e.header {
		if h.Del(name); value != "" {
			h.Set(name, value)
		}
	}
	return h
}

// checkRequest holds a request against the page, where it is to be right.
func (o *openAPIPage) checkRequest(w *world, what string, r *http.Request, body string, right bool) *openapi3filter.RequestValidationInput {
	copied, err := http.NewRequest(r.Method, r.URL.RequestURI(), strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	copied.Header = r.Header.Clone()
	route, parameters, err := o.router.FindRoute(copied)
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
	in := &openapi3filter.RequestValidationInput{Request: copied, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true, RejectWhenRequestBodyNotSpecified: true}}
	if err := openapi3filter.ValidateRequest(w.t.Context(), in); err != nil && right {
		w.t.Errorf("%s: the request is not as the page says: %v", what, err)
	}
	return in
}

// roundTrip sends a request and keeps the answer for the search for secrets.
func (w *world) roundTrip(r *http.Request) (*http.Response, []byte) {
	w.t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers.Write(text)
	return response, text
}
