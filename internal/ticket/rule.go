package ticket

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"stopdesktops/internal/core"
)

// Rule says where one field of a request comes from.
type Rule struct {
	// From is a path of the body, or a constant behind an equal sign, as in
	// =StopCharging.
	From string
	// Find takes the desktop ids that a text mentions.
	Find bool
	// Optional lets the path lead nowhere; the field is then left out.
	Optional bool
}

// Mapping is a rule for each field that is wanted, by its name: RegionId, or
// Select.EndUserId for a word of a selection.
type Mapping map[string]Rule

// constant returns the constant of a rule, or false where it has a path.
func (r Rule) constant() (string, bool) { return strings.CutPrefix(r.From, "=") }

// notMapped are fields that no body can fill, and why.
var notMapped = map[string]string{
	"LoginToken":       "an end user's token does not travel in a ticket",
	"SessionId":        "an end user's session does not travel in a ticket",
	"SessionToken":     "an end user's token does not travel in a ticket",
	"ClientToken":      "each run gets its own",
	"Select.Scheduled": "it is for timers only",
	"Except.Scheduled": "it is for timers only",
	"Select.DesktopId": "desktops are reached by id in the field DesktopId itself",
}

// optional are the fields without which a request reaches no more than with
// them.
var optional = []string{"Reason", "OsUpdate", "StoppedMode", "ClientOS", "ClientVersion", "Uuid"}

// targets are the fields that a mapping may fill, with their types, in the
// order of core.Request.
var targets = sortedTargets()

type target struct {
	name  string
	index []int // into core.Request, through pointers
	of    reflect.Type
}

func sortedTargets() []target {
	var all []target
	selection := reflect.TypeFor[*core.Selection]()
	request := reflect.TypeFor[core.Request]()
	for i := range request.NumField() {
		f := request.Field(i)
		if f.Type != selection {
			all = append(all, target{f.Name, []int{i}, f.Type})
			continue
		}
		for j := range selection.Elem().NumField() {
			word := selection.Elem().Field(j)
			all = append(all, target{f.Name + "." + word.Name, []int{i, j}, word.Type})
		}
	}
	return slices.DeleteFunc(all, func(t target) bool { _, no := notMapped[t.name]; return no })
}

// Fields lists what a mapping may fill, in the order of core.Request.
func Fields() []string {
	names := make([]string, len(targets))
	for i, t := range targets {
		names[i] = t.name
	}
	return names
}

// field returns the target of the request, ready to be set.
func (t target) field(q *core.Request) reflect.Value {
	v := reflect.ValueOf(q).Elem().Field(t.index[0])
	if len(t.index) == 1 {
		return v
	}
	if v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
	}
	return v.Elem().Field(t.index[1])
}

// list says whether the target takes several values.
func (t target) list() bool { return t.of.Kind() == reflect.Slice }

// boolean says whether the target is true or false.
func (t target) boolean() bool {
	return t.of == reflect.TypeFor[bool]() || t.of == reflect.TypeFor[*bool]()
}

// set puts texts into the field; a target that is no list gets one. The problem
// says what is wrong with one of them.
func (t target) set(q *core.Request, texts []string) (problem string) {
	switch v := t.field(q); t.of {
	case reflect.TypeFor[string]():
		if t.name == "Reason" {
			texts[0] = oneLine(texts[0], maxReason)
		}
		v.SetString(texts[0])
	case reflect.TypeFor[[]string]():
		v.Set(reflect.ValueOf(texts))
	case reflect.TypeFor[bool](), reflect.TypeFor[*bool]():
		b, ok := map[string]bool{"true": true, "false": false}[texts[0]]
		if !ok {
			return "is " + echo(texts[0]) + "; want true or false"
		}
		if t.of.Kind() == reflect.Pointer {
			v.Set(reflect.ValueOf(&b))
		} else {
			v.SetBool(b)
		}
	case reflect.TypeFor[*int]():
		n, err := strconv.Atoi(texts[0])
		if err != nil {
			return "is " + echo(texts[0]) + "; want a whole number"
		}
		v.Set(reflect.ValueOf(&n))
	case reflect.TypeFor[[]core.Tag]():
		tags := make([]core.Tag, len(texts))
		for i, text := range texts {
			var valued bool
			if tags[i].Key, tags[i].Value, valued = strings.Cut(text, "="); valued && tags[i].Value == "" {
				// Nothing missing widens a request, and a tag without a value is any.
				return "is " + echo(text) + "; want a value behind the =, or no = for any value"
			}
		}
		v.Set(reflect.ValueOf(tags))
	default:
		panic(fmt.Sprintf("ticket: a field of type %s is not supported", t.of))
	}
	return ""
}
