// Package triggers holds the timers of a configuration to the timer triggers of a
// deployment file. A trigger that comes when no timer expects it stops nothing, and
// a timer without one never runs; neither is seen anywhere but here until a night
// has passed.
package triggers

import (
	"encoding/json"
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Trigger is a timer trigger of a deployment file.
type Trigger struct {
	Line  int
	Name  string
	Cron  string
	Timer string // that its payload names
	// Announce says that it announces the run rather than begin it.
	Announce bool
}

// keys are the names that one kind of deployment file has for a trigger's
// properties. Those inside of its configuration are the service's own and the same
// in both.
type keys struct{ name, kind, config string }

// The kinds: Serverless Devs' component fc3, and ALIYUN::FC3::Trigger of ROS.
var spellings = []keys{{"triggerName", "triggerType", "triggerConfig"}, {"TriggerName", "TriggerType", "TriggerConfig"}}

// Read finds the timer triggers of an s.yaml or a ROS template, wherever in it they
// are, whose payload names a timer. Others are not this product's. The error is
// what the YAML library says.
func Read(text []byte) ([]Trigger, error) {
	var root yaml.Node
	if err := yaml.Load(text, &root); err != nil {
		return nil, fmt.Errorf("read the triggers: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	return find(&root), nil
}

func find(n *yaml.Node) (all []Trigger) {
	for _, s := range spellings {
		if t, ok := s.trigger(n); ok {
			return []Trigger{t}
		}
	}
	for _, inner := range n.Content {
		all = append(all, find(inner)...)
	}
	return all
}

// trigger reads a node that is a timer trigger with a payload of ours.
func (k keys) trigger(n *yaml.Node) (Trigger, bool) {
	kind, config := child(n, k.kind), child(n, k.config)
	if kind == nil || kind.Value != "timer" || config == nil {
		return Trigger{}, false
	}
	t := Trigger{Line: n.Line}
	var payload struct {
		Timer    string
		Announce bool
	}
	if p := child(config, "payload"); p == nil || json.Unmarshal([]byte(p.Value), &payload) != nil || payload.Timer == "" {
		return Trigger{}, false
	}
	t.Timer, t.Announce = payload.Timer, payload.Announce
	if name := child(n, k.name); name != nil {
		t.Name, t.Line = name.Value, name.Line
	}
	if cron := child(config, "cronExpression"); cron != nil {
		t.Cron = cron.Value
	}
	return t, true
}

// child is the value of a mapping's key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
