package truth

import (
	"os/exec"
	"strings"
	"testing"
)

// TestSettingsPage keeps docs/settings.md what `go run ./cmd/playground settings`
// prints.
func TestSettingsPage(t *testing.T) {
	print := exec.CommandContext(t.Context(), "go", "run", "./cmd/playground", "settings")
	print.Dir = root
	printed, err := print.Output()
	if err != nil {
		t.Fatal(err)
	}
	page := (&tree{root: root}).read(settingsFile)
	if strings.TrimSpace(page) != strings.TrimSpace(string(printed)) {
		t.Error("docs/settings.md is not what the code says; run: go run ./cmd/playground settings > docs/settings.md")
	}
}
