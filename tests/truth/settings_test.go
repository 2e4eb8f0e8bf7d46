package truth

import (
	"maps"
	"regexp"
	"slices"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/startup"
)

const settingsFile = "docs/settings.md"

// givenByStack are the variables whose value the stack knows by itself, because
// it makes what they name.
var givenByStack = []string{"STATE_BUCKET", "STATE_REGION"}

// environment holds the variables of every function in every file to those that
// the code reads.
func (t *tree) environment(serverless []function, stack *template) {
	reads := map[string][]settings.Variable{"stopdesktops": settings.Variables(), "stopdesktops-door": settings.Variables(), "slackcmd": settings.SlackVariables()}
	for _, f := range append(serverless, stack.functions(t)...) {
		variables, known := reads[f.Name]
		if !known {
			t.bad(f.file, "there is no function %s in functions/", f.Name)
			continue
		}
		var names []string
		for _, v := range variables {
			names = append(names, v.Name)
			from, set := f.Env[v.Name]
			if set {
				t.variable(f, v, from, stack)
			}
		}
		t.compareSets(f.file, "variable of "+f.Name, slices.Sorted(maps.Keys(f.Env)), names)
	}
}

// givenAs is the variable of whoever deploys that a function's own gets its value
// from. The door is told a key of its own as STATE_KEY.
func givenAs(f function, v settings.Variable) string {
	if f.Name == "stopdesktops-door" && v.Name == "STATE_KEY" {
		return startup.DoorKey.Name
	}
	return v.Name
}

// variable checks where the value of one variable comes from.
func (t *tree) variable(f function, v settings.Variable, from source, stack *template) {
	switch {
	case v.Name == "INVOKE_FUNCTION":
		if from.Fixed != "stopdesktops" {
			t.bad(f.file, "%s hands its runs to %q, want stopdesktops", f.Name, from.Fixed+from.Variable)
		}
	case f.file == templateFile && slices.Contains(givenByStack, v.Name):
		if from.Variable != "" {
			t.bad(f.file, "%s of %s is asked for, and the stack knows it", v.Name, f.Name)
		}
	case from.Variable != givenAs(f, v):
		t.bad(f.file, "%s of %s gets the value of %q", v.Name, f.Name, from.Variable+from.Fixed)
	case from.Required != (v.Required && v.From == "") && (f.Name != "slackcmd" && givenAs(f, v) == v.Name || f.file != templateFile):
		// The stack makes slackcmd only where there is an app, and the door only with
		// DoorOnly, so a parameter that they cannot do without may be empty.
		t.bad(f.file, "%s of %s: required is %t, and the code says %t", v.Name, f.Name, from.Required, v.Required && v.From == "")
	}
	if f.file != templateFile || from.Variable == "" {
		return
	}
	for name, p := range stack.Parameters {
		if p.variable() == givenAs(f, v) && p.NoEcho != v.Secret {
			t.bad(f.file, "parameter %s: NoEcho is %t, and for %s it must be %t", name, p.NoEcho, v.Name, v.Secret)
		}
	}
}

// settingsRow is a row of the tables of docs/settings.md.
var settingsRow = regexp.MustCompile("(?m)^\\| `([A-Z_]+)`( \\(secret\\))? \\| (.*?) \\|")

// deploying are the variables that only s.yaml and s-door.yaml read; docs/deploy.md
// has them in a table.
var deploying = regexp.MustCompile(`\benv\('([A-Z_]+)'`)

// explained checks that docs/deploy.md names every variable that no function
// reads, and none that nothing reads.
func (t *tree) explained() {
	var read []string
	for _, v := range slices.Concat(settings.Variables(), settings.SlackVariables()) {
		read = append(read, v.Name)
	}
	asked := map[string]bool{}
	for _, file := range []string{"s.yaml", "s-door.yaml"} {
		for _, m := range deploying.FindAllStringSubmatch(t.read(file), -1) {
			if !slices.Contains(read, m[1]) {
				asked[m[1]] = true
			}
		}
	}
	var rows []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|").FindAllStringSubmatch(t.read("docs/deploy.md"), -1) {
		rows = append(rows, m[1])
	}
	t.compareSets("docs/deploy.md", "variable", rows, slices.Sorted(maps.Keys(asked)))
}

// settings holds docs/settings.md to the code, row by row.
func (t *tree) settings() {
	said := map[string]string{}
	for _, m := range settingsRow.FindAllStringSubmatch(t.read(settingsFile), -1) {
		said[m[1]] = m[3] + m[2]
	}
	var names []string
	for _, v := range slices.Concat(settings.Variables(), settings.SlackVariables(), settings.TerminalVariables()) {
		want := "`" + v.Default + "`"
		switch {
		case v.From != "":
			want = "`" + v.From + "` of the platform"
		case v.Required:
			want = "**required**"
		case v.Default == "":
			want = ""
		}
		if v.Secret {
			want += " (secret)"
		}
		names = append(names, v.Name)
		if got, ok := said[v.Name]; ok && got != want {
			t.bad(settingsFile, "the default of %s is %q, and the code says %q", v.Name, got, want)
		}
	}
	t.compareSets(settingsFile, "variable", slices.Sorted(maps.Keys(said)), names)
}
