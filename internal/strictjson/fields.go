package strictjson

import (
	"fmt"
	"reflect"
	"stopdesktops/internal/typo"
	"strings"
	"sync"
)

// hintDistance is how many letters a misspelt name may differ from a known one
// for the known one to be offered: enough for a plural, a swap or a slip.
const hintDistance = 2

// fields are the names of a struct, as its json tags give them.
type fields struct {
	names []string
	index map[string]int
}

// known keeps what fieldsOf found: a type's fields never change.
var known sync.Map // reflect.Type -> fields

func fieldsOf(t reflect.Type) fields {
	if f, ok := known.Load(t); ok {
		return f.(fields)
	}
	f := readFields(t)
	known.Store(t, f)
	return f
}

func readFields(t reflect.Type) fields {
	f := fields{index: map[string]int{}}
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			panic(fmt.Sprintf("strictjson: embedded field %s of %s is not supported", field.Name, t))
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = field.Name
		}
		f.names = append(f.names, name)
		f.index[name] = i
	}
	return f
}

// hint offers the known name nearest to an unknown one, or all of them.
func (f fields) hint(name string) string {
	best, least := "", hintDistance+1
	if len(name) <= maxFieldName {
		for _, known := range f.names {
			if strings.EqualFold(known, name) {
				return "; did you mean " + known + "? Names are case-sensitive"
			}
			if d := typo.Mistakes(strings.ToLower(known), strings.ToLower(name)); d < least && d < len(known)/2 {
				best, least = known, d
			}
		}
	}
	switch {
	case best != "":
		return "; did you mean " + best + "?"
	case len(f.names) == 0:
		return "; no field is known here"
	}
	return "; known are " + strings.Join(f.names, ", ")
}
