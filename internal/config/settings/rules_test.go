package settings

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// ruleChanges are, for each field of core.Rules that variables fill, variables
// that change it, each to another value than it has in deployment. A field that
// has a value for each door has a variable for each.
var ruleChanges = map[string]map[string]string{
	"Regions":     {"ECD_REGIONS": "cn-hangzhou"},
	"Pin":         {"ECD_API": "client"},
	"ClientId":    {"ECD_CLIENT_ID": "client-2"},
	"Batch":       {"ECD_BATCH_SIZE": "7"},
	"Ceilings":    {"CEILING_WEBHOOK": "7", "CEILING_TIMER": "7", "CEILING_SLACK": "7", "CEILING_TERMINAL": "7"},
	"Percents":    {"CEILING_WEBHOOK_PERCENT": "7", "CEILING_TIMER_PERCENT": "7", "CEILING_SLACK_PERCENT": "7", "CEILING_TERMINAL_PERCENT": "7"},
	"Wait":        {"WAIT": "7m"},
	"NoLookup":    {"ECD_CLIENT_LOOKUP": "off"},
	"Grace":       {"GRACE": "7m"},
	"MinUptime":   {"MIN_UPTIME": "7m"},
	"MaxKeep":     {"MAX_KEEP": "7h"},
	"Canary":      {"CANARY": "7"},
	"MaxFailures": {"MAX_FAILURES": "7"},
	"Concurrency": {"ECD_MAX_CONCURRENCY": "7"},
	"Zone":        {"ZONE": "Europe/Berlin"},
	"HelpContact": {"HELP_CONTACT": "#it-help"},
}

// notByVariable are the fields that the configuration folder fills.
var notByVariable = map[string]string{
	"Schedules": "timers.yaml",
	"Prices":    "prices.yaml",
}

// rulesOf are the rules of the function, or of a terminal, with these variables.
func rulesOf(t *testing.T, terminal bool, vars map[string]string) core.Rules {
	t.Helper()
	env := EnvironmentOf(entries(vars))
	s, _, problems := Read(env, nil)
	if terminal {
		s, problems = ReadTerminal(env)
	}
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s.Rules()
}

// TestEveryVariableOfTheRulesReachesThem changes one variable at a time and wants
// the field that it fills to change, and no other.
func TestEveryVariableOfTheRulesReachesThem(t *testing.T) {
	tried := map[string]bool{}
	for f := range reflect.TypeFor[core.Rules]().Fields() {
		changes, file := ruleChanges[f.Name], notByVariable[f.Name]
		if (len(changes) > 0) == (file != "") {
			t.Errorf("core.Rules.%s: say which variables fill it, or which file of the configuration does", f.Name)
		}
		for name, value := range changes {
			tried[name] = true
			t.Run(name, func(t *testing.T) { changesOnly(t, f.Name, name, value) })
		}
	}
	// All of these are for the rules.
	var s Settings
	for _, v := range slices.Concat(s.Care.variables(), s.Ceilings.variables(), s.Ceilings.terminal(), s.Cloud.rules()) {
		if !tried[v.Name] {
			t.Errorf("%s is read, and nothing shows which field of core.Rules it fills", v.Name)
		}
	}
}

// changesOnly wants a variable to change this field of the rules, at one door where
// it has a value for each, and nothing else.
func changesOnly(t *testing.T, field, name, value string) {
	vars := good()
	terminal := !slices.ContainsFunc(Variables(), func(v Variable) bool { return v.Name == name })
	before := reflect.ValueOf(rulesOf(t, terminal, vars))
	vars[name] = value
	after := reflect.ValueOf(rulesOf(t, terminal, vars))
	for f := range before.Type().Fields() {
		was, is := before.FieldByIndex(f.Index), after.FieldByIndex(f.Index)
		if f.Type.Kind() == reflect.Func {
			continue // no variable makes one
		}
		if same := reflect.DeepEqual(was.Interface(), is.Interface()); same == (f.Name == field) {
			t.Errorf("%s=%s: Rules.%s is %v, and was %v", name, value, f.Name, is, was)
		}
		doors, _ := is.Interface().(map[core.Door]int)
		for door, n := range doors {
			here := strings.Contains(name, strings.ToUpper(string(door)))
			if old := was.MapIndex(reflect.ValueOf(door)).Int(); f.Name == field && (n != int(old)) != here {
				t.Errorf("%s=%s: Rules.%s of %s is %d, and was %d", name, value, f.Name, door, n, old)
			}
		}
	}
}
