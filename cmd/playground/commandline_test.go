package main

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestCommandLine(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"-exit -config my-config", "-exit holds the show to what cmd/playground/config leads to, so it cannot judge my-config; leave out -exit or -config"},
		{"-config=", `invalid value "" for flag -config: name a folder, or leave -config out`},
		{"run", `there is no command "run"; the commands are sign and settings`},
		{"-h", ""},
		{"sign -h", ""},
		{"sign", "sign: -secret is missing; the playground prints the whole command when it is up"},
		{"sign -secret x -sender y", "sign: -secret is for POST /stop, -config and -sender are for POST /senders/<name>; leave one out"},
		{"sign -sender y", "sign: -config and -sender go together: a folder, and the name of one of its senders"},
	} {
		t.Run(c.line, func(t *testing.T) {
			err := realMain(t.Context(), strings.Fields(c.line), t.Output())
			if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
				t.Errorf("it says %v, want %q", err, c.want)
			}
		})
	}
}

// TestHelpOfSign asks as somebody at a terminal does.
func TestHelpOfSign(t *testing.T) {
	help := exec.CommandContext(t.Context(), "go", "run", ".", "sign", "-h")
	said, err := help.CombinedOutput()
	if err != nil || !bytes.Contains(said, []byte("usage: go run ./cmd/playground sign ")) {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestMakeRun: a folder is passed on where one was named. `make test` itself gives
// what it runs the default in the environment, which names nothing.
func TestMakeRun(t *testing.T) {
	root, err := repository(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const plain, named = "go run ./cmd/playground", `go run ./cmd/playground -config "$CONFIG"`
	for _, c := range []struct {
		environment string
		words       string
		want        string
	}{
		{"", "run", plain},
		{"CONFIG=config", "run", plain},
		{"CONFIG=my-config", "run", named},
		{"", "run CONFIG=my-config", named},
		{"", "run CONFIG=config", named},
		{"CONFIG=my-config", "demo", plain + " -exit"},
		{"", "demo CONFIG=my-config", plain + " -exit"},
	} {
		run := exec.CommandContext(t.Context(), "make", append([]string{"-n", "GO=go"}, strings.Fields(c.words)...)...)
		run.Dir = root
		run.Env = withoutMake()
		if c.environment != "" {
			run.Env = append(run.Env, c.environment)
		}
		said, err := run.Output()
		if err != nil {
			t.Fatal(err)
		}
		_, command, _ := strings.Cut(string(said), "CGO_ENABLED=0 ")
		if command, _, _ = strings.Cut(command, "||"); strings.Join(strings.Fields(command), " ") != c.want {
			t.Errorf("%s make %s runs %q, want %q", c.environment, c.words, command, c.want)
		}
	}
}

// withoutMake is the environment but for what a make that runs the tests hands down.
func withoutMake() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "CONFIG=") || strings.HasPrefix(entry, "MAKE") || strings.HasPrefix(entry, "MFLAGS=")
	})
}
