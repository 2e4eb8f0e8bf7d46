package ticket

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

func mapper(t testing.TB, m Mapping) *Mapper {
	t.Helper()
	compiled, problems := Compile(m)
	if problems != nil {
		t.Fatal(problems)
	}
	return compiled
}

// TestRequest shows what each kind of field takes and what it refuses.
func TestRequest(t *testing.T) {
	const desktop = "DesktopId"
	for _, c := range []struct {
		name, body string
		m          Mapping
		want       string // the request as JSON, or the problems
	}{
		{"constants", `{}`, Mapping{desktop: {From: "=ecd-a, ecd-b"}, "RegionId": {From: "=cn-hangzhou"}, "OsUpdate": {From: "=false"}, "DryRun": {From: "=true"}, "Canary": {From: "=3"}},
			`{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-b"],"OsUpdate":false,"Canary":3,"DryRun":true}`},
		{"a list as text", `{"d":"ecd-a,ecd-b  ecd-c\n"}`, Mapping{desktop: {From: "d"}}, `{"DesktopId":["ecd-a","ecd-b","ecd-c"]}`},
		{"a list as array", `{"d":["ecd-a","ecd b"]}`, Mapping{desktop: {From: "d"}}, `{"DesktopId":["ecd-a","ecd b"]}`},
		{"a list of items", `{"d":[{"i":"ecd-a"},{"i":"ecd b"}]}`, Mapping{desktop: {From: "d.#.i"}}, `{"DesktopId":["ecd-a","ecd b"]}`},
		{"found", `{"d":"Please stop ecd-a and ecd-b."}`, Mapping{desktop: {From: "d", Find: true}}, `{"DesktopId":["ecd-a","ecd-b"]}`},
		{"found nowhere", `{"d":"Please"}`, Mapping{desktop: {From: "d", Find: true}}, `DesktopId has no value: no desktop id is mentioned at d`},
		{"found badly", `{"d":"ECD-A"}`, Mapping{desktop: {From: "d", Find: true}}, `DesktopId is wrong: d holds "ECD-A", which looks like a desktop id and is none; write ids in lower case with spaces around them, such as ecd-7w78ozhjcwa3u`},
		{"found in formatted text", `{"d":{"content":[]}}`, Mapping{desktop: {From: "d", Find: true}}, `DesktopId is wrong: d is an object; want a text`},
		{"nothing there", `{}`, Mapping{desktop: {From: "d"}}, `DesktopId has no value: d is not in the body`},
		{"null", `{"d":null}`, Mapping{desktop: {From: "d"}}, `DesktopId has no value: d is not in the body`},
		{"an empty text", `{"d":""}`, Mapping{desktop: {From: "d"}}, `DesktopId has no value: d is empty`},
		{"an empty list", `{"d":[]}`, Mapping{desktop: {From: "d"}}, `DesktopId has no value: d is empty`},
		{"an empty item", `{"d":["ecd-a",""]}`, Mapping{desktop: {From: "d"}}, `DesktopId is wrong: d is empty`},
		{"a null item", `{"d":["ecd-a",null]}`, Mapping{desktop: {From: "d"}}, `DesktopId is wrong: d is nothing; want a text`},
		{"an array in an array", `{"d":[["ecd-a"]]}`, Mapping{desktop: {From: "d"}}, `DesktopId is wrong: d is an array; want a text`},
		{"two for one", `{"d":"ecd-a","r":[{"x":"a"},{"x":"b"}]}`, Mapping{desktop: {From: "d"}, "RegionId": {From: "r.#.x"}}, `RegionId has 2 values at r.#.x; want one`},
		{"an array for one", `{"d":"ecd-a","r":["a"]}`, Mapping{desktop: {From: "d"}, "RegionId": {From: "r"}}, `RegionId is wrong: r is an array; want a text`},
		{"too many", `{"d":"` + strings.Repeat("ecd-a ", 1001) + `"}`, Mapping{desktop: {From: "d"}}, `DesktopId has more than 1000 values at d; send smaller requests`},

		{"a selection", `{"u":"alice","t":"env=dev,keep"}`, Mapping{"Select.EndUserId": {From: "u"}, "Select.Tag": {From: "t"}, "Except.DesktopId": {From: "=ecd-a"}, "Select.Pooled": {From: "=true"}},
			`{"Select":{"Tag":[{"Key":"env","Value":"dev"},{"Key":"keep"}],"EndUserId":["alice"],"Pooled":true},"Except":{"DesktopId":["ecd-a"]}}`},
		{"a word of a selection that is not there", `{"t":"env=dev"}`, Mapping{"Select.EndUserId": {From: "u"}, "Select.Tag": {From: "t"}}, `Select.EndUserId has no value: u is not in the body`},

		{"true as text", `{"d":"ecd-a","y":"true"}`, Mapping{desktop: {From: "d"}, "DryRun": {From: "y"}}, `{"DesktopId":["ecd-a"],"DryRun":true}`},
		{"true", `{"d":"ecd-a","y":true}`, Mapping{desktop: {From: "d"}, "OsUpdate": {From: "y"}}, `{"DesktopId":["ecd-a"],"OsUpdate":true}`},
		{"yes", `{"d":"ecd-a","y":"yes"}`, Mapping{desktop: {From: "d"}, "DryRun": {From: "y"}}, `DryRun is "yes"; want true or false`},
		{"one for true", `{"d":"ecd-a","y":1}`, Mapping{desktop: {From: "d"}, "DryRun": {From: "y"}}, `DryRun is "1"; want true or false`},
		{"true for a text", `{"d":true}`, Mapping{desktop: {From: "d"}}, `DesktopId is wrong: d is true or false; want a text`},
		{"a dry run that is not there", `{"d":"ecd-a"}`, Mapping{desktop: {From: "d"}, "DryRun": {From: "y"}}, `DryRun has no value: y is not in the body`},

		{"optional", `{"d":"ecd-a","m":""}`, Mapping{desktop: {From: "d"}, "Reason": {From: "r", Optional: true}, "StoppedMode": {From: "m", Optional: true}}, `{"DesktopId":["ecd-a"]}`},
		{"optional and wrong", `{"d":"ecd-a","r":{}}`, Mapping{desktop: {From: "d"}, "Reason": {From: "r", Optional: true}}, `Reason is wrong: r is an object; want a text`},
		{"a reason of lines", `{"d":"ecd-a","r":"no longer\r\n\u0007needed "}`, Mapping{desktop: {From: "d"}, "Reason": {From: "r"}}, `{"DesktopId":["ecd-a"],"Reason":"no longer needed"}`},
		{"a long reason", `{"d":"ecd-a","r":"` + strings.Repeat("é", 501) + `"}`, Mapping{desktop: {From: "d"}, "Reason": {From: "r"}}, `{"DesktopId":["ecd-a"],"Reason":"` + strings.Repeat("é", 499) + `…"}`},
		{"a ticket's number as reason", `{"d":"ecd-a","r":4711}`, Mapping{desktop: {From: "d"}, "Reason": {From: "r"}}, `{"DesktopId":["ecd-a"],"Reason":"4711"}`},
		{"paths of a body are only texts", `{"d":"@this","x":"=ecd-b"}`, Mapping{desktop: {From: "d"}, "RegionId": {From: "x"}}, `{"RegionId":"=ecd-b","DesktopId":["@this"]}`},
		{"every problem", `{}`, Mapping{desktop: {From: "d"}, "RegionId": {From: "r"}}, `RegionId has no value: r is not in the body; DesktopId has no value: d is not in the body`},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, problems := mapper(t, c.m).Request(open(t, c.body))
			if got := said(t, q, problems); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func said(t *testing.T, q core.Request, problems []core.FieldError) string {
	t.Helper()
	if len(problems) > 0 {
		var words []string
		for _, p := range problems {
			words = append(words, p.Field+" "+p.Problem)
		}
		return strings.Join(words, "; ")
	}
	text, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestEveryFieldCanBeFilled holds the mapping to core.Request: a field of a new
// type has to be thought about.
func TestEveryFieldCanBeFilled(t *testing.T) {
	constants := map[string]string{"bool": "=true", "*bool": "=true", "*int": "=1"}
	for _, target := range targets {
		from := constants[target.of.String()]
		if from == "" {
			from = "=x"
		}
		m := Mapping{"All": {From: "=true"}, target.name: {From: from}}
		q, names := mapper(t, m).Constants()
		if text := fmt.Sprintf("%+v", q); len(names) == 0 || text == fmt.Sprintf("%+v", core.Request{}) {
			t.Errorf("%s is not filled: %s", target.name, text)
		}
	}
	if len(targets) < 30 {
		t.Errorf("only %d fields are known", len(targets))
	}
}

func FuzzRequest(f *testing.F) {
	f.Add([]byte(issue), "issue.key", "issue.list")
	f.Add([]byte(`{"d":"ecd-a, ecd-b","r":[1,{"x":null}]}`), "d", "r.#.x")
	f.Add([]byte(`{"a.b":{"@this":"x"}}`), `a\.b.\@this`, `#(a=="b").c`)
	f.Add([]byte(`{"a":{"a":1,"a":2}}`), "a.a", "a")
	f.Fuzz(func(t *testing.T, body []byte, ids, users string) {
		d, problem := Open(body)
		compiled, problems := Compile(Mapping{"DesktopId": {From: ids, Find: true}, "Select.EndUserId": {From: users}, "Reason": {From: users, Optional: true}})
		if problem != nil || problems != nil {
			return
		}
		var decoded map[string]any
		if err := json.Unmarshal(body, &decoded); err != nil {
			t.Fatalf("encoding/json refuses %q: %v", body, err)
		}
		q, problems := compiled.Request(d)
		for _, p := range problems {
			if p.Field == "" || p.Problem == "" || strings.ContainsAny(p.Problem, "\n\x1b") {
				t.Errorf("problem %+v", p)
			}
		}
		if len(problems) > 0 {
			return
		}
		// Nothing is found that is not there, and nothing is found by halves.
		for _, id := range q.DesktopId {
			if !desktopID.MatchString(id) {
				t.Errorf("found %q", id)
			}
		}
		if len(q.DesktopId) == 0 || q.Select == nil && !strings.HasPrefix(users, "=") || q.Select != nil && len(q.Select.EndUserId) == 0 {
			t.Errorf("a word is missing in %+v", q)
		}
		// A path of plain keys leads where encoding/json leads.
		if text, plain := walk(decoded, users); plain {
			if got := q.Select.EndUserId; strings.Join(got, " ") != strings.Join(words(text), " ") {
				t.Errorf("%s of %s: got %q, encoding/json says %q", users, body, got, text)
			}
		}
	})
}

// walk follows a path of plain keys to a text.
func walk(v any, path string) (string, bool) {
	for _, key := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok || strings.ContainsAny(key, `\#`) {
			return "", false
		}
		v = m[key]
	}
	text, ok := v.(string)
	return text, ok
}
