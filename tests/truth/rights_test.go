package truth

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stopdesktops/internal/sim/ram"
)

// documents are the RAM documents of each role, in deploy/ram.
var documents = map[string][]string{"stopdesktops": {"stopdesktops"}, "stopdesktops-keep": {"keep"}, "stopdesktops-door": {"door"}, "slackcmd": {"slackcmd"}}

// Rights that no call asks for by its name. Without the right to list, OSS may
// answer 403 instead of 404 where an object does not exist (OSS documentation,
// GetObject).
const listForMissing = "oss:ListObjects"

// rights holds the RAM documents to the calls that the code can make, and the
// stack's roles to the documents.
func (t *tree) rights(stack *template) {
	granted := map[string][]right{}
	for role, names := range documents {
		for _, name := range names {
			granted[role] = append(granted[role], t.document(name)...)
		}
	}
	elastic := t.operations("internal/ecd")
	tags := t.operationsIn("internal/ecd/tagging.go")
	others := slices.DeleteFunc(slices.Clone(elastic), func(op string) bool { return slices.Contains(tags, op) })
	t.compareSets("deploy/ram/stopdesktops.json", "action", actions(granted["stopdesktops"], "ecd"), others)
	t.compareSets("deploy/ram/operator.json", "action", actions(t.document("operator"), "ecd"), others)
	t.compareSets("deploy/ram/keep.json", "action", actions(granted["stopdesktops-keep"], ""), tags)
	objects := []string{listForMissing}
	for _, call := range t.methodsOf("internal/journal", "client") {
		objects = append(objects, "oss:"+call)
	}
	slices.Sort(objects)
	invokes := []string{"fc:InvokeFunction"}
	for _, call := range t.methodsOf("internal/fc", "client") {
		if operation, ok := strings.CutSuffix(call, "WithContext"); ok && operation != "InvokeFunction" {
			t.bad("deploy/ram", "internal/fc calls %s, and the roles know InvokeFunction only", operation)
		}
	}
	for _, role := range []string{"stopdesktops", "stopdesktops-door"} {
		file := "deploy/ram/" + documents[role][0] + ".json"
		t.compareSets(file, "action", actions(granted[role], "oss"), objects)
		t.compareSets(file, "action", actions(granted[role], "fc"), invokes)
	}
	t.compareSets("deploy/ram/slackcmd.json", "action", actions(granted["slackcmd"], ""), []string{"fc:InvokeFunction", "oss:PutObject"})
	t.compareSets("deploy/ram/door.json", "action", actions(granted["stopdesktops-door"], "ecd"), nil)
	t.trust(stack)
	t.sameRights(granted, stack)
}

// right is one action on one resource.
type right struct{ Action, Resource string }

func (t *tree) document(name string) []right {
	file := "deploy/ram/" + name + ".json"
	policy, err := ram.ParsePolicy([]byte(t.read(file)))
	if err != nil {
		t.bad(file, "%v", err)
	}
	return t.statements(file, policy)
}

func (t *tree) statements(file string, policy ram.Policy) (all []right) {
	for _, s := range policy.Statement {
		if s.Effect != "Allow" {
			t.bad(file, "has a statement with Effect %s", s.Effect)
		}
		for _, action := range s.Action {
			for _, resource := range s.Resource {
				if resource == "*" && !strings.HasPrefix(action, "ecd:") {
					t.bad(file, "allows %s on everything", action)
				}
				all = append(all, right{action, resource})
			}
		}
	}
	return all
}

