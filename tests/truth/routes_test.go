package truth

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// folders are where the functions' code is.
var folders = map[string]string{"stopdesktops": "functions/stopdesktops", "stopdesktops-door": "functions/stopdesktops", "slackcmd": "functions/slackcmd"}

// routes holds the methods that a trigger lets through to those that the function
// serves, and the routes that the docs name to those that exist.
func (t *tree) routes(serverless []function) {
	var all []route
	for _, f := range serverless {
		served := map[string]bool{}
		for _, r := range t.routesOf(folders[f.Name]) {
			served[r.method] = true
			all = append(all, r)
		}
		t.compareSets(f.file, "method of "+f.Name+"'s trigger:", f.HTTP.Methods, slices.Sorted(maps.Keys(served)))
		if f.HTTP.Auth != "anonymous" {
			t.bad(f.file, "authType of %s is %s; its senders sign in their own ways, not in the platform's", f.Name, f.HTTP.Auth)
		}
	}
	files, err := filepath.Glob(filepath.Join(t.root, "docs", "*.md"))
	if err != nil || len(files) == 0 {
		t.bad("docs", "there are none")
	}
	for _, file := range append(files, filepath.Join(t.root, "README.md")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.bad(file, "%v", err)
		}
		name, _ := filepath.Rel(t.root, file)
		for _, m := range routeInText.FindAllStringSubmatch(string(text), -1) {
			if !slices.ContainsFunc(all, func(r route) bool { return r.method == m[1] && matches(r.path, m[2]) }) {
				t.bad(filepath.ToSlash(name), "names the route %s %s, which no function serves", m[1], m[2])
			}
		}
	}
}

// routeInText is a route as a person writes it: `POST /runs/<RunId>/halt`.
var routeInText = regexp.MustCompile("`(GET|POST|PUT|PATCH|DELETE) (/[^`? ]*)[^`]*`")

// matches compares a path with a pattern, in which {id} stands for anything.
func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}
