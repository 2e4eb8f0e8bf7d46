package truth

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// together holds the stack's rules to the code: for each way to fill in what hangs
// together, the rules let it through exactly if every function that is made would
// start, and Slack's function is made where anything of it was asked for.
func (t *tree) together(s *template) {
	for name, r := range s.Rules {
		for _, a := range r.Assertions {
			if !strings.Contains(a.Description, " / ") || !chinese.MatchString(a.Description) {
				t.bad(templateFile, "an assertion of the rule %s does not say in both languages what is wrong", name)
			}
		}
	}
	for _, filled := range fillings() {
		given := map[string]string{}
		for name, p := range s.Parameters {
			if given[name] = filled[name]; p.Default != nil && given[name] == "" {
				given[name] = fmt.Sprint(p.Default)
			}
		}
		env := map[string]string{"STATE_BUCKET": deployment["STATE_BUCKET"], "STATE_REGION": deployment["STATE_REGION"], "INVOKE_FUNCTION": deployment["INVOKE_FUNCTION"], "CONFIG_DIR": "config"}
		for name, p := range s.Parameters {
			if v := p.variable(); v != "" && given[name] != "" {
				env[v] = given[name]
			}
		}
		wanted := slices.ContainsFunc(slackTogether, func(p string) bool { return given[p] != "" })
		var wrong error
		switch wrong = startsWorker(env); {
		case wrong != nil:
		case wanted && given["SlackCodeObject"] == "":
			wrong = fmt.Errorf("the function slackcmd has no package")
		case wanted:
			wrong = startsFront(env)
		}
		if wrong == nil && given["DoorOnly"] == "true" {
			wrong = startsDoor(env)
		}
		if refused := t.refused(s, given); (refused == "") != (wrong == nil) {
			t.bad(templateFile, "with %s the rules say %q, and the functions %q", filledIn(filled), refused, fmt.Sprint(wrong))
		}
	}
}

// slackTogether are the parameters that ask for Slack.
var slackTogether = []string{"SlackAppId", "SlackSigningSecrets", "SlackStateKey", "SlackTeamIds", "SlackEnterpriseIds"}

// fillings are the ways to fill in the form: every subset of what Slack needs, and
// every pair of settings that contradict each other somewhere.
func fillings() []map[string]string {
	base := map[string]string{"Regions": "cn-hangzhou", "StateKey": goodKey, "WebhookTokens": goodToken, "CodeBucket": "my-packages", "CodeObject": "stopdesktops-1.zip"}
	slack := []struct{ name, value string }{{"SlackAppId", "A0"}, {"SlackSigningSecrets", "0123456789abcdef"}, {"SlackStateKey", "slack." + goodKey},
		{"SlackTeamIds", "T0"}, {"SlackEnterpriseIds", "E0"}, {"SlackCodeObject", "slackcmd-1.zip"}}
	var all []map[string]string
	for subset := range 1 << len(slack) {
		one := maps.Clone(base)
		for i, p := range slack {
			if subset&(1<<i) != 0 {
				one[p.name] = p.value
			}
		}
		all = append(all, one)
	}
	pair := func(a string, as []string, b string, bs []string) {
		for _, x := range as {
			for _, y := range bs {
				one := maps.Clone(base)
				one[a], one[b] = x, y
				all = append(all, one)
			}
		}
	}
	pair("SlackIdentity", []string{"", "none", "email", "email-local-part"}, "SlackBotToken", []string{"", "xoxb-0-0-sample"})
	pair("DoorOnly", []string{"false", "true"}, "DoorStateKey", []string{"", "webhook." + goodKey})
	pair("EcdApi", []string{"", "client", "admin"}, "EcdClientId", []string{"", "client-1"})
	return all
}

func filledIn(filled map[string]string) string {
	return strings.Join(slices.Sorted(maps.Keys(filled)), ", ") + fmt.Sprintf(" (SlackIdentity %q, EcdApi %q, DoorOnly %q)", filled["SlackIdentity"], filled["EcdApi"], filled["DoorOnly"])
}

// refused is what the rules say of a filled-in form, or nothing.
func (t *tree) refused(s *template, given map[string]string) string {
	for _, name := range slices.Sorted(maps.Keys(s.Rules)) {
		r := s.Rules[name]
		if r.Condition != nil && !t.holds(name, r.Condition, given) {
			continue
		}
		for _, a := range r.Assertions {
			if !t.holds(name, a.Assert, given) {
				return a.Description
			}
		}
	}
	return ""
}

// holds evaluates a condition as the service's documentation of its functions says.
func (t *tree) holds(rule string, condition any, given map[string]string) bool {
	m, _ := condition.(map[string]any)
	for name, of := range m {
		list, _ := of.([]any)
		one := func(c any) bool { return t.holds(rule, c, given) }
		switch {
		case name == "Fn::Not":
			return !one(of)
		case name == "Fn::And" && len(list) > 1:
			return !slices.ContainsFunc(list, func(c any) bool { return !one(c) })
		case name == "Fn::Or" && len(list) > 1:
			return slices.ContainsFunc(list, one)
		case name == "Fn::Equals" && len(list) == 2:
			return t.operand(rule, list[0], given) == t.operand(rule, list[1], given)
		}
	}
	t.bad(templateFile, "the rule %s has a condition that nobody can evaluate: %v", rule, condition)
	return false
}

// operand is the value of a parameter, or a text as it stands.
func (t *tree) operand(rule string, value any, given map[string]string) string {
	name := reference(value)
	if name == "" {
		return fmt.Sprint(value)
	}
	t.mustBe("the rule "+rule, name, slices.Collect(maps.Keys(given)))
	return given[name]
}
