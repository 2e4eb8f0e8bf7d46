package truth

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// pasted are the routes whose URL somebody pastes somewhere, by function.
var pasted = map[string][]string{
	"stopdesktops":      {"", "/stop", "/healthz"},
	"stopdesktops-door": {"", "/stop", "/healthz"},
	"slackcmd":          {"", "/slack/command", "/slack/interaction", "/healthz"},
}

// outputs checks that the stack says what to paste where: every such URL once, of
// a route that the function serves, explained in both languages.
func (t *tree) outputs(s *template) {
	t.compareSets(templateFile, "output in the console's order:", s.Metadata.Interface.Outputs, slices.Sorted(maps.Keys(s.Outputs)))
	t.outputsInDocs(s)
	said, served := map[string][]string{}, map[string][]route{}
	for function, folder := range folders {
		served[function] = t.routesOf(folder)
	}
	for name, o := range s.Outputs {
		if !o.Label.both() || !o.Description.both() {
			t.bad(templateFile, "output %s has no label and description in both languages", name)
		}
		if strings.ContainsAny(o.Description.English+o.Description.Chinese, "<>") {
			t.bad(templateFile, "the description of output %s has a <, which the console takes for HTML", name)
		}
		of, path, isURL := outputURL(o.Value)
		if !isURL {
			continue
		}
		trigger := s.Resources[of]
		if o.Condition != trigger.Condition {
			t.bad(templateFile, "output %s is there under %q, and its trigger %s under %q", name, o.Condition, of, trigger.Condition)
		}
		behind, _ := attribute(properties(trigger.Properties)["FunctionName"])
		function := properties(s.Resources[behind].Properties).text("FunctionName")
		if said[function] = append(said[function], path); path == "" {
			continue
		}
		if !slices.ContainsFunc(served[function], func(r route) bool { return r.path == path }) {
			t.bad(templateFile, "output %s is the URL of %s, which %s does not serve", name, path, function)
		}
	}
	for function, want := range pasted {
		t.compareSets(templateFile, "URL of "+function+" in the outputs:", said[function], want)
	}
}

// outputInText are outputs as a page names them: the output `DoorUrl`, or its outputs
// `SlackCommandUrl` and `SlackInteractionUrl`.
var (
	outputInText = regexp.MustCompile("\\boutputs?\\s+`[A-Za-z]+`(?:(?:,|\\s+and)\\s+`[A-Za-z]+`)*")
	quoted       = regexp.MustCompile("`([A-Za-z]+)`")
)

// outputsInDocs checks that the stack has the outputs that the docs speak of.
func (t *tree) outputsInDocs(s *template) {
	files, err := filepath.Glob(filepath.Join(t.root, "docs", "*.md"))
	if err != nil || len(files) == 0 {
		t.bad("docs", "there are none")
	}
	for _, file := range files {
		page := "docs/" + filepath.Base(file)
		for _, sentence := range outputInText.FindAllString(t.read(page), -1) {
			for _, m := range quoted.FindAllStringSubmatch(sentence, -1) {
				if _, known := s.Outputs[m[1]]; !known {
					t.bad(page, "names the output %s, which %s does not have", m[1], templateFile)
				}
			}
		}
	}
}

// outputURL reads the URL of a trigger, with a path behind it or without.
func outputURL(value any) (trigger, path string, ok bool) {
	if m, _ := value.(map[string]any); m != nil {
		if join, _ := m["Fn::Join"].([]any); len(join) == 2 && join[0] == "" {
			if parts, _ := join[1].([]any); len(parts) == 2 {
				value, path = parts[0], fmt.Sprint(parts[1])
			}
		}
	}
	of, name := attribute(value)
	return of, path, name == "UrlInternet"
}
