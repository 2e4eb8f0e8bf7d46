package truth

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const templateFile = "template.yml"

// template is template.yml.
type template struct {
	Metadata struct {
		Interface struct {
			Groups []struct {
				Label struct {
					Default label `yaml:"default"`
				} `yaml:"Label"`
				Parameters []string `yaml:"Parameters"`
			} `yaml:"ParameterGroups"`
			Outputs []string `yaml:"Outputs"` // in the order of the console
		} `yaml:"ALIYUN::ROS::Interface"`
	} `yaml:"Metadata"`
	Parameters map[string]parameter `yaml:"Parameters"`
	Conditions map[string]any       `yaml:"Conditions"`
	Rules      map[string]rule      `yaml:"Rules"`
	Resources  map[string]resource  `yaml:"Resources"`
	Outputs    map[string]output    `yaml:"Outputs"`

	raw map[string]map[string]map[string]any // sections of named maps, with every key
}

// label is a text for people in the languages of the console.
type label struct {
	English string `yaml:"en"`
	Chinese string `yaml:"zh-cn"`
}

type parameter struct {
	Type        string      `yaml:"Type"`
	Default     any         `yaml:"Default"`
	NoEcho      bool        `yaml:"NoEcho"`
	Label       label       `yaml:"Label"`
	Description label       `yaml:"Description"`
	Values      []yaml.Node `yaml:"AllowedValues"`
	Pattern     string      `yaml:"AllowedPattern"`
	MinLength   int         `yaml:"MinLength"`
	MaxLength   int         `yaml:"MaxLength"`
	Constraint  label       `yaml:"ConstraintDescription"`
}

// rule is what the stack asserts of its parameters before it makes anything.
type rule struct {
	Condition  any `yaml:"RuleCondition"`
	Assertions []struct {
		Assert      any    `yaml:"Assert"`
		Description string `yaml:"AssertDescription"`
	} `yaml:"Assertions"`
}

type output struct {
	Condition   string `yaml:"Condition"`
	Label       label  `yaml:"Label"`
	Description label  `yaml:"Description"`
	Value       any    `yaml:"Value"`
}

type resource struct {
	Type       string         `yaml:"Type"`
	Condition  string         `yaml:"Condition"`
	DependsOn  string         `yaml:"DependsOn"`
	Deletion   string         `yaml:"DeletionPolicy"`
	Properties map[string]any `yaml:"Properties"`
}

func (t *tree) template() *template {
	out := template{raw: map[string]map[string]map[string]any{}}
	text := []byte(t.read(templateFile))
	if err := yaml.Unmarshal(text, &out); err != nil {
		t.bad(templateFile, "%v", err)
	}
	var sections map[string]yaml.Node
	if err := yaml.Unmarshal(text, &sections); err != nil {
		t.bad(templateFile, "%v", err)
	}
	for _, section := range []string{"Parameters", "Rules", "Outputs"} {
		var named map[string]map[string]any
		if node := sections[section]; node.Decode(&named) != nil {
			t.bad(templateFile, "%s is no map of maps", section)
		}
		out.raw[section] = named
	}
	return &out
}

// functions reads the stack's functions in the words of both files.
func (s *template) functions(t *tree) []function {
	var all []function
	for name, r := range s.Resources {
		if r.Type != "ALIYUN::FC3::Function" {
			continue
		}
		p := properties(r.Properties)
		f := function{file: templateFile, Name: p.text("FunctionName"), Description: p.text("Description"), Runtime: p.text("Runtime"), Handler: p.text("Handler"),
			CPU: p.float("Cpu"), Memory: p.number("MemorySize"), Disk: p.number("DiskSize"), Timeout: p.number("Timeout"), Timers: map[string]timerTrigger{}, Env: map[string]source{}}
		l := p.under("LogConfig")
		f.Log = logs{RequestMetrics: l["EnableRequestMetrics"] == true, InstanceMetrics: l["EnableInstanceMetrics"] == true, BeginRule: l.text("LogBeginRule")}
		if of, _ := attribute(l["Logstore"]); of != "" {
			f.Log.Store = properties(s.Resources[of].Properties).text("LogstoreName")
		}
		for variable, value := range p.under("EnvironmentVariables") {
			f.Env[variable] = s.source(value)
		}
		s.beside(t, name, r, &f)
		all = append(all, f)
	}
	return all
}

