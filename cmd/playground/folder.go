package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/pack"
	"stopdesktops/internal/policy"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/startup"
)

// shipped is the configuration folder that the show is written for, from the
// project's root.
const shipped = "cmd/playground/config"

// regions are those of the playground's desktops.
const regions = "cn-hangzhou,cn-shanghai"

// folder is the configuration folder that the functions run with.
type folder struct {
	shown  string // as it was named
	own    bool   // it is another than the show's
	files  fs.FS  // what was read of it; what is changed later is not in it
	config config.Config
	policy *policy.Policy // for what is said of commands before they are given
	// env are the settings that hang on the folder, and named the variables that
	// its senders.yaml names, with their secrets.
	env, named map[string]string
}

// fromShell are the settings that a folder of one's own takes from the shell, so
// that it means here what it means where it is deployed.
var fromShell = []string{"CALLBACK_HOSTS", "SENDER_SECRETS", "ZONE"}

// readFolder reads a folder as the functions do at their start and as `stopdesktops
// check` does, and prints every mistake in the words of both. An empty name is the
// folder of the show.
func readFolder(root, name string, environ []string, out io.Writer) (*folder, error) {
	f := &folder{shown: filepath.ToSlash(filepath.Clean(name)), own: true}
	path := f.shown
	if name == "" {
		f.shown, f.own, path = shipped, false, filepath.Join(root, shipped)
	}
	files, unpacked := pack.Folder(f.shown, os.DirFS(path))
	if f.files = files; files == nil {
		f.files = os.DirFS(path) // the look below says what is wrong with it
	}
	f.settings(settings.EnvironmentOf(environ))
	warnings, problems, err := f.look()
	if err != nil {
		return nil, err
	}
	if !problems.Has("CONFIG_DIR") {
		// What cannot be packed is not missing as well.
		problems = slices.DeleteFunc(problems, func(p mistake.Problem) bool { return unpacked.Has(p.Where) })
		problems = append(problems, unpacked...)
	}
	if len(problems) > 0 {
		fmt.Fprintln(out, problems)
	}
	for _, w := range warnings {
		fmt.Fprintln(out, "warning:", w)
	}
	if len(problems) == 0 {
		return f, nil
	}
	if f.own {
		fmt.Fprintf(out, "(Read with ECD_REGIONS=%s; that, %s and the variables that senders.yaml names are taken from this shell.)\n", f.env["ECD_REGIONS"], strings.Join(fromShell, ", "))
	}
	mistakes := "1 mistake"
	if len(problems) > 1 {
		mistakes = fmt.Sprintf("%d mistakes", len(problems))
	}
	return nil, fmt.Errorf("%s has %s", f.shown, mistakes)
}

// settings settles what the deployment says beside the folder. The show depends on
// nothing that a shell may have of a real deployment.
func (f *folder) settings(shell settings.Environment) {
	f.env, f.named = map[string]string{"ECD_REGIONS": regions}, map[string]string{}
	if _, err := fs.Stat(f.files, "identity.yaml"); err == nil {
		f.env["SLACK_IDENTITY"] = string(settings.IdentityFile)
	}
	if !f.own {
		return
	}
	all := strings.Split(regions, ",")
	for region := range strings.SplitSeq(shell["ECD_REGIONS"], ",") {
		if region = strings.TrimSpace(region); region != "" && !slices.Contains(all, region) {
			all = append(all, region)
		}
	}
	f.env["ECD_REGIONS"] = strings.Join(all, ",")
	for _, name := range fromShell {
		if value := shell[name]; value != "" {
			f.env[name] = value
		}
	}
	text, err := fs.ReadFile(f.files, "senders.yaml")
	if err != nil {
		return // it need not be there
	}
	senders.Parse("senders.yaml", text, senders.World{Lookup: func(name string) string {
		// The check refuses a sender that names one of the product's own.
		if value := shell[name]; value != "" && !settings.Ours(name) {
			f.named[name] = value
		}
		return shell[name]
	}})
}

// look reads the folder with all that the functions will be told, but for their
// addresses and keys, in whose place others are.
func (f *folder) look() (warnings []string, problems mistake.Problems, err error) {
	key := make([]byte, 32)
	rand.Read(key)
	made := base64.StdEncoding.EncodeToString(key)
	environ := []string{"CONFIG_DIR=" + f.shown, "STATE_KEY=" + made, "STATE_BUCKET=" + cloud.Bucket, "STATE_REGION=" + cloud.Region,
		"INVOKE_FUNCTION=stopdesktops", "WEBHOOK_SECRETS=whsec_" + made}
	for _, variables := range []map[string]string{settingsHere("xoxb-" + rand.Text()), f.env, f.named} {
		for name, value := range variables {
			environ = append(environ, name+"="+value)
		}
	}
	var parts startup.Parts
	source := config.Source{Environ: environ, Checks: parts.All(time.Now), Open: func(string) fs.FS { return f.files }}
	f.config, err = config.Load(source)
	if f.policy = parts.Policy; f.policy != nil {
		f.policy.Log = slog.New(slog.DiscardHandler) // what it denies is said to whoever reads the show
	}
	if err != nil && !errors.As(err, &problems) {
		return nil, nil, fmt.Errorf("read %s: %w", f.shown, err)
	}
	return slices.Concat(f.config.Warnings, parts.Strangers(f.config)), problems, nil
}

// keep writes what was read of the folder to where the functions read it, so that
// they run with what was checked.
func (f *folder) keep(dir string) error {
	if err := os.CopyFS(dir, f.files); err != nil {
		return fmt.Errorf("copy %s: %w", f.shown, err)
	}
	return nil
}
