package tests

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// compare holds an answer against the page's example, apart from what differs
// every time.
func (o *openAPIPage) compare(t *testing.T, op *openapi3.Operation, e exchange, response *http.Response, text []byte) {
	t.Helper()
	promised := op.Responses.Status(response.StatusCode)
	if promised == nil {
		return // said already
	}
	content := promised.Value.Content.Get(response.Header.Get("Content-Type"))
	if content == nil || content.Examples[e.answer] == nil {
		t.Errorf("%s %d has no example %s. The answer is\n%s", e.operation, e.status, e.answer, pretty(t, text))
		return
	}
	if promised.Ref != "" {
		o.use(promised.Ref, "answer", e.answer)
	} else {
		o.use(e.operation, "answer", e.answer)
	}
	example, err := json.Marshal(content.Examples[e.answer].Value.Value)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(example, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(steady(got), steady(want)) {
		t.Errorf("%s %d is not the example %s:\n%s", e.operation, e.status, e.answer, pretty(t, text))
	}
}

// passing is what differs every time: times, how long ago something was, run
// ids, and request ids and sums.
var passing = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)|\b(slack|webhook|timer|terminal)-[a-z2-7]{26}\b|\b[0-9a-fA-F-]{36}\b|\b[0-9a-f]{64}\b`)

// passingNames are the names of values that do, and of sentences for people, whose
// words are no promise.
var passingNames = []string{"Amount", "Hours", "UpFor", "IdleFor", "detail", "Detail", "problem", "Says", "Next", "Note"}

// steady returns the value without what differs every time, and without words.
func steady(v any) any {
	switch v := v.(type) {
	case string:
		return passing.ReplaceAllString(v, "…")
	case []any:
		for i := range v {
			v[i] = steady(v[i])
		}
	case map[string]any:
		_, objects := v["Code"]
		for name := range v {
			if name == "Says" && !objects {
				continue // a rule that has no objection says the same every time
			}
			if v[name] = steady(v[name]); slices.Contains(passingNames, name) {
				v[name] = "…"
			}
		}
	}
	return v
}

func pretty(t *testing.T, text []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