// beside reads the resources that belong to a function: they name it by
// Fn::GetAtt, which makes them wait for it, and exist only with it.
func (s *template) beside(t *tree, of string, is resource, f *function) {
	for name, r := range s.Resources {
		p := properties(r.Properties)
		if target, _ := attribute(p["FunctionName"]); target != of {
			continue
		}
		switch r.Type {
		case "ALIYUN::FC3::ConcurrencyConfig":
			f.Reserved = p.number("ReservedConcurrency")
		case "ALIYUN::FC3::AsyncInvokeConfig":
			to, _ := attribute(p.under("DestinationConfig").under("OnFailure")["Destination"])
			if f.Async = (async{Task: p["AsyncTask"] == true, OnFailure: to != "", Retries: p.number("MaxAsyncRetryAttempts"), Age: p.number("MaxAsyncEventAgeInSeconds")}); to != "" && to != of {
				t.bad(templateFile, "failures of %s go to %s", of, to)
			}
		case "ALIYUN::FC3::Trigger":
			s.trigger(t, name, r, f)
		}
		if is.Condition != "" && r.Condition != is.Condition {
			t.bad(templateFile, "%s is made under %q, and its function %s under %q", name, r.Condition, of, is.Condition)
		}
	}
}

func (s *template) trigger(t *tree, name string, r resource, f *function) {
	p := properties(r.Properties)
	c := p.under("TriggerConfig")
	switch p.text("TriggerType") {
	case "http":
		var methods []string
		for _, m := range c.list("methods") {
			methods = append(methods, fmt.Sprint(m))
		}
		slices.Sort(methods)
		f.HTTP = httpTrigger{c.text("authType"), methods}
	case "timer":
		f.Timers[p.text("TriggerName")] = timerTrigger{c.text("cronExpression"), c.text("payload")}
	}
	if dep := s.Resources[r.DependsOn]; dep.Type != "ALIYUN::FC3::AsyncInvokeConfig" || fmt.Sprint(dep.Properties["FunctionName"]) != fmt.Sprint(p["FunctionName"]) {
		t.bad(templateFile, "%s does not wait for its function's AsyncInvokeConfig; an event that comes first gets the platform's own retries", name)
	}
}

// variable is the one that a parameter's description begins with, or nothing.
func (p parameter) variable() string {
	name, _, found := strings.Cut(p.Description.English, ";")
	if !found || strings.Contains(name, " ") {
		return ""
	}
	return name
}

// source finds the variable behind a value.
func (s *template) source(value any) source {
	if ref := reference(value); ref != "" {
		p := s.Parameters[ref]
		return source{Variable: p.variable(), Required: p.Default == nil}
	}
	return source{Fixed: fmt.Sprint(value)}
}

// properties reads a map of any depth.
type properties map[string]any

func (p properties) text(key string) string { s, _ := p[key].(string); return s }
func (p properties) number(key string) int  { n, _ := p[key].(int); return n }
func (p properties) list(key string) []any  { l, _ := p[key].([]any); return l }

func (p properties) float(key string) float64 {
	if n, ok := p[key].(int); ok {
		return float64(n)
	}
	f, _ := p[key].(float64)
	return f
}

func (p properties) under(key string) properties {
	m, _ := p[key].(map[string]any)
	return m
}

// reference is the name in {Ref: name}, or nothing.
func reference(value any) string {
	m, _ := value.(map[string]any)
	s, _ := m["Ref"].(string)
	return s
}

// attribute is the resource and its attribute in {Fn::GetAtt: [resource, attribute]}.
func attribute(value any) (of, name string) {
	m, _ := value.(map[string]any)
	if l, _ := m["Fn::GetAtt"].([]any); len(l) == 2 {
		of, _ = l[0].(string)
		name, _ = l[1].(string)
	}
	return of, name
}
