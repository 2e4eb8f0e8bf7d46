package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What pages are compared with where the code keeps it to itself.
const (
	errorsFile  = "../internal/core/error.go"
	recordsFile = "../internal/core/record.go"
	intakeFile  = "../internal/core/intake.go"
	doorsFile   = "../internal/core/caller.go"
	alarmsFile  = "../functions/stopdesktops/alarm.go"
	routesFile  = "../functions/stopdesktops/routes.go"
)

func parseSource(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// constants returns the values of a file's text constants of a type.
func constants(t *testing.T, file, of string) []string {
	t.Helper()
	var all []string
	ast.Inspect(parseSource(t, file), func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != of {
			return true
		}
		for _, v := range spec.Values {
			text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			all = append(all, text)
		}
		return true
	})
	if len(all) == 0 {
		t.Fatalf("%s has no constants of type %s", file, of)
	}
	slices.Sort(all)
	return all
}

// jsonNames returns the names of a struct's fields in JSON, and which of them are
// always there.
func jsonNames(t *testing.T, file, of string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	ast.Inspect(parseSource(t, file), func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != of {
			return true
		}
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			tag, err := strconv.Unquote(f.Tag.Value)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			name, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
			all[name] = options == ""
		}
		return false
	})
	if len(all) == 0 {
		t.Fatalf("%s has no struct %s", file, of)
	}
	return all
}

var (
	routeCall  = regexp.MustCompile(`at\.route\(mux, "([^"]+)", methods\{(.*)\}\)`)
	methodName = regexp.MustCompile(`http\.Method(\w+):`)
)

// routesOf reads the HTTP door's routes: "GET /healthz" and so on.
func routesOf(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, route := range routeCall.FindAllStringSubmatch(readText(t, routesFile), -1) {
		for _, method := range methodName.FindAllStringSubmatch(route[2], -1) {
			all = append(all, strings.ToUpper(method[1])+" "+route[1])
		}
	}
	if len(all) < 5 {
		t.Fatalf("%s has %d routes", routesFile, len(all))
	}
	slices.Sort(all)
	return all
}

// fencedBlocks are a page's blocks in a language.
func fencedBlocks(t *testing.T, page, language string) []string {
	t.Helper()
	var all []string
	for _, m := range fenced.FindAllStringSubmatch(readText(t, page), -1) {
		if m[1] == language {
			all = append(all, m[2])
		}
	}
	return all
}

// names says whether a page has a word in code letters.
func names(page, word string) bool { return strings.Contains(page, "`"+word+"`") }

// says says whether a page has these words, whatever its lines.
func says(page, words string) bool {
	return strings.Contains(strings.Join(strings.Fields(page), " "), words)
}
