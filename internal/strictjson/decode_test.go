package strictjson_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/strictjson"
)

type color string

type sample struct {
	RegionId   string
	DesktopId  []string          `json:"DesktopId,omitempty"`
	OsUpdate   *bool             `json:"OsUpdate"`
	LoginToken core.Secret       `json:"LoginToken"`
	Color      color             `json:"Color"`
	Count      int8              `json:"Count"`
	Age        uint16            `json:"Age"`
	Share      float64           `json:"Share"`
	DryRun     bool              `json:"DryRun"`
	Tags       map[string]string `json:"Tags"`
	Keys       []core.Secret     `json:"Keys"`
	Select     struct {
		Tags map[string][]string `json:"Tags"`
		Not  *struct {
			Owner string `json:"Owner"`
		} `json:"Not"`
	} `json:"Select"`
	Hidden string `json:"-"`
	own    string
}

func TestDecodeReadsEveryKind(t *testing.T) {
	const doc = ` {"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-\u00e9"],"OsUpdate":false,"LoginToken":"lt",
	"Color":"red","Count":-128,"Age":65535,"Share":0.5,"DryRun":true,"Tags":{"env":"dev"},"Keys":["k1"],
	"Select":{"Tags":{"team":["a","b"]},"Not":{"Owner":"alice"}}}
	`
	no := false
	want := sample{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a", "ecd-é"}, OsUpdate: &no, LoginToken: "lt",
		Color: "red", Count: -128, Age: 65535, Share: 0.5, DryRun: true, Tags: map[string]string{"env": "dev"}, Keys: []core.Secret{"k1"}}
	want.Select.Tags = map[string][]string{"team": {"a", "b"}}
	want.Select.Not = &struct {
		Owner string `json:"Owner"`
	}{"alice"}
	got := sample{own: "replaced whole"}
	if problems := strictjson.Decode([]byte(doc), &got); problems != nil {
		t.Fatalf("problems %v", problems)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v\nwant %#v", got, want)
	}
}

