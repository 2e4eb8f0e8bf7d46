package strictjson

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"stopdesktops/internal/core"
)

var secretType = reflect.TypeFor[core.Secret]()

// value reads the next value into dst.
func (w *walk) value(path string, dst reflect.Value) {
	if w.dec.PeekKind() == 'n' {
		w.token()
		w.add(path, "is null; give %s or leave it out", want(dst.Type()))
		return
	}
	switch dst.Kind() {
	case reflect.Pointer:
		dst.Set(reflect.New(dst.Type().Elem()))
		w.value(path, dst.Elem())
	case reflect.Struct:
		if w.expect(path, dst.Type(), '{') {
			w.object(path, dst)
		}
	case reflect.Map:
		if w.expect(path, dst.Type(), '{') {
			w.table(path, dst)
		}
	case reflect.Slice:
		if w.expect(path, dst.Type(), '[') {
			w.list(path, dst)
		}
	case reflect.String:
		if w.expect(path, dst.Type(), '"') {
			dst.SetString(w.token().String())
		}
	case reflect.Bool:
		if w.expect(path, dst.Type(), 't', 'f') {
			dst.SetBool(w.token().Bool())
		}
	default:
		if w.expect(path, dst.Type(), '0') {
			w.number(path, dst)
		}
	}
}

// firstItems is the room that a list begins with: most requests name a few
// desktops.
const firstItems = 4

func (w *walk) list(path string, dst reflect.Value) {
	w.token()
	list := reflect.MakeSlice(dst.Type(), 0, firstItems)
	zero := reflect.Zero(dst.Type().Elem())
	for i := 0; w.dec.PeekKind() != ']'; i++ {
		list = reflect.Append(list, zero)
		w.value(path+"["+strconv.Itoa(i)+"]", list.Index(i))
	}
	w.token()
	dst.Set(list)
}

func (w *walk) table(path string, dst reflect.Value) {
	table := reflect.MakeMap(dst.Type())
	w.members(path, func(name string) {
		item := reflect.New(dst.Type().Elem()).Elem()
		w.value(join(path, name), item)
		table.SetMapIndex(reflect.ValueOf(name).Convert(dst.Type().Key()), item)
	})
	dst.Set(table)
}

// number reads a JSON number into a Go number that can hold exactly it.
func (w *walk) number(path string, dst reflect.Value) {
	text := w.token().String()
	var err error
	switch {
	case dst.CanInt():
		var n int64
		if n, err = strconv.ParseInt(text, 10, dst.Type().Bits()); err == nil {
			dst.SetInt(n)
		}
	case dst.CanUint():
		var n uint64
		if n, err = strconv.ParseUint(text, 10, dst.Type().Bits()); err == nil {
			dst.SetUint(n)
		}
	default:
		var n float64
		if n, err = strconv.ParseFloat(text, dst.Type().Bits()); err == nil {
			dst.SetFloat(n)
		}
	}
	if err != nil {
		w.add(path, "is %s, want %s", echo(text), want(dst.Type()))
	}
}

// expect says whether the next value is of one of the kinds. If it is not, it
// reports what was found and leaves it out.
func (w *walk) expect(path string, t reflect.Type, kinds ...jsontext.Kind) bool {
	found := w.dec.PeekKind()
	for _, k := range kinds {
		if found == k {
			return true
		}
	}
	raw, err := w.dec.ReadValue()
	if err != nil {
		panic(fmt.Sprintf("strictjson: a checked document fails: %v", err))
	}
	if t == secretType || found == '{' || found == '[' {
		w.add(path, "is %s, want %s", kindWord(found), want(t))
	} else {
		w.add(path, "is %s %s, want %s", "the "+strings.TrimPrefix(kindWord(found), "a "), echoRaw(raw), want(t))
	}
	return false
}

// want says what a Go type wants in JSON.
func want(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return want(t.Elem())
	case reflect.Struct:
		return "an object"
	case reflect.Map:
		if k := t.Key().Kind(); k != reflect.String {
			panic(fmt.Sprintf("strictjson: %s is not supported, want a map by string", t))
		}
		return "an object"
	case reflect.Slice:
		return "an array, each item " + want(t.Elem())
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fmt.Sprintf("a whole number of at most %d bits", t.Bits())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprintf("a whole number of at most %d bits, not negative", t.Bits())
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	panic(fmt.Sprintf("strictjson: a field of type %s is not supported", t))
}

func kindWord(k jsontext.Kind) string {
	switch k {
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't', 'f':
		return "a boolean"
	case '{':
		return "an object"
	case '[':
		return "an array"
	}
	return "null"
}
