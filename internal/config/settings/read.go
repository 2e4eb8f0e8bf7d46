package settings

import (
	"slices"

	"stopdesktops/internal/config/mistake"
)

// Read reads what the function stopdesktops is told, and says what is wrong with
// it. What could not be read is left empty. In a process's own environment a
// variable that looks like ours and is read by nothing is a mistake as well; see
// Unread for other environments.
//
// Absent is nil for a process's own environment. Where it is set, the settings
// are looked at away from their deployment: it is told each variable that is
// required or holds a secret and is not set here, perhaps twice, and that is no
// mistake. Those of stopdesktops are in left.
func Read(env Environment, absent func(variable string)) (s Settings, left map[string]bool, problems mistake.Problems) {
	variables := s.variables()
	if absent == nil {
		problems = append(set(variables, env), unknown(variables, env)...)
		return s, nil, append(problems, s.contradictions(nil)...)
	}
	left = leaveOut(variables, env, absent)
	problems = append(set(variables, env), elsewhere(env, absent)...)
	return s, left, append(problems, s.contradictions(left)...)
}

// ReadTerminal reads what an operator's terminal is told: the same without what
// belongs to webhooks, Slack and Function Compute. Variables of those may be set.
// What looks like ours is for UnreadAtTerminal: no slip in a name may keep the brake
// from working.
func ReadTerminal(env Environment) (s Settings, problems mistake.Problems) {
	variables := s.terminalVariables()
	problems = set(variables, env)
	return s, append(problems, s.contradictions(nil)...)
}

// ReadTimes reads only what timers are judged by: ZONE, and ECD_REGIONS, ECD_API
// and ECD_CLIENT_ID where they are set.
func ReadTimes(env Environment) (s Settings, problems mistake.Problems) {
	variables := append([]variable{s.Care.zone()}, s.Cloud.rules()...)
	for i := range variables {
		variables[i].Required = false
	}
	problems = set(variables, env)
	return s, problems
}

// leaveOut tells which variables are not looked at, and makes do without them.
func leaveOut(variables []variable, env Environment, absent func(variable string)) map[string]bool {
	left := map[string]bool{}
	for i, v := range variables {
		given := env[v.Name] != "" || v.From != "" && env[v.From] != ""
		if given || !v.Required && !v.Secret {
			continue
		}
		variables[i].Required = false
		left[v.Name] = true
		absent(v.Name)
	}
	return left
}

// elsewhere is what is wrong with variables that other programs of the product
// read in the same deployment.
func elsewhere(env Environment, absent func(variable string)) mistake.Problems {
	ours := map[string]bool{}
	for _, v := range Variables() {
		ours[v.Name] = true
	}
	theirs := slices.Concat(new(SlackFront).variables(), new(Settings).terminalVariables())
	theirs = slices.DeleteFunc(theirs, func(v variable) bool { return ours[v.Name] })
	leaveOut(theirs, env, absent)
	return set(theirs, env)
}
