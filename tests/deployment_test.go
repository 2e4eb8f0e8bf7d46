package tests

import (
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"stopdesktops/internal/config"
	"stopdesktops/internal/sim/fc"
)

// TestDeploymentFilesAgree reads s.yaml and template.yml and compares them with
// the variables that the function reads and the timers that ship.
func TestDeploymentFilesAgree(t *testing.T) {
	read := map[string]map[string]bool{"stopdesktops": {}, "slackcmd": {}}
	for _, v := range config.Variables() {
		read["stopdesktops"][v.Name] = true
	}
	for _, v := range config.SlackVariables() {
		read["slackcmd"][v.Name] = true
	}
	// Each variable answers with its own name, so that a mix-up shows; optional
	// ones are not set, so that a default that is none shows.
	optional := map[string]bool{}
	for _, v := range slices.Concat(config.Variables(), config.SlackVariables()) {
		optional[v.Name] = !v.Required || v.From != ""
	}
	look := func(name string) (string, bool) { return name, !optional[name] }
	functions, err := fc.LoadServerless("../s.yaml", look)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range functions {
		for name, value := range f.Env {
			if fixed := name == "INVOKE_FUNCTION" && value == "stopdesktops"; !fixed && value != name && !(optional[name] && value == "") {
				t.Errorf("s.yaml, %s: %s gets the value of %q", f.Name, name, value)
			}
		}
		compareNames(t, "s.yaml, "+f.Name, slices.Sorted(maps.Keys(f.Env)), read[f.Name])
	}
	template := loadTemplate(t)
	for name, resource := range map[string]string{"stopdesktops": "Function", "slackcmd": "SlackFunction"} {
		compareNames(t, "template.yml, "+resource, slices.Sorted(maps.Keys(template.Resources[resource].Properties.EnvironmentVariables)), read[name])
	}

	shipped, err := os.ReadFile("../config/timers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var timers struct {
		Timers []struct {
			Name string `yaml:"Name"`
			Cron string `yaml:"Cron"`
		} `yaml:"Timers"`
	}
	if err := yaml.Unmarshal(shipped, &timers); err != nil {
		t.Fatal(err)
	}
	if len(timers.Timers) == 0 {
		t.Fatal("config/timers.yaml has no timers")
	}
	for _, timer := range timers.Timers {
		trigger := slices.IndexFunc(functions[0].Timers, func(x fc.TimerTrigger) bool { return x.Payload == `{"Timer":"`+timer.Name+`"}` })
		if trigger < 0 || functions[0].Timers[trigger].Cron != timer.Cron {
			t.Errorf("timer %s with %q has no such trigger in s.yaml", timer.Name, timer.Cron)
		}
		found := false
		for _, r := range template.Resources {
			c := r.Properties.TriggerConfig
			found = found || c.Payload == `{"Timer":"`+timer.Name+`"}` && c.CronExpression == timer.Cron
		}
		if !found {
			t.Errorf("timer %s with %q has no such trigger in template.yml", timer.Name, timer.Cron)
		}
	}
}

type template struct {
	Resources map[string]struct {
		Type       string `yaml:"Type"`
		Properties struct {
			EnvironmentVariables map[string]any `yaml:"EnvironmentVariables"`
			TriggerConfig        struct {
				Payload        string `yaml:"payload"`
				CronExpression string `yaml:"cronExpression"`
			} `yaml:"TriggerConfig"`
		} `yaml:"Properties"`
	} `yaml:"Resources"`
}

func loadTemplate(t *testing.T) template {
	t.Helper()
	text, err := os.ReadFile("../template.yml")
	if err != nil {
		t.Fatal(err)
	}
	var out template
	if err := yaml.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func compareNames(t *testing.T, file string, names []string, read map[string]bool) {
	t.Helper()
	for _, name := range names {
		if !read[name] {
			t.Errorf("%s sets %s, and the function does not read it", file, name)
		}
	}
	for name := range read {
		if !slices.Contains(names, name) {
			t.Errorf("the function reads %s, and %s does not set it", name, file)
		}
	}
}

// TestSettingsPage keeps docs/settings.md what `go run ./cmd/playground
// settings` prints.
func TestSettingsPage(t *testing.T) {
	page, err := os.ReadFile("../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	printed, err := exec.Command("go", "run", "../cmd/playground", "settings").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(page)) != strings.TrimSpace(string(printed)) {
		t.Error("docs/settings.md is not what the code says; run: go run ./cmd/playground settings > docs/settings.md")
	}
}
