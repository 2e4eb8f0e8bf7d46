package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stopdesktops/internal/config/settings"
)

// terminalMode keeps the playground's keys to whoever started it, although they
// are good nowhere else.
const terminalMode = 0o600

// credentialVariables are those of the access key. The token is none of the
// playground's, and one that is left of somewhere else would spoil the key.
var credentialVariables = []string{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_ECS_METADATA_DISABLED"}

// operator writes a file that makes a shell that of an operator of the
// playground, and returns where it is. It is removed with the binaries.
func (p *playground) operator() (string, error) {
	variables, err := p.cloud.Operator()
	if err != nil {
		return "", err
	}
	names := slices.Clone(credentialVariables)
	for _, v := range settings.TerminalVariables() {
		names = append(names, v.Name)
	}
	var b strings.Builder
	b.WriteString("# The variables of an operator of the playground. Its keys are good here only.\n")
	// What checks a sender at a terminal has to know what the function knows.
	names = append(names, fromShell...)
	for name, value := range p.folder.named {
		names = append(names, name)
		variables[name] = value
	}
	slices.Sort(names)
	for _, name := range slices.Compact(append(names, "CONFIG_DIR")) {
		// What the shell has of a real deployment must not be mixed in.
		fmt.Fprintf(&b, "unset %s\n", name)
		if value := variables[name]; value != "" {
			fmt.Fprintf(&b, "export %s=%s\n", name, shellWord(value))
		}
	}
	file := filepath.Join(p.bin, "terminal.sh")
	if err := os.WriteFile(file, []byte(b.String()), terminalMode); err != nil {
		return "", fmt.Errorf("write the variables of an operator: %w", err)
	}
	return file, nil
}

// shellPath writes a path as a shell takes it, without quotes where it needs
// none.
func shellPath(s string) string {
	if strings.Trim(s, plainInPaths) == "" {
		return s
	}
	return shellWord(s)
}

// plainInPaths are characters that no shell takes for anything else.
const plainInPaths = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-"

// shellWord writes a text as one word of a shell.
func shellWord(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
