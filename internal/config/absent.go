package config

import "slices"

// absent tells which variables are not looked at, and makes do without them.
// There are none where the configuration is that of the process itself.
func (s Source) absent(variables []variable, values map[string]string) map[string]bool {
	if s.Absent == nil {
		return nil
	}
	absent := map[string]bool{}
	for i, v := range variables {
		given := values[v.Name] != "" || v.From != "" && values[v.From] != ""
		if given || !v.Required && !v.Secret {
			continue
		}
		variables[i].Required = false
		absent[v.Name] = true
		s.Absent(v.Name)
	}
	return absent
}

// elsewhere is what is wrong with variables that other programs of the product
// read in the same deployment.
func (s Source) elsewhere(values map[string]string) Problems {
	if s.Absent == nil {
		return nil
	}
	ours := map[string]bool{}
	for _, v := range Variables() {
		ours[v.Name] = true
	}
	theirs := slices.Concat(new(SlackFront).variables(), new(Config).terminalVariables())
	theirs = slices.DeleteFunc(theirs, func(v variable) bool { return ours[v.Name] })
	s.absent(theirs, values)
	return set(theirs, values)
}

// alsoKnown are the names that belong into the environment of somebody who looks
// at a whole deployment from outside.
func (s Source) alsoKnown() []string {
	if s.Absent == nil {
		return nil
	}
	return everyName()
}

// everyName is every variable that anything of the product reads.
func everyName() []string {
	var names []string
	for _, of := range [][]Variable{Variables(), SlackVariables(), TerminalVariables()} {
		for _, v := range of {
			names = append(names, v.Name)
		}
	}
	return names
}
