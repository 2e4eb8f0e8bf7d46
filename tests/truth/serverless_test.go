package truth

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"stopdesktops/internal/sim/fc"
)

// serverlessFile is what is compared of s.yaml. The rest of its names are checked
// by the local double of the platform, which refuses those that it does not know.
type serverlessFile struct {
	Vars struct {
		Logs struct {
			Project         string `yaml:"project"`
			Logstore        string `yaml:"logstore"`
			RequestMetrics  bool   `yaml:"enableRequestMetrics"`
			InstanceMetrics bool   `yaml:"enableInstanceMetrics"`
			BeginRule       string `yaml:"logBeginRule"`
		} `yaml:"logs"`
	} `yaml:"vars"`
	Resources map[string]struct {
		Props struct {
			FunctionName string            `yaml:"functionName"`
			Description  string            `yaml:"description"`
			Runtime      string            `yaml:"runtime"`
			Handler      string            `yaml:"handler"`
			Code         string            `yaml:"code"`
			CPU          float64           `yaml:"cpu"`
			Memory       int               `yaml:"memorySize"`
			Disk         int               `yaml:"diskSize"`
			Timeout      int               `yaml:"timeout"`
			Role         string            `yaml:"role"`
			LogConfig    string            `yaml:"logConfig"`
			Env          map[string]string `yaml:"environmentVariables"`
			Concurrency  struct {
				Reserved int `yaml:"reservedConcurrency"`
			} `yaml:"concurrencyConfig"`
			Async struct {
				Task        *bool `yaml:"asyncTask"`
				Retries     *int  `yaml:"maxAsyncRetryAttempts"`
				Age         int   `yaml:"maxAsyncEventAgeInSeconds"`
				Destination struct {
					OnFailure struct {
						Destination string `yaml:"destination"`
					} `yaml:"onFailure"`
				} `yaml:"destinationConfig"`
			} `yaml:"asyncInvokeConfig"`
			Triggers []struct {
				Name   string `yaml:"triggerName"`
				Type   string `yaml:"triggerType"`
				Config struct {
					Auth    string   `yaml:"authType"`
					Methods []string `yaml:"methods"`
					Cron    string   `yaml:"cronExpression"`
					Payload string   `yaml:"payload"`
				} `yaml:"triggerConfig"`
			} `yaml:"triggers"`
		} `yaml:"props"`
	} `yaml:"resources"`
}

// logProject is where the logs go. The account and the region make the name one
// that nobody else in the region has.
const logProject = "stopdesktops-${env('ACCOUNT')}-${env('REGION')}"

// fromEnv is a value that whoever deploys gives.
var fromEnv = regexp.MustCompile(`^\$\{env\('([A-Z_]+)'(, '')?\)\}$`)

// serverless reads a file of Serverless Devs.
func (t *tree) serverless(name string) []function {
	answer := func(string) (string, bool) { return "x", true }
	if _, err := fc.LoadServerless(filepath.Join(t.root, name), answer); err != nil {
		t.bad(name, "%v", err)
	}
	var file serverlessFile
	if err := yaml.Unmarshal([]byte(t.read(name)), &file); err != nil {
		t.bad(name, "%v", err)
	}
	if file.Vars.Logs.Project != logProject {
		t.bad(name, "the logs go to %s, want %s", file.Vars.Logs.Project, logProject)
	}
	var all []function
	for resource, r := range file.Resources {
		p := r.Props
		f := function{file: name, Name: p.FunctionName, Description: p.Description, Runtime: p.Runtime, Handler: p.Handler, CPU: p.CPU, Memory: p.Memory,
			Disk: p.Disk, Timeout: p.Timeout, Reserved: p.Concurrency.Reserved, Timers: map[string]timerTrigger{}, Env: map[string]source{}}
		f.Log = logs{Store: file.Vars.Logs.Logstore, RequestMetrics: file.Vars.Logs.RequestMetrics, InstanceMetrics: file.Vars.Logs.InstanceMetrics, BeginRule: file.Vars.Logs.BeginRule}
		if p.LogConfig != "${vars.logs}" {
			t.bad(name, "logConfig of %s is %q, want ${vars.logs}", resource, p.LogConfig)
		}
		if p.Async.Task == nil || p.Async.Retries == nil || p.Async.Age == 0 {
			t.bad(name, "asyncInvokeConfig of %s is not there in full", resource)
		} else {
			to := p.Async.Destination.OnFailure.Destination
			f.Async = async{Task: *p.Async.Task, Retries: *p.Async.Retries, Age: p.Async.Age, OnFailure: to != ""}
			if itself := "acs:fc:${vars.region}:${env('ACCOUNT')}:functions/" + f.Name; to != "" && to != itself {
				t.bad(name, "failures of %s go to %s, want %s", resource, to, itself)
			}
		}
		if want := "acs:ram::${env('ACCOUNT')}:role/" + f.Name; p.Role != want {
			t.bad(name, "role of %s is %s, want %s, which `make roles` makes", resource, p.Role, want)
		}
		if want := "./dist/" + strings.TrimSuffix(f.Name, "-door") + ".zip"; p.Code != want {
			t.bad(name, "code of %s is %s, want %s, which `make package` makes", resource, p.Code, want)
		}
		for _, trigger := range p.Triggers {
			switch trigger.Type {
			case "http":
				f.HTTP = httpTrigger{trigger.Config.Auth, slices.Sorted(slices.Values(trigger.Config.Methods))}
			case "timer":
				f.Timers[trigger.Name] = timerTrigger{trigger.Config.Cron, trigger.Config.Payload}
			}
		}
		for variable, value := range p.Env {
			f.Env[variable] = source{Fixed: value}
			if m := fromEnv.FindStringSubmatch(value); m != nil {
				f.Env[variable] = source{Variable: m[1], Required: m[2] == ""}
			}
		}
		all = append(all, f)
	}
	return all
}
