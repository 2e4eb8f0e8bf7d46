package truth

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// source files of a folder, without its tests.
func (t *tree) goFiles(folder string) []*ast.File {
	entries, err := os.ReadDir(filepath.Join(t.root, filepath.FromSlash(folder)))
	if err != nil {
		t.bad(folder, "%v", err)
	}
	var files []*ast.File
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			name = path.Join(folder, name)
			file, err := parsed(name, t.read(name))
			if err != nil {
				t.bad(name, "%v", err)
				continue
			}
			files = append(files, file)
		}
	}
	return files
}

// trees are files that were parsed already, by their text: most of the tree is the
// same for every seed. Nobody changes a syntax tree.
var trees sync.Map

func parsed(name, text string) (*ast.File, error) {
	if known, ok := trees.Load(text); ok {
		return known.(*ast.File), nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err == nil {
		trees.Store(text, file)
	}
	return file, err
}

// constants are the constants of a folder whose value is written as text.
func constants(files []*ast.File) map[string]string {
	all := map[string]string{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, value := range spec.Values {
				if text, ok := textOf(value); ok && i < len(spec.Names) {
					all[spec.Names[i].Name] = text
				}
			}
			return true
		})
	}
	return all
}

func textOf(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// duration is the value of a constant such as 2500 * time.Millisecond.
func (t *tree) duration(folder, name string) time.Duration {
	for _, f := range t.goFiles(folder) {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				if v := s.(*ast.ValueSpec); len(v.Names) == 1 && v.Names[0].Name == name && len(v.Values) == 1 {
					return eval(v.Values[0])
				}
			}
		}
	}
	t.bad(folder, "has no constant %s, which other files go by", name)
	return 0
}

// units are what durations are counted in.
var units = map[string]time.Duration{"Millisecond": time.Millisecond, "Second": time.Second, "Minute": time.Minute, "Hour": time.Hour}

func eval(e ast.Expr) time.Duration {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op == token.MUL {
			return eval(e.X) * eval(e.Y)
		}
	case *ast.SelectorExpr:
		return units[e.Sel.Name]
	case *ast.BasicLit:
		if v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, e.Value); err == nil {
			n, _ := constant.Int64Val(v.Value)
			return time.Duration(n)
		}
	}
	return 0
}

// route is what a function serves at one path.
type route struct{ method, path string }

// routesOf reads the routes of a function: its calls of route, with a map of
// methods, and of HandleFunc, with a pattern.
func (t *tree) routesOf(folder string) []route {
	var all []route
	for _, f := range t.goFiles(folder) {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fun, ok := call.Fun.(*ast.SelectorExpr)
			switch {
			case !ok:
			case fun.Sel.Name == "route" && len(call.Args) == 3:
				at, _ := textOf(call.Args[1])
				if m, ok := call.Args[2].(*ast.CompositeLit); ok {
					for _, e := range m.Elts {
						all = append(all, route{methodOf(e.(*ast.KeyValueExpr).Key), at})
					}
				}
			case fun.Sel.Name == "HandleFunc" && len(call.Args) == 2:
				pattern, ok := textOf(call.Args[0])
				method, at, both := strings.Cut(pattern, " ")
				switch {
				case ok && both:
					all = append(all, route{method, at})
				case ok && pattern != "/": // what Slack calls, always by POST
					all = append(all, route{"POST", pattern})
				}
			}
			return true
		})
	}
	slices.SortFunc(all, func(a, b route) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// methodOf reads http.MethodPost.
func methodOf(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		return strings.ToUpper(strings.TrimPrefix(s.Sel.Name, "Method"))
	}
	return ""
}

// methodsOf lists the methods that a folder takes of a field or variable of a
// name, called at once or kept, such as those of client in client.PutObject.
func (t *tree) methodsOf(folder, receiver string) []string {
	var all []string
	for _, f := range t.goFiles(folder) {
		ast.Inspect(f, func(n ast.Node) bool {
			method, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			switch on := method.X.(type) {
			case *ast.SelectorExpr:
				if on.Sel.Name == receiver {
					all = append(all, method.Sel.Name)
				}
			case *ast.Ident:
				if on.Name == receiver && ast.IsExported(method.Sel.Name) {
					all = append(all, method.Sel.Name)
				}
			}
			return true
		})
	}
	slices.Sort(all)
	return slices.Compact(all)
}