func TestDecodeReportsEachProblem(t *testing.T) {
	const secret = "s3cr3t-token-of-alice"
	long := strings.Repeat("é", 60)
	tests := []struct {
		name, doc string
		want      []string // "field problem"; the problem may be its beginning, ending in ...
	}{
		{"empty", " \n", []string{"(document) is empty; send a JSON object"}},
		{"array", `[]`, []string{"(document) is an array; send a JSON object"}},
		{"null", `null`, []string{"(document) is null; send a JSON object"}},
		{"string", `"{}"`, []string{"(document) is a string; send a JSON object"}},
		{"not JSON", `hello`, []string{"(document) is not JSON at line 1, column 1"}},
		{"a word that begins like null", `nightly-dev`, []string{"(document) is not JSON at line 1, column 2"}},
		{"half an array", `[1,`, []string{"(document) ends too early at line 1, column 4; it is not JSON"}},
		{"place", "{\n  \"é\": x}", []string{"(document) is not JSON at line 2, column 8"}},
		{"trailing comma", `{"RegionId":"a",}`, []string{"(document) is not JSON at line 1, column 16"}},
		{"cut off", `{"RegionId":"a"`, []string{"(document) ends too early at line 1, column 16; it is not JSON"}},
		{"trailing object", `{} {}`, []string{"(document) goes on after its end at line 1, column 4; send one JSON object and nothing else"}},
		{"trailing rubbish", "{}\n#", []string{"(document) goes on after its end at line 2, column 1; send one JSON object and nothing else"}},
		{"not UTF-8", "{\"RegionId\":\"\xff\"}", []string{"(document) is not UTF-8 at line 1, column 14; send it as UTF-8"}},
		{"half a surrogate pair", `{"RegionId":"\ud800"}`, []string{"(document) is not JSON at line 1, column 14"}},
		{"too deep", `{"x":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`, []string{"(document) nests deeper than 16 levels at line 1, column 22"}},
		{"very deep", `{"x":` + strings.Repeat("[", 60_000), []string{"(document) nests deeper than 16 levels at line 1, column 22"}},
		{"as deep as may be", `{"x":` + strings.Repeat("[", 15) + strings.Repeat("]", 15) + `}`, []string{"x is not a known field; known are RegionId, ..."}},

		{"case", `{"desktopid":[]}`, []string{"desktopid is not a known field; did you mean DesktopId? Names are case-sensitive"}},
		{"slip", `{"DesktopIds":[]}`, []string{"DesktopIds is not a known field; did you mean DesktopId?"}},
		{"swap", `{"RegoinId":""}`, []string{"RegoinId is not a known field; did you mean RegionId?"}},
		{"ignored field", `{"Hidden":"x","own":"y"}`, []string{"Hidden is not a known field; known are ...", "own is not a known field; known are ..."}},
		{"unknown name that writes to the log", `{"a\nb\u001b":1}`, []string{`a\nb\x1b is not a known field; ...`}},
		{"long unknown name", `{"` + strings.Repeat("é", 40) + `":1}`, []string{strings.Repeat("é", 32) + "... is not a known field; ..."}},
		{"empty name", `{"":1}`, []string{`"" is not a known field; ...`}},
		{"unknown value is not shown", `{"loginToken":"` + secret + `"}`, []string{"loginToken is not a known field; did you mean LoginToken? Names are case-sensitive"}},

		{"twice", `{"RegionId":"a","RegionId":"b"}`, []string{"RegionId is given twice; give it once"}},
		{"twice by escape", `{"RegionId":"a","Region\u0049d":"b"}`, []string{"RegionId is given twice; give it once"}},
		{"twice in a map", `{"Tags":{"a":"1","a":"2"}}`, []string{"Tags.a is given twice; give it once"}},

		{"null string", `{"RegionId":null}`, []string{"RegionId is null; give a string or leave it out"}},
		{"null pointer", `{"OsUpdate":null}`, []string{"OsUpdate is null; give true or false or leave it out"}},
		{"null in a list", `{"DesktopId":["a",null]}`, []string{"DesktopId[1] is null; give a string or leave it out"}},
		{"number for string", `{"RegionId":5}`, []string{`RegionId is the number "5", want a string`}},
		{"boolean for string", `{"Color":true}`, []string{`Color is the boolean "true", want a string`}},
		{"string for boolean", `{"OsUpdate":"false"}`, []string{`OsUpdate is the string "false", want true or false`}},
		{"string for list", `{"DesktopId":"ecd-a"}`, []string{`DesktopId is the string "ecd-a", want an array, each item a string`}},
		{"object for list", `{"DesktopId":{"a":"b"}}`, []string{`DesktopId is an object, want an array, each item a string`}},
		{"number in a list", `{"DesktopId":["a",1,[]]}`, []string{`DesktopId[1] is the number "1", want a string`, `DesktopId[2] is an array, want a string`}},
		{"nested", `{"Select":{"Tags":{"t":"x"},"Not":{"owner":"a"},"X":1}}`, []string{
			`Select.Tags.t is the string "x", want an array, each item a string`,
			`Select.Not.owner is not a known field; did you mean Owner? Names are case-sensitive`,
			`Select.X is not a known field; known are Tags, Not`}},
		{"list for object", `{"Select":[],"Tags":"x"}`, []string{`Select is an array, want an object`, `Tags is the string "x", want an object`}},
		{"integers", `{"Count":128,"Age":-1,"Share":1e999}`, []string{
			`Count is "128", want a whole number of at most 8 bits`,
			`Age is "-1", want a whole number of at most 16 bits, not negative`,
			`Share is "1e999", want a number`}},
		{"fraction", `{"Count":1.0}`, []string{`Count is "1.0", want a whole number of at most 8 bits`}},
		{"long value", `{"DryRun":"` + long + `"}`, []string{`DryRun is the string "` + strings.Repeat("é", 40) + `"..., want true or false`}},
		{"value that writes to the log", `{"DryRun":"a\n\u0007"}`, []string{`DryRun is the string "a\n\a", want true or false`}},
		{"secret of another type", `{"LoginToken":12345678}`, []string{"LoginToken is a number, want a string"}},
		{"secret as a list", `{"LoginToken":["` + secret + `"],"Keys":[7,true]}`, []string{
			"LoginToken is an array, want a string", "Keys[0] is a number, want a string", "Keys[1] is a boolean, want a string"}},
		{"secret twice", `{"LoginToken":"` + secret + `","LoginToken":"` + secret + `"}`, []string{"LoginToken is given twice; give it once"}},
		{"all at once, in order", `{"x":1,"RegionId":1,"RegionId":2,"DryRun":null,"Color":[]}`, []string{
			"x is not a known field; known are ...", `RegionId is the number "1", want a string`, "RegionId is given twice; give it once",
			"DryRun is null; give true or false or leave it out", "Color is an array, want a string"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got sample
			problems := strictjson.Decode([]byte(tt.doc), &got)
			if len(problems) != len(tt.want) {
				t.Fatalf("problems %q, want %q", problems, tt.want)
			}
			for i, p := range problems {
				text := p.Field + " " + p.Problem
				if begin, cut := strings.CutSuffix(tt.want[i], "..."); cut && !strings.HasPrefix(text, begin) || !cut && text != tt.want[i] {
					t.Errorf("problem %d is\n%q, want\n%q", i, text, tt.want[i])
				}
				if strings.Contains(text, secret) || strings.Contains(text, "12345678") {
					t.Errorf("problem shows the secret: %q", text)
				}
			}
		})
	}
}

