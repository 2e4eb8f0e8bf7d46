package truth

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"time"
)

// The files of which deploy/roles.sh and deploy/alarms.sh make with commands what the
// stack makes of itself.
const (
	indexFile   = "deploy/logindex.json"
	alarmFolder = "deploy/alarms"
)

// indexedLate is how long before a check the window of an alarm that may miss no line
// must end. Simple Log Service's documentation, "Monitoring timeliness", wants 10 to 70
// seconds.
const indexedLate = 10 * time.Second

// watched holds what Serverless Devs' way is watched with to the stack: the same index,
// the same alarms.
func (t *tree) watched(s *template) {
	alarms := map[string]bool{}
	for name, r := range s.Resources {
		switch r.Type {
		case "ALIYUN::SLS::Index":
			t.sameDocument(indexFile, indexBody(r))
		case "ALIYUN::SLS::Alert":
			body := alertBody(r)
			file := path.Join(alarmFolder, strings.TrimPrefix(fmt.Sprint(body["name"]), "stopdesktops-")+".json")
			alarms[path.Base(file)] = true
			t.sameDocument(file, body)
			t.shown(file, r)
			t.windows(name, r)
		}
	}
	entries, err := os.ReadDir(filepath.Join(t.root, filepath.FromSlash(alarmFolder)))
	if err != nil {
		t.bad(alarmFolder, "cannot be read: %v", err)
	}
	for _, e := range entries {
		if !alarms[e.Name()] {
			t.bad(path.Join(alarmFolder, e.Name()), "is an alarm that %s does not have", templateFile)
		}
	}
}

// sameDocument wants a file to be a document, key by key.
func (t *tree) sameDocument(file string, want map[string]any) {
	var got map[string]any
	if err := json.Unmarshal([]byte(t.read(file)), &got); err != nil {
		t.bad(file, "%v", err)
		return
	}
	t.equal(file, "", got, plain(want))
}

// equal notes where two values differ, as deep inside as they are maps.
func (t *tree) equal(file, at string, got, want any) {
	g, isMap := got.(map[string]any)
	w, both := want.(map[string]any)
	if !isMap || !both {
		if !reflect.DeepEqual(got, want) {
			t.bad(file, "%s is %v, and by %s it is %v", strings.TrimPrefix(at, "."), got, templateFile, want)
		}
		return
	}
	for key := range g {
		if _, there := w[key]; !there {
			t.bad(file, "%s is there, and not in %s", strings.TrimPrefix(at+"."+key, "."), templateFile)
		}
	}
	for key := range w {
		t.equal(file, at+"."+key, g[key], w[key])
	}
}

// plain is a value as JSON reads it.
func plain(value any) (out any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return err.Error()
	}
	return out
}

// tokens are what the stack's index cuts text at, because it says nothing else: the
// default of Delimiter in the documentation of ALIYUN::SLS::Index.
const tokens = ", '\";=()[]{}?@&<>/:\n\t\r"

// indexBody is an index of the stack as the API CreateIndex 2020-12-30 wants it. What
// the stack leaves out is on: EnableAnalytics is doc_value.
func indexBody(r resource) map[string]any {
	text := func(kind string) map[string]any {
		return map[string]any{"type": kind, "doc_value": true, "caseSensitive": false, "chn": false, "token": strings.Split(tokens, "")}
	}
	keys := map[string]any{}
	for _, k := range properties(r.Properties).list("KeyIndices") {
		key := properties(k.(map[string]any))
		body := text(key.text("Type"))
		inner := map[string]any{}
		for _, j := range key.list("JsonKeyIndices") {
			field := properties(j.(map[string]any))
			inner[field.text("Name")] = map[string]any{"type": field.text("Type"), "doc_value": true}
		}
		if len(inner) > 0 {
			body["json_keys"] = inner
		}
		keys[key.text("Name")] = body
	}
	line := text("")
	delete(line, "type")
	delete(line, "doc_value")
	return map[string]any{"line": line, "keys": keys}
}

