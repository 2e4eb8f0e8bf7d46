package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

func loadOpenAPI(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func schemaOf(t *testing.T, doc *openapi3.T, name string) *openapi3.Schema {
	t.Helper()
	ref := doc.Components.Schemas[name]
	if ref == nil {
		t.Fatalf("openapi.yaml has no schema %s", name)
	}
	return ref.Value
}

func TestOpenAPIIsValid(t *testing.T) {
	doc := loadOpenAPI(t)
	if !doc.IsOpenAPI31OrLater() {
		t.Errorf("the page is OpenAPI %s", doc.OpenAPI)
	}
	err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation(), openapi3.EnableMultiError())
	if err != nil {
		t.Error(err)
	}
}

func TestOpenAPIHasEveryRoute(t *testing.T) {
	var got []string
	for path, item := range loadOpenAPI(t).Paths.Map() {
		for method := range item.Operations() {
			got = append(got, method+" "+path)
		}
	}
	slices.Sort(got)
	if want := routesOf(t); !slices.Equal(got, want) {
		t.Errorf("the page has %v, the door %v", got, want)
	}
}

// TestOpenAPIHasEveryField compares the schemas with the types that are read and
// written: names, types, which fields are always there, and limits.
func TestOpenAPIHasEveryField(t *testing.T) {
	doc := loadOpenAPI(t)
	for name, of := range map[string]reflect.Type{
		"Request": reflect.TypeFor[core.Request](), "Selection": reflect.TypeFor[core.Selection](), "Tag": reflect.TypeFor[core.Tag](),
		"Report": reflect.TypeFor[core.Report](), "Outcome": reflect.TypeFor[core.Outcome](), "Estimate": reflect.TypeFor[core.Estimate](),
		"Caller": reflect.TypeFor[core.Caller](), "Freeze": reflect.TypeFor[core.Freeze](), "Halt": reflect.TypeFor[core.Halt](),
		"Trace": reflect.TypeFor[core.Trace](), "TraceRule": reflect.TypeFor[core.TraceRule](), "Entry": reflect.TypeFor[core.Entry](),
		"Worth": reflect.TypeFor[core.Worth](), "FieldError": reflect.TypeFor[core.FieldError](),
		"Answer": reflect.TypeFor[core.Told](), "Decision": reflect.TypeFor[core.Decision](),
	} {
		t.Run(name, func(t *testing.T) {
			s := schemaOf(t, doc, name)
			want := map[string]bool{}
			for i := range of.NumField() {
				f := of.Field(i)
				if !f.IsExported() {
					continue
				}
				field, options, _ := strings.Cut(f.Tag.Get("json"), ",")
				if field == "" {
					field = f.Name
				}
				want[field] = options == ""
				if p := s.Properties[field]; p != nil {
					compareField(t, field, f, p.Value, p.Ref != "")
				}
			}
			compareNames(t, s, want)
		})
	}
	for name, of := range map[string][2]string{
		"Problem": {"problem", "problem.go"}, "Frozen": {"frozen", "brake.go"},
	} {
		compareNames(t, schemaOf(t, doc, name), jsonNames(t, "../functions/stopdesktops/"+of[1], of[0]))
	}
	compareNames(t, schemaOf(t, doc, "Desktop"), desktopNames(t))
	pull := slices.Sorted(maps.Keys(jsonNames(t, "../functions/stopdesktops/brake.go", "pull")))
	if got := slices.Sorted(maps.Keys(schemaOf(t, doc, "FreezeRequest").Properties)); !slices.Equal(got, pull) {
		t.Errorf("FreezeRequest has %v, want %v", got, pull)
	}
}

// desktopNames are the names of a desktop in a trace, which are not those of the
// struct, and which of them are always there.
func desktopNames(t *testing.T) map[string]bool {
	t.Helper()
	written := func(d core.Desktop) map[string]any {
		text, err := json.Marshal(core.Trace{Desktop: d})
		var read struct{ Desktop map[string]any }
		if err == nil {
			err = json.Unmarshal(text, &read)
		}
		if err != nil {
			t.Fatal(err)
		}
		return read.Desktop
	}
	var full core.Desktop
	v := reflect.ValueOf(&full).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int64:
			f.SetInt(int64(time.Hour))
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{"x"}))
		case reflect.Map:
			f.Set(reflect.ValueOf(map[string]string{"x": "y"}))
		case reflect.Struct:
			f.Set(reflect.ValueOf(time.Unix(1, 0)))
		}
	}
	names := map[string]bool{}
	for name := range written(full) {
		names[name] = false
	}
	for name := range written(core.Desktop{}) {
		names[name] = true
	}
	return names
}

