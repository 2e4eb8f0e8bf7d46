package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What pages are compared with where the code keeps it to itself.
const (
	coreFolder = "../internal/core"
	doorFolder = "../functions/stopdesktops"
	routesFile = "../functions/stopdesktops/routes.go"
)

func parseSource(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sourcesOf are the files of a package without its tests.
func sourcesOf(t *testing.T, folder string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(file string) bool { return strings.HasSuffix(file, "_test.go") })
}

// constants returns the values of a package's text constants of a type, each with
// its name.
func constants(t *testing.T, folder, of string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, file := range sourcesOf(t, folder) {
		for _, d := range parseSource(t, file).Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, s := range group.Specs {
				spec := s.(*ast.ValueSpec)
				if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != of {
					continue
				}
				for i, v := range spec.Values {
					text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
					if err != nil {
						t.Fatalf("%s: %v", file, err)
					}
					all[text] = spec.Names[i].Name
				}
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no constants of type %s", folder, of)
	}
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

// names says whether a page has a word in code letters.
func names(page, word string) bool { return strings.Contains(page, "`"+word+"`") }

// says says whether a page has these words, whatever its lines.
func says(page, words string) bool {
	return strings.Contains(strings.Join(strings.Fields(page), " "), words)
}
