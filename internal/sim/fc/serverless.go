package fc

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// LoadServerless reads the functions of a Serverless Devs file (s.yaml,
// edition 3.0.0, component fc3, runtime go1). env answers for ${env('X')}.
// Binary is the handler inside the code directory, which is relative to the
// file. Unknown keys are errors, because the real component ignores a
// misspelt trigger key without a word. Errors name file and line and show no
// resolved value: values may be secrets.
func LoadServerless(path string, env func(string) (string, bool)) ([]Function, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read Serverless Devs file: %w", err)
	}
	functions, err := parseServerless(text, filepath.Dir(path), env)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return functions, nil
}

func parseServerless(text []byte, dir string, env func(string) (string, bool)) ([]Function, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("the file is empty")
	}
	root := doc.Content[0]
	v := &variables{env: env, root: root}
	if err := v.resolve(root); err != nil {
		return nil, err
	}
	return readServerless(root, dir)
}

// The keys that each part may have: those of the fc3 component's schema.
var (
	topKeys      = words("edition name access vars resources template flow")
	resourceKeys = words("component access actions props extend")
	propKeys     = words(`region functionName runtime code handler description cpu memorySize diskSize timeout instanceConcurrency
		internetAccess environmentVariables role logConfig vpcConfig vpcBinding nasConfig ossMountConfig layers tags tracingConfig
		instanceLifecycleConfig customRuntimeConfig customContainerConfig customDNS gpuConfig asyncInvokeConfig concurrencyConfig
		provisionConfig scalingConfig sessionAffinity sessionAffinityConfig instanceIsolationMode resourceGroupId endpoint
		annotations supplement enableLongLiving customDomain triggers disableInjectCredentials`)
	requiredProps = words("region functionName runtime code handler")
	triggerKeys   = words("triggerName triggerType triggerConfig qualifier description invocationRole sourceArn")
	httpKeys      = words("authType authConfig methods disableURLInternet")
	timerKeys     = words("cronExpression enable payload")
	asyncKeys     = words("asyncTask destinationConfig maxAsyncEventAgeInSeconds maxAsyncRetryAttempts qualifier")
)

func words(s string) []string { return strings.Fields(s) }

func readServerless(root *yaml.Node, dir string) ([]Function, error) {
	r := &serverlessReader{dir: dir}
	top := r.mapping(root, "the file", topKeys)
	if edition := r.text(top["edition"], "edition"); edition != "3.0.0" {
		r.bad(root, "edition is not 3.0.0")
	}
	if top["resources"] == nil {
		r.bad(root, "resources are missing")
		return nil, errors.Join(r.faults...)
	}
	var functions []Function
	for _, e := range r.entries(top["resources"], "resources") {
		resource := r.mapping(e.value, "resource "+e.key.Value, resourceKeys)
		if component := r.text(resource["component"], "component"); component != "fc3" && !strings.HasPrefix(component, "fc3@") {
			r.bad(e.key, "resource %s: component is not fc3", e.key.Value)
			continue
		}
		if resource["props"] == nil {
			r.bad(e.key, "resource %s: props are missing", e.key.Value)
			continue
		}
		functions = append(functions, r.function(resource["props"]))
	}
	return functions, errors.Join(r.faults...)
}

// serverlessReader turns nodes into functions and collects every fault.
type serverlessReader struct {
	dir    string
	depth  int // of merged maps
	faults []error
}