// compareNames wants exactly these fields, and those that are always there
// required.
func compareNames(t *testing.T, s *openapi3.Schema, want map[string]bool) {
	t.Helper()
	if got := slices.Sorted(maps.Keys(s.Properties)); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Errorf("the page has %v, the code %v", got, slices.Sorted(maps.Keys(want)))
	}
	var always []string
	for name, is := range want {
		if is {
			always = append(always, name)
		}
	}
	slices.Sort(always)
	if got := slices.Sorted(slices.Values(s.Required)); !slices.Equal(got, always) {
		t.Errorf("required are %v, want %v", got, always)
	}
	if s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has {
		t.Error("other fields are let through")
	}
}

// compareField compares a property with a field and what validates it.
func compareField(t *testing.T, name string, f reflect.StructField, s *openapi3.Schema, ref bool) {
	t.Helper()
	if want := jsonType(f.Type); !s.Type.Includes(want) {
		t.Errorf("%s is %v, want %s", name, s.Type, want)
	}
	if f.Type == reflect.TypeFor[core.Secret]() != s.WriteOnly {
		t.Errorf("%s: writeOnly is %v", name, s.WriteOnly)
	}
	if ref {
		return // compared under its own name
	}
	own, items, _ := strings.Cut(f.Tag.Get("validate"), ",dive,")
	compareLimits(t, name, own, f.Type, s)
	if s.Items != nil && items != "" {
		compareLimits(t, name+"[]", items, f.Type.Elem(), s.Items.Value)
	}
}

func jsonType(of reflect.Type) string {
	if of == reflect.TypeFor[time.Time]() {
		return "string"
	}
	switch of.Kind() {
	case reflect.Pointer:
		return jsonType(of.Elem())
	case reflect.Slice:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Bool:
		return "boolean"
	case reflect.Float64:
		return "number"
	case reflect.Int, reflect.Int64:
		return "integer"
	}
	return "string"
}

// compareLimits compares the words of a validate tag with the schema.
func compareLimits(t *testing.T, name, tag string, of reflect.Type, s *openapi3.Schema) {
	t.Helper()
	got, want := limits(s), map[string]string{}
	for word := range strings.SplitSeq(tag, ",") {
		rule, value, _ := strings.Cut(word, "=")
		switch kind := jsonType(of); {
		case rule == "max" && kind == "array":
			want["maxItems"] = value
		case rule == "max" && kind == "string":
			want["maxLength"] = value
		case rule == "max":
			want["maximum"] = value
		case rule == "min":
			want["minimum"] = value
		case rule == "required" && kind == "string":
			want["minLength"] = "1"
		case rule == "oneof":
			want["enum"] = value
		}
	}
	if of == reflect.TypeFor[core.Contract]() {
		delete(got, "enum") // of two constants
	}
	if name == "DesktopId" {
		delete(got, "minItems") // of a request; the code says it in words of its own
	}
	if !maps.Equal(got, want) {
		t.Errorf("%s is limited by %v, the code by %v", name, got, want)
	}
}

func limits(s *openapi3.Schema) map[string]string {
	all := map[string]string{}
	number := func(name string, n uint64) {
		if n > 0 {
			all[name] = strconv.FormatUint(n, 10)
		}
	}
	number("minItems", s.MinItems)
	number("minLength", s.MinLength)
	if s.MaxItems != nil {
		number("maxItems", *s.MaxItems)
	}
	if s.MaxLength != nil {
		number("maxLength", *s.MaxLength)
	}
	if s.Min != nil {
		all["minimum"] = fmt.Sprint(*s.Min)
	}
	if s.Max != nil {
		all["maximum"] = fmt.Sprint(*s.Max)
	}
	var words []string
	for _, word := range s.Enum {
		words = append(words, fmt.Sprint(word))
	}
	if words != nil {
		all["enum"] = strings.Join(words, " ")
	}
	return all
}

// TestOpenAPIHasEveryWord compares the closed sets of words.
func TestOpenAPIHasEveryWord(t *testing.T) {
	doc := loadOpenAPI(t)
	var codes []string
	for _, c := range core.Codes() {
		codes = append(codes, string(c))
	}
	slices.Sort(codes)
	words := func(of string) []string { return slices.Sorted(maps.Keys(constants(t, coreFolder, of))) }
	for name, want := range map[string][]string{
		"Code": codes, "ErrorCode": words("ErrorCode"), "Ending": words("Ending"), "State": words("State"), "Door": words("Door"),
	} {
		var got []string
		for _, word := range schemaOf(t, doc, name).Enum {
			got = append(got, word.(string))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s is one of %v, in the code %v", name, got, want)
		}
	}
	text := readText(t, "openapi.yaml")
	for _, said := range []string{fmt.Sprintf("over %d bytes", fc.MaxBody), fmt.Sprintf("at most %d hours", core.FreezeMost/time.Hour), fmt.Sprintf("%d as shipped", core.CeilingWebhook)} {
		if !strings.Contains(text, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
}
