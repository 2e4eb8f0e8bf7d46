package truth

import (
	"fmt"
	"maps"
	"slices"
)

// function is what a deployment file says of one function, whichever file it is.
type function struct {
	file        string
	Name        string
	Description string
	Runtime     string
	Handler     string
	CPU         float64
	Memory      int // MB
	Disk        int // MB
	Timeout     int // seconds
	Reserved    int // instances at once
	Async       async
	Log         logs
	HTTP        httpTrigger
	Timers      map[string]timerTrigger
	Env         map[string]source
}

type async struct {
	Task, OnFailure bool // OnFailure: the function itself
	Retries, Age    int
}

type logs struct {
	Store                           string
	RequestMetrics, InstanceMetrics bool
	BeginRule                       string
}

type httpTrigger struct {
	Auth    string
	Methods []string // sorted
}

type timerTrigger struct{ Cron, Payload string }

// source is where the value of an environment variable comes from.
type source struct {
	Variable string // of whoever deploys; empty where the value is fixed
	Required bool   // it must be given
	Fixed    string
}

// sameFunctions compares the functions of both ways to deploy.
func (t *tree) sameFunctions(serverless []function, stack *template) {
	there := map[string]function{}
	for _, f := range stack.functions(t) {
		there[f.Name] = f
	}
	var here []string
	for _, s := range serverless {
		here = append(here, s.Name)
		f, ok := there[s.Name]
		if !ok {
			continue // compareSets says it
		}
		t.same(s, "description", s.Description, f.Description)
		t.same(s, "runtime", s.Runtime, f.Runtime)
		t.same(s, "handler", s.Handler, f.Handler)
		t.same(s, "cpu", s.CPU, f.CPU)
		t.same(s, "memorySize", s.Memory, f.Memory)
		t.same(s, "diskSize", s.Disk, f.Disk)
		t.same(s, "timeout", s.Timeout, f.Timeout)
		t.same(s, "reservedConcurrency", s.Reserved, f.Reserved)
		t.same(s, "asyncInvokeConfig", s.Async, f.Async)
		t.same(s, "logConfig", s.Log, f.Log)
		t.same(s, "HTTP trigger", s.HTTP, f.HTTP)
		for _, name := range slices.Sorted(maps.Keys(union(s.Timers, f.Timers))) {
			t.same(s, "timer trigger "+name, s.Timers[name], f.Timers[name])
		}
	}
	t.compareSets("template.yml", "function", slices.Sorted(maps.Keys(there)), here)
}

// same notes a value that the two ways to deploy have different.
func (t *tree) same(f function, what string, here, there any) {
	if h, s := fmt.Sprintf("%+v", here), fmt.Sprintf("%+v", there); h != s {
		t.bad(f.file, "%s of %s is %s, and in template.yml %s", what, f.Name, h, s)
	}
}

func union[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]V{}
	}
	maps.Copy(all, b)
	return all
}
