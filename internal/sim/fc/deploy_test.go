package fc_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
)

func TestDeployRefuses(t *testing.T) {
	notExecutable := filepath.Join(t.TempDir(), "main")
	if err := os.WriteFile(notExecutable, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	p := start(t, fc.Options{})
	timer := func(name, cron string) func(*fc.Function) {
		return func(f *fc.Function) { f.Timers = append(f.Timers, fc.TimerTrigger{Name: name, Cron: cron}) }
	}
	env := func(k, v string) func(*fc.Function) {
		return func(f *fc.Function) { f.Env = map[string]string{k: v} }
	}
	for _, test := range []struct {
		name   string
		change func(*fc.Function)
		want   string // empty: accepted
	}{
		{"as it is", func(*fc.Function) {}, ""},
		{"name", func(f *fc.Function) { f.Name = "9 lives" }, "a name is"},
		{"no binary", func(f *fc.Function) { f.Binary = "/nonexistent/main" }, "no such file"},
		{"exec bit", func(f *fc.Function) { f.Binary = notExecutable }, "not an executable file"},
		{"role", func(f *fc.Function) { f.Role = "acs:ram::1:role/absent" }, `role "absent" does not exist`},
		{"role by ARN", func(f *fc.Function) { f.Role = "acs:ram::1:role/caller" }, ""},
		{"timeout", func(f *fc.Function) { f.Timeout = 1500 * time.Millisecond }, "whole number of seconds"},
		{"memory", func(f *fc.Function) { f.MemoryMB = 200 }, "steps of 64"},
		{"retries", func(f *fc.Function) { f.Async.MaxRetries = new(9) }, "0 to 8"},
		{"age", func(f *fc.Function) { f.Async.MaxAge = 8 * 24 * time.Hour }, "event age"},
		{"reserved variable", env("FC_MINE", "1"), "reserved"},
		{"variable name", env("my-key", "1"), "a key is"},
		{"4 KB of variables", env("KEY", strings.Repeat("v", 4093)), ""},
		{"more than 4 KB", env("KEY", strings.Repeat("v", 4094)), "4097 bytes"},
		{"auth type", func(f *fc.Function) { f.HTTP.AuthType = "jwt" }, "authType"},
		{"method", func(f *fc.Function) { f.HTTP.Methods = []string{"post"} }, `method "post"`},
		{"no methods", func(f *fc.Function) { f.HTTP.Methods = nil }, "methods are missing"},
		{"five fields", timer("t", "0 20 * * *"), "six fields"},
		{"zone", timer("t", "CRON_TZ=Asia/Shanghai 0 0 20 * * *"), ""},
		{"unknown zone", timer("t", "CRON_TZ=Asia/Atlantis 0 0 20 * * *"), "Atlantis"},
		{"every", timer("t", "@every 4m"), ""},
		{"daily", timer("t", "@daily"), "only @every"},
		{"trigger name", timer("-t", "@every 4m"), "trigger name"},
		{"same name", timer("http", "@every 4m"), `two triggers are called "http"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := p.Deploy(worker(test.change))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "vvvv") {
				t.Error("the error shows a variable's value")
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	for _, opt := range []fc.Options{{}, {Authority: authority(time.Now)}, {Authority: authority(time.Now), AccountID: "1"}} {
		if p, err := fc.New(opt); err == nil {
			p.Close()
			t.Errorf("%+v was accepted", opt)
		}
	}
}

func TestClosedPlatform(t *testing.T) {
	p := start(t, fc.Options{}, worker(func(f *fc.Function) { f.Timers = []fc.TimerTrigger{{Name: "t", Cron: "@every 1m", Enable: true}} }))
	post(t, p.HTTPURL("worker"), `{}`)
	p.Close()
	p.Close()
	if err := p.Deploy(worker()); err == nil {
		t.Error("Deploy works")
	}
	if err := p.FireTimer("worker", "t", time.Now()); err == nil {
		t.Error("FireTimer works")
	}
	if n := p.Instances("worker"); len(n) != 0 {
		t.Errorf("instances %v", n)
	}
}