func TestDecodeBoundsItsAnswer(t *testing.T) {
	var doc strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&doc, `,"f%d":1`, i)
	}
	problems := strictjson.Decode([]byte("{"+doc.String()[1:]+"}"), &sample{})
	if len(problems) != strictjson.MaxProblems+1 {
		t.Fatalf("%d problems, want %d and one that says so", len(problems), strictjson.MaxProblems)
	}
	if last := problems[strictjson.MaxProblems]; last.Field != strictjson.Document || !strings.Contains(last.Problem, "more than 50") {
		t.Errorf("last problem %q", last)
	}
}

func TestDecodeRefusesATargetItCannotFill(t *testing.T) {
	for name, decode := range map[string]func(){
		"not a pointer":   func() { strictjson.Decode([]byte(`{}`), sample{}) },
		"nil":             func() { strictjson.Decode([]byte(`{}`), (*sample)(nil)) },
		"not a struct":    func() { strictjson.Decode([]byte(`{}`), &map[string]string{}) },
		"embedded struct": func() { strictjson.Decode([]byte(`{}`), &struct{ sample }{}) },
		"any":             func() { strictjson.Decode([]byte(`{"X":"s"}`), &struct{ X any }{}) },
		"any number":      func() { strictjson.Decode([]byte(`{"X":1}`), &struct{ X any }{}) },
		"map by number":   func() { strictjson.Decode([]byte(`{"X":1}`), &struct{ X map[int]string }{}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			decode()
		})
	}
}

func TestDecodeTakesEveryFieldOfARequest(t *testing.T) {
	// Every name of the request's table reaches its field, so that no later
	// field is of a kind that Decode cannot fill.
	q := reflect.TypeFor[core.Request]()
	for i := range q.NumField() {
		name, _, _ := strings.Cut(q.Field(i).Tag.Get("json"), ",")
		kind := q.Field(i).Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		value, known := map[reflect.Kind]string{reflect.String: `"v"`, reflect.Slice: `["v"]`, reflect.Bool: `true`, reflect.Int: `3`,
			reflect.Struct: `{"IdleFor":"30m","Tag":[{"Key":"env","Value":"dev"}]}`}[kind.Kind()]
		if !known {
			t.Fatalf("%s is a %s, which nobody has tried", name, kind)
		}
		var got core.Request
		if problems := strictjson.Decode(fmt.Appendf(nil, `{%q:%s}`, name, value), &got); problems != nil {
			t.Errorf("%s: %v", name, problems)
		}
		if reflect.ValueOf(got).Field(i).IsZero() {
			t.Errorf("%s did not reach its field", name)
		}
	}
}
