package ticket

import (
	"strings"
	"testing"
)

const issue = `{"issue":{"key":"OPS-7","n":12,"f":1.5,"none":null,"empty":"","yes":true,"a.b":"dotted","@this":"at","é":"accent",
"fields":[{"name":"desktops","value":"ecd-a"},{"name":"site","value":"hz"},{"name":"twice","value":"1"},{"name":"twice","value":"2"},{"name":7,"value":"seven"}],
"list":["x","y z"],"items":[{"id":"1"},{"id":"2"}],"some":[{"id":"1"},{}],"0":"zero"}}`

func open(t testing.TB, body string) Document {
	t.Helper()
	d, problem := Open([]byte(body))
	if problem != nil {
		t.Fatal(*problem)
	}
	return d
}

func TestPaths(t *testing.T) {
	d := open(t, issue)
	for path, want := range map[string]string{
		"issue.key": "OPS-7", "issue.n": "12", `issue.a\.b`: "dotted", `issue.\@this`: "at", "issue.é": "accent", "issue.0": "zero",
		"issue.list.1": "y z", "issue.items.1.id": "2", `issue.fields.#(name=="desktops").value`: "ecd-a", `issue.fields.#(name=="7").value`: "seven",

		"issue.none":                          "! issue.none is not in the body",
		"issue.nothing":                       "! issue.nothing is not in the body",
		"issue.key.x":                         "! issue.key.x is not in the body",
		"issue.Key":                           "! issue.Key is not in the body",
		"issue.list.2":                        "! issue.list.2 is not in the body",
		"issue.empty":                         "! issue.empty is empty",
		"issue.f":                             "! issue.f is a number with a fraction, an exponent or too many digits; want a text",
		"issue.yes":                           "! issue.yes is true or false; want a text",
		"issue.items":                         "! issue.items is an array; want a text",
		"issue":                               "! issue is an object; want a text",
		"issue.items.#.id":                    "! issue.items.#.id is there 2 times; want one",
		"issue.some.#.id":                     "! issue.some.#.id is not in the body",
		"issue.key.#.id":                      "! issue.key.#.id is not in the body: there is no array where the path wants one",
		`issue.fields.#(name=="x").value`:     `! issue.fields.#(name=="x").value is not in the body: 0 items match the query, want one`,
		`issue.fields.#(name=="twice").value`: `! issue.fields.#(name=="twice").value is not in the body: 2 items match the query, want one`,
	} {
		p, err := ParsePath(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		text, problem := d.Text(p)
		if problem != "" {
			text = "! " + problem
		}
		if text != want || p.String() != path {
			t.Errorf("%s: got %q, want %q", path, text, want)
		}
	}
}

func TestBadPaths(t *testing.T) {
	for _, path := range []string{"", ".", "a.", ".a", "a..b", "..a", "@this", "a.@reverse", "a|b", "a|@pretty", "*", "a.*", "a?", "!true", "{a,b}", "[a]", "a.[b]",
		"#", "a.#", "a.#.#", "#(a", `#(a=="b`, `#(a=="b")#`, `#(a=="b")#.c`, `#(a>"b")`, `#(a%"b*")`, "#(a)", `#(a=="b\c")`, "#()", `#(a=="b"c")`, `#(a==1)`, "a:b", "a\nb", `a\`, "a\\\n", "a=b", "a,b",
		strings.Repeat("a", MaxPath+1)} {
		if p, err := ParsePath(path); err == nil {
			t.Errorf("%q is accepted as %+v", path, p)
		} else if err.Error() == "" || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %q", path, err)
		}
	}
}

func TestOpen(t *testing.T) {
	deep := func(n int) string { return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}" }
	for body, want := range map[string]string{
		`{}`: "", " {\"a\":[{\"b\":1},{\"b\":2}]}\n": "", deep(MaxDepth - 1): "",
		deep(MaxDepth):             "nests deeper than 64 levels at line 1, column 70",
		"":                         "is empty; send a JSON object",
		" \n":                      "is empty; send a JSON object",
		"[]":                       "is not a JSON object; send one",
		`"a"`:                      "is not a JSON object; send one",
		"null":                     "is not a JSON object; send one",
		"{\"a\":1,\n \"a\":2}":     "has a name twice in one object at line 2, column 2; give each name once",
		`{"a":{"b":1,"\u0062":2}}`: "has a name twice in one object at line 1, column 13; give each name once",
		"{\"a\":\"\xff\"}":         "is not UTF-8; send it as UTF-8",
		`{"a":"\ud800"}`:           "is not JSON at line 1, column 7",
		`{"a":`:                    "ends too early; it is not JSON",
		`{"a":01}`:                 "is not JSON at line 1, column 7",
		`{} {}`:                    "goes on after its end; send one JSON object and nothing else",
		`{"a":1e999999999}`:        "",
		`{"a":"` + strings.Repeat("x", MaxBytes) + `"}`: "has 1048584 bytes, more than 1048576",
	} {
		_, problem := Open([]byte(body))
		got := ""
		if problem != nil {
			got = problem.Problem
		}
		if got != want {
			t.Errorf("%.40q: got %q, want %q", body, got, want)
		}
	}
}
