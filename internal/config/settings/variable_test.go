package settings

import (
	"slices"
	"strings"
	"testing"
)

// TestVariables holds what other tests and the docs take from the list.
func TestVariables(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range Variables() {
		if seen[v.Name] {
			t.Errorf("%s is listed twice", v.Name)
		}
		seen[v.Name] = true
		if v.Doc == "" || v.Want == "" || !strings.HasSuffix(v.Doc, ".") {
			t.Errorf("%s: doc %q, want %q", v.Name, v.Doc, v.Want)
		}
		if strings.HasPrefix(v.Name, "FC_") {
			t.Errorf("%s: the platform keeps FC_ for itself", v.Name)
		}
		if v.Required && v.Default != "" {
			t.Errorf("%s is required and has a default", v.Name)
		}
		named := strings.Contains(v.Name, "KEY") || strings.Contains(v.Name, "SECRET") || strings.Contains(v.Name, "TOKEN")
		if named != v.Secret {
			t.Errorf("%s: secret %t", v.Name, v.Secret)
		}
	}
	for _, name := range []string{"ECD_REGIONS", "STATE_BUCKET", "STATE_REGION", "STATE_KEY", "INVOKE_FUNCTION"} {
		if i := slices.IndexFunc(Variables(), func(v Variable) bool { return v.Name == name }); i < 0 || !Variables()[i].Required {
			t.Errorf("%s is not required", name)
		}
	}
}
