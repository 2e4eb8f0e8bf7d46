package truth

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/startup"
)

// placeholder is <what> in a text of the code. The console takes descriptions for
// HTML and would not show it, so the stack writes {what}.
var placeholder = regexp.MustCompile(`<([^<>]*)>`)

func forConsole(text string) string { return placeholder.ReplaceAllString(text, "{$1}") }

// figure is a number, a span or the like: what must be the same in every language.
var figure = regexp.MustCompile(`[A-Za-z]*[0-9]+(?:\.[0-9]+)*[a-z%]*`)

// variables are those of both functions and of the door's own key, by name.
func variables() map[string]settings.Variable {
	all := map[string]settings.Variable{startup.DoorKey.Name: startup.DoorKey}
	for _, v := range slices.Concat(settings.SlackVariables(), settings.Variables()) {
		all[v.Name] = v
	}
	return all
}

// told holds what is said of each parameter to the code's own words: what it is
// for, what is allowed, and the default, in both languages.
func (t *tree) told(s *template) {
	known := variables()
	for name, p := range s.Parameters {
		english, translated := p.Description.English, p.Description.Chinese
		if !p.Description.both() {
			t.bad(templateFile, "parameter %s has no description in both languages", name)
		}
		if text := english + translated + p.Constraint.English + p.Constraint.Chinese; strings.ContainsAny(text, "<>") || strings.Contains(text, "docs/") {
			t.bad(templateFile, "what is said of parameter %s has a < or names a file of docs/, which the console does not show", name)
		}
		if limited := p.Pattern != "" || p.MinLength > 0 || p.MaxLength > 0; limited != p.Constraint.both() {
			t.bad(templateFile, "parameter %s: a pattern or length is %t, and what it wants is said in both languages: %t", name, limited, p.Constraint.both())
		}
		after, afterTranslated := ownDefault(p)
		if p.variable() == "" {
			if !strings.Contains(english, after) || !strings.Contains(translated, afterTranslated) {
				t.bad(templateFile, "the description of %s does not say %q and %q", name, after, afterTranslated)
			}
			continue
		}
		v, found := known[p.variable()]
		if !found {
			t.bad(templateFile, "parameter %s is for %s, which no function reads", name, p.variable())
			continue
		}
		after, afterTranslated = afterwards(p, v)
		allowed := forConsole(v.Want)
		if want := fmt.Sprintf("%s; %s Allowed: %s. %s", v.Name, forConsole(v.Doc), allowed, after); !strings.HasPrefix(english, want) {
			t.bad(templateFile, "the description of %s is\n\t%q, and the code says\n\t%q", name, english, want)
		}
		if p.Constraint.English != "" && p.Constraint.English != allowed {
			t.bad(templateFile, "%s wants %q, and the code %q", name, p.Constraint.English, allowed)
		}
		// No test can read Chinese, but what the code fixes stands in it as it is.
		said := v.Name + "；"
		if !strings.HasPrefix(translated, said) || !strings.Contains(translated, afterTranslated) || !strings.Contains(translated, "可填："+p.Constraint.Chinese) {
			t.bad(templateFile, "the Chinese description of %s does not say %q, 可填：%s and %q", name, said, p.Constraint.Chinese, afterTranslated)
		}
		for _, word := range slices.Concat(figure.FindAllString(allowed, -1), choices(v.Want)) {
			if !strings.Contains(translated, word) {
				t.bad(templateFile, "the Chinese description of %s does not say %s, which is allowed: %s", name, word, allowed)
			}
		}
	}
}

// ownDefault is what is said of the default of a parameter that is no variable's.
func ownDefault(p parameter) (english, chinese string) {
	switch p.Default {
	case nil:
		return "Required.", "必填。"
	case "":
		return "", ""
	}
	return fmt.Sprintf("Default: %v.", p.Default), fmt.Sprintf("默认：%v。", p.Default)
}

// afterwards is what is said of a variable's default. What the code cannot do
// without and the stack does not insist on belongs to Slack or to the door.
func afterwards(p parameter, v settings.Variable) (english, chinese string) {
	switch {
	case v.Name == startup.DoorKey.Name:
		return "Required with DoorOnly.", "使用 DoorOnly 时必填。"
	case v.Required && p.Default != nil:
		return "Required with Slack.", "使用 Slack 时必填。"
	case v.Required:
		return "Required.", "必填。"
	case v.Default == "":
		return "No default.", "无默认值。"
	}
	return "Default: " + v.Default + ".", "默认：" + v.Default + "。"
}

// choices are the only values of a variable that takes one of a few words, such as
// "on or off"; otherwise none.
func choices(want string) []string {
	want = strings.TrimPrefix(strings.TrimSuffix(want, ", or nothing"), "one of ")
	all := strings.Split(strings.ReplaceAll(want, " or ", ", "), ", ")
	if len(all) < 2 || slices.ContainsFunc(all, func(w string) bool { return strings.Contains(w, " ") }) {
		return nil
	}
	return all
}
