package fc_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
)

const serverlessFile = `edition: 3.0.0
name: example
access: "${env('ALIAS','default')}"
vars:
  region: ap-southeast-1
  names: { main: stopdesktops }
  base: &base
    runtime: go1
    handler: main
resources:
  stopdesktops:
    component: fc3
    actions:
      pre-deploy:
        - run: make build
          path: ./
    props:
      <<: *base
      region: ${vars.region}
      functionName: ${vars.names.main}
      code: ./dist/${vars.names.main}
      cpu: 0.1
      memorySize: 256
      diskSize: 512
      timeout: ${json(env('TIMEOUT','60'))}
      role: "acs:ram::${config('AccountID')}:role/StopDesktops-${vars.region}"
      environmentVariables:
        SECRET: ${env('SECRET')}
        OTHER: "a ${env('EMPTY','')}b ${resources.slackcmd.output.url}"
      asyncInvokeConfig:
        asyncTask: true
        maxAsyncRetryAttempts: 0
        maxAsyncEventAgeInSeconds: 900
        destinationConfig:
          onFailure: { destination: "acs:fc:${vars.region}:123:functions/${resources.stopdesktops.props.functionName}" }
      triggers:
        - triggerName: http
          triggerType: http
          triggerConfig: { authType: anonymous, methods: [GET, POST] }
        - triggerName: nightly
          triggerType: timer
          triggerConfig: { enable: "${json(env('ON','false'))}", cronExpression: "CRON_TZ=Asia/Shanghai 0 0 20 * * *", payload: '{"Timer":"nightly"}' }
`

func load(t *testing.T, text string, env map[string]string) ([]fc.Function, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := fc.LoadServerless(path, func(k string) (string, bool) { v, ok := env[k]; return v, ok })
	return f, filepath.Dir(path), err
}

func TestLoadServerless(t *testing.T) {
	got, dir, err := load(t, serverlessFile, map[string]string{"SECRET": "shh # not: a comment", "ON": "true", "EMPTY": ""})
	if err != nil {
		t.Fatal(err)
	}
	want := []fc.Function{{
		Name: "stopdesktops", Binary: filepath.Join(dir, "dist/stopdesktops/main"), Handler: "main", Role: "StopDesktops-ap-southeast-1",
		Env:     map[string]string{"SECRET": "shh # not: a comment", "OTHER": "a b ${resources.slackcmd.output.url}"},
		Timeout: time.Minute, MemoryMB: 256,
		HTTP:   &fc.HTTPTrigger{Name: "http", AuthType: fc.AuthAnonymous, Methods: []string{"GET", "POST"}},
		Timers: []fc.TimerTrigger{{Name: "nightly", Cron: "CRON_TZ=Asia/Shanghai 0 0 20 * * *", Payload: `{"Timer":"nightly"}`, Enable: true}},
		Async:  fc.AsyncConfig{MaxRetries: new(0), MaxAge: 15 * time.Minute, OnFailure: "stopdesktops", TaskMode: true},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestLoadServerlessFaults(t *testing.T) {
	env := map[string]string{"SECRET": "top-secret", "NUMBER": "60"}
	for _, test := range []struct{ name, old, new, want string }{
		{"required variable", "${env('SECRET')}", "${env('ABSENT')}", "line 28: env('ABSENT') not found"},
		{"unknown prop", "diskSize: 512", "disksize: 512", `line 24: props: unknown key "disksize"`},
		{"misspelt HTTP key", "authType: anonymous", "authtype: anonymous", `line 39: triggerConfig of http: unknown key "authtype"`},
		{"misspelt timer key", "cronExpression:", "cron:", `line 42: triggerConfig of nightly: unknown key "cron"`},
		{"misspelt async key", "maxAsyncRetryAttempts", "maxRetries", `unknown key "maxRetries"`},
		{"text for a number", "${json(env('TIMEOUT','60'))}", "${env('NUMBER')}", "line 25: timeout is not a whole number; a variable needs ${json("},
		{"text for a boolean", "${json(env('ON','false'))}", "${env('ON','false')}", "line 42: enable is not true or false"},
		{"number for a text", "SECRET: ${env('SECRET')}", "SECRET: 12", "line 28: SECRET is not a text"},
		{"other runtime", "runtime: go1", "runtime: custom.debian12", "runtime go1 only"},
		{"no edition", "edition: 3.0.0", "edition: 2.0.0", "edition is not 3.0.0"},
		{"other component", "component: fc3", "component: fc", "component is not fc3"},
		{"missing prop", "runtime: go1", "description: x", "runtime is missing"},
		{"twice", "cpu: 0.1", "memorySize: 128", "memorySize twice"},
		{"unclosed", "${vars.region}\n      functionName", "${vars.region\n      functionName", "no closing brace"},
		{"unknown variable", "${vars.region}\n      functionName", "${vars.zone}\n      functionName", `"zone" does not exist`},
		{"circle", "region: ap-southeast-1", "region: ${vars.region}", "circle"},
		{"unknown function", "${env('SECRET')}", "${secret('SECRET')}", "is not known here"},
		{"unknown trigger type", "triggerType: timer", "triggerType: oss", "http and timer only"},
		{"other destination", "acs:fc:${vars.region}:123:functions/", "acs:mns:::queues/", "functions as destinations"},
		{"merged into itself", "base: &base\n", "base: &base\n    <<: *base\n", "merged into itself"},
		{"not YAML", "vars:", "\tvars:", "found character that cannot start"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(serverlessFile, test.old, test.new, 1)
			if text == serverlessFile {
				t.Fatalf("%q is not in the file", test.old)
			}
			_, _, err := load(t, text, env)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			} else if strings.Contains(err.Error(), "top-secret") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}