func (r *serverlessReader) function(n *yaml.Node) Function {
	props := r.mapping(n, "props", propKeys)
	for _, key := range requiredProps {
		if props[key] == nil {
			r.bad(n, "props: %s is missing", key)
		}
	}
	f := Function{
		Name:     r.text(props["functionName"], "functionName"),
		Handler:  r.text(props["handler"], "handler"),
		Role:     afterLast(r.text(props["role"], "role"), "role/"),
		Timeout:  r.seconds(props["timeout"], "timeout"),
		MemoryMB: r.number(props["memorySize"], "memorySize"),
		Env:      map[string]string{},
	}
	if props["runtime"] != nil && r.text(props["runtime"], "runtime") != "go1" {
		r.bad(props["runtime"], "the local double runs the runtime go1 only")
	}
	if n := props["instanceConcurrency"]; n != nil && r.number(n, "instanceConcurrency") != 1 {
		r.bad(n, "instanceConcurrency is not 1: an instance of go1 works on one event at a time")
	}
	code := props["code"]
	if code != nil && code.Kind == yaml.MappingNode {
		code = r.mapping(code, "code", words("src ossBucketName ossObjectName"))["src"]
	}
	f.Binary = filepath.Join(r.dir, r.text(code, "code"), f.Handler)
	if n := props["environmentVariables"]; n != nil {
		for _, e := range r.entries(n, "environmentVariables") {
			f.Env[e.key.Value] = r.text(e.value, e.key.Value)
		}
	}
	if n := props["concurrencyConfig"]; n != nil {
		f.MaxInstances = r.number(r.mapping(n, "concurrencyConfig", words("reservedConcurrency"))["reservedConcurrency"], "reservedConcurrency")
	}
	if n := props["asyncInvokeConfig"]; n != nil {
		f.Async = r.async(n)
	}
	if n := props["triggers"]; n != nil {
		for _, t := range r.list(n, "triggers") {
			r.trigger(&f, t)
		}
	}
	return f
}

func (r *serverlessReader) async(n *yaml.Node) AsyncConfig {
	m := r.mapping(n, "asyncInvokeConfig", asyncKeys)
	a := AsyncConfig{
		MaxAge:   r.seconds(m["maxAsyncEventAgeInSeconds"], "maxAsyncEventAgeInSeconds"),
		TaskMode: r.boolean(m["asyncTask"], "asyncTask"),
	}
	if n := m["maxAsyncRetryAttempts"]; n != nil {
		a.MaxRetries = new(r.number(n, "maxAsyncRetryAttempts"))
	}
	if n := m["destinationConfig"]; n != nil {
		d := r.mapping(n, "destinationConfig", words("onSuccess onFailure"))
		a.OnSuccess = r.destination(d["onSuccess"], "onSuccess")
		a.OnFailure = r.destination(d["onFailure"], "onFailure")
	}
	return a
}

// destination returns the function's name; queues and topics are not there.
func (r *serverlessReader) destination(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	d := r.mapping(n, what, words("destination"))["destination"]
	arn := r.text(d, what+".destination")
	if !strings.HasPrefix(arn, "acs:fc:") || !strings.Contains(arn, ":functions/") {
		r.bad(n, "%s: the local double knows functions as destinations, acs:fc:<region>:<account>:functions/<name>", what)
	}
	name, _, _ := strings.Cut(afterLast(arn, ":functions/"), "/") // a qualifier may follow
	return name
}

func (r *serverlessReader) trigger(f *Function, n *yaml.Node) {
	m := r.mapping(n, "trigger", triggerKeys)
	name, kind, config := r.text(m["triggerName"], "triggerName"), r.text(m["triggerType"], "triggerType"), m["triggerConfig"]
	if config == nil {
		r.bad(n, "trigger %s: triggerConfig is missing", name)
		return
	}
	switch kind {
	case "http":
		c := r.mapping(config, "triggerConfig of "+name, httpKeys)
		h := &HTTPTrigger{Name: name, AuthType: AuthType(r.text(c["authType"], "authType"))}
		for _, method := range r.list(c["methods"], "methods") {
			h.Methods = append(h.Methods, r.text(method, "methods"))
		}
		if f.HTTP != nil {
			r.bad(n, "function %s has two HTTP triggers", f.Name)
		}
		f.HTTP = h
	case "timer":
		c := r.mapping(config, "triggerConfig of "+name, timerKeys)
		f.Timers = append(f.Timers, TimerTrigger{
			Name: name, Cron: r.text(c["cronExpression"], "cronExpression"), Enable: r.boolean(c["enable"], "enable"), Payload: r.optionalText(c["payload"], "payload"),
		})
	default:
		r.bad(n, "trigger %s: the local double knows the types http and timer only", name)
	}
}

func (r *serverlessReader) seconds(n *yaml.Node, what string) time.Duration {
	return time.Duration(r.number(n, what)) * time.Second
}
