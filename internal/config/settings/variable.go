package settings

import "slices"

// Variable is one environment variable, as the docs and the deployment files
// show it.
type Variable struct {
	Name     string
	Default  string // used where it is not set
	From     string // variable of the platform whose value is the default
	Required bool   // there is no doing without; with From, where the platform gives nothing
	Secret   bool   // its value is never shown
	Want     string // what is allowed
	Doc      string // one line on what it is for
}

// variable is a Variable and where its value goes.
type variable struct {
	Variable
	set func(value string) []fault
}

// listed are variables as others see them.
func listed(bound []variable) []Variable {
	all := make([]Variable, len(bound))
	for i := range bound {
		all[i] = bound[i].Variable
	}
	return all
}

// Variables lists what the function stopdesktops reads, in the order of the
// docs.
func Variables() []Variable { return listed(new(Settings).variables()) }

// SlackVariables lists what the function slackcmd reads.
func SlackVariables() []Variable { return listed(new(SlackFront).variables()) }

// TerminalVariables lists what an operator's terminal reads.
func TerminalVariables() []Variable { return listed(new(Settings).terminalVariables()) }

// everyName is every variable that anything of the product reads, each once.
func everyName() []string {
	var names []string
	for _, name := range namesOf(slices.Concat(Variables(), SlackVariables(), TerminalVariables())) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func namesOf(variables []Variable) []string {
	var names []string
	for _, v := range variables {
		names = append(names, v.Name)
	}
	return names
}