// actions are those of one service, or all, sorted.
func actions(rights []right, service string) (all []string) {
	for _, r := range rights {
		if strings.HasPrefix(r.Action, service) {
			all = append(all, r.Action)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// operations are those of Elastic Desktop Service that the client can call: the op
// of every call that it makes up, each a constant whose name begins with op.
func (t *tree) operations(folder string) (all []string) {
	files := t.goFiles(folder)
	values := constants(files)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			made, ok := n.(*ast.CompositeLit)
			if !ok || !isIdent(made.Type, "call") {
				return true
			}
			for _, element := range made.Elts {
				field, ok := element.(*ast.KeyValueExpr)
				if !ok || !isIdent(field.Key, "op") {
					continue
				}
				name, ok := field.Value.(*ast.Ident)
				if !ok || !strings.HasPrefix(name.Name, "op") || values[name.Name] == "" {
					t.bad(folder, "a call has an op that is no constant op..., so nobody can hold the rights to it")
					continue
				}
				all = append(all, "ecd:"+values[name.Name])
			}
			return true
		})
	}
	for name, value := range values {
		if strings.HasPrefix(name, "op") && !slices.Contains(all, "ecd:"+value) {
			t.bad(folder, "%s, which is %s, is the op of no call", name, value)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// operationsIn are those that one file declares.
func (t *tree) operationsIn(file string) (all []string) {
	text := t.read(file)
	for name, value := range constants(t.goFiles(filepath.ToSlash(filepath.Dir(file)))) {
		if strings.HasPrefix(name, "op") && strings.Contains(text, fmt.Sprintf("%q", value)) {
			all = append(all, "ecd:"+value)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// trust holds the trust policy of every role to deploy/ram/trust.json.
func (t *tree) trust(stack *template) {
	var document any
	if err := json.Unmarshal([]byte(t.read("deploy/ram/trust.json")), &document); err != nil {
		t.bad("deploy/ram/trust.json", "%v", err)
	}
	want := asJSON(document)
	for name, r := range stack.Resources {
		if r.Type == "ALIYUN::RAM::Role" && asJSON(r.Properties["AssumeRolePolicyDocument"]) != want {
			t.bad(templateFile, "%s may be assumed by others than deploy/ram/trust.json says", name)
		}
	}
}

// sameRights compares the stack's roles with the documents, with the names of
// bucket, region and account in the words of both.
func (t *tree) sameRights(granted map[string][]right, stack *template) {
	names := strings.NewReplacer("stopdesktops-state-${ALIYUN::TenantId}-${ALIYUN::Region}", "${STATE_BUCKET}", "${ALIYUN::Region}", "${REGION}", "${ALIYUN::TenantId}", "${ACCOUNT}")
	seen := map[string]bool{}
	for name, r := range stack.Resources {
		p := properties(r.Properties)
		var documents []any
		var policyName any
		switch r.Type {
		case "ALIYUN::RAM::Role":
			for _, one := range p.list("Policies") {
				m := properties(one.(map[string]any))
				policyName, documents = m["PolicyName"], append(documents, m["PolicyDocument"])
			}
		case "ALIYUN::RAM::ManagedPolicy":
			policyName, documents = p["PolicyName"], []any{p["PolicyDocument"]}
		default:
			continue
		}
		role := strings.TrimSuffix(fmt.Sprint(unsub(policyName)), "-${ALIYUN::Region}")
		seen[role] = true
		var rights []right
		for _, d := range documents {
			t.lists(name, d)
			policy, err := ram.ParsePolicy([]byte(names.Replace(asJSON(unsub(d)))))
			if err != nil {
				t.bad(templateFile, "%s: %v", name, err)
			}
			rights = append(rights, t.statements(templateFile, policy)...)
		}
		t.compareSets(templateFile, "right of "+role, words(rights), words(granted[role]))
	}
	for role := range documents {
		if !seen[role] {
			t.bad(templateFile, "has no role or policy for %s", role)
		}
	}
	t.documentsOnDisk()
}

// lists checks that every action and resource is a list. RAM takes a single word
// as well; the vendor's own classes of these resource types do not.
func (t *tree) lists(where string, document any) {
	walk(document, func(key string, value any) {
		if _, list := value.([]any); !list && (key == "Action" || key == "Resource") {
			t.bad(templateFile, "%s has a %s that is no list", where, key)
		}
	})
}

// documentsOnDisk says which documents nobody knows. An operator's own rights are
// no role's of the stack.
func (t *tree) documentsOnDisk() {
	known := []string{"operator.json", "trust.json"}
	for _, names := range documents {
		for _, n := range names {
			known = append(known, n+".json")
		}
	}
	entries, err := os.ReadDir(filepath.Join(t.root, "deploy", "ram"))
	if err != nil {
		t.bad("deploy/ram", "%v", err)
	}
	for _, e := range entries {
		if !slices.Contains(known, e.Name()) {
			t.bad("deploy/ram/"+e.Name(), "belongs to no role")
		}
	}
}

// unsub takes the text out of every {Fn::Sub: text}.
func unsub(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if text, ok := v["Fn::Sub"]; ok && len(v) == 1 {
			return text
		}
		out := map[string]any{}
		for key, inner := range v {
			out[key] = unsub(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = unsub(inner)
		}
		return out
	}
	return value
}

// words are rights as text, sorted, each once.
func words(rights []right) (all []string) {
	for _, r := range rights {
		all = append(all, r.Action+" on "+r.Resource)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