// alertBody is an alarm of the stack as the vendor's CLI wants it. It has no flags for
// Type and State, refuses useDefault, and has to be told that the alarm goes to the
// service's own notifications, which a stack has no property for.
func alertBody(r resource) map[string]any {
	body, _ := camelCase(properties(r.Properties)["Detail"]).(map[string]any)
	delete(body, "type")
	delete(body, "state")
	configuration := properties(body).under("configuration")
	configuration["sinkAlerthub"] = map[string]any{"enabled": true}
	delete(configuration.under("policyConfiguration"), "useDefault")
	return body
}

// camelCase is a value of the stack in the API's words: the keys begin with a small
// letter, and what the stack fills in is what the scripts of deploy fill in.
func camelCase(value any) any {
	switch v := value.(type) {
	case []any:
		all := make([]any, 0, len(v))
		for _, one := range v {
			all = append(all, camelCase(one))
		}
		return all
	case map[string]any:
		if reference(v) == "AlarmActionPolicy" {
			return "${ACTION_POLICY}"
		}
		switch of, _ := attribute(v); of {
		case "LogProject":
			return "stopdesktops-${ACCOUNT}-${REGION}"
		case "LogStore":
			return "stopdesktops"
		}
		all := map[string]any{}
		for key, one := range v {
			all[strings.ToLower(key[:1])+key[1:]] = camelCase(one)
		}
		return all
	}
	return value
}

// shown wants a row of docs/deploy.md to say when an alarm looks, at what, and when it
// rings.
func (t *tree) shown(file string, r resource) {
	const page = "docs/deploy.md"
	_, row, found := strings.Cut(t.read(page), "\n   | `"+file+"` | ")
	row, _, _ = strings.Cut(row, "\n")
	if !found {
		t.bad(page, "has no row for %s", file)
		return
	}
	detail := properties(r.Properties).under("Detail")
	words := []string{"every " + detail.under("Schedule").text("Interval") + " "}
	configuration := detail.under("Configuration")
	for _, q := range configuration.list("QueryList") {
		query := properties(q.(map[string]any))
		start, end := strings.TrimPrefix(query.text("Start"), "-"), query.text("End")
		if end == "now" {
			words = append(words, "of the last "+start+" ")
		} else {
			words = append(words, "from "+start+" to "+strings.TrimPrefix(end, "-")+" ago ")
		}
	}
	for _, c := range configuration.list("SeverityConfigurations") {
		words = append(words, "`"+properties(c.(map[string]any)).under("EvalCondition").text("Condition")+"`")
	}
	for _, w := range words {
		if !strings.Contains(row, w) {
			t.bad(page, "does not say %q of %s", strings.TrimSpace(w), file)
		}
	}
}

// windows checks of an alarm that sees each line once, and no line late, that no line
// falls between two checks. The dead man's alarms look at the same lines again and again.
func (t *tree) windows(name string, r resource) {
	detail := properties(r.Properties).under("Detail")
	every, _ := time.ParseDuration(detail.under("Schedule").text("Interval"))
	for _, q := range detail.under("Configuration").list("QueryList") {
		query := properties(q.(map[string]any))
		if within.MatchString(query.text("Query")) {
			continue
		}
		start, _ := time.ParseDuration(query.text("Start"))
		end, _ := time.ParseDuration(query.text("End")) // now is no duration, and not late
		if every <= 0 || end-start != every {
			t.bad(templateFile, "%s looks every %s at %s of the log, so that it misses lines or sees them twice", name, every, end-start)
		}
		if -end < indexedLate {
			t.bad(templateFile, "%s looks at the log until %s ago, and a line can be queried only after %s", name, -end, indexedLate)
		}
		const page = "docs/operations.md"
		for _, words := range []string{fmt.Sprintf("every %.0f minutes", every.Minutes()), fmt.Sprintf("from %.0f minutes to %.0f minute ago", -start.Minutes(), -end.Minutes()), fmt.Sprintf("%.0f to %.0f minutes after it", -end.Minutes(), -start.Minutes())} {
			if !strings.Contains(strings.Join(strings.Fields(t.read(page)), " "), words) {
				t.bad(page, "does not say %q of %s", words, name)
			}
		}
	}
}
