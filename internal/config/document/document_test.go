package document

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/config/document/documenttest"
)

// TestWhatIsNoDocument holds the messages for what no file may be, to the letter.
func TestWhatIsNoDocument(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "f:1:1: found nothing; want something"},
		{"only comments", "# later\n", "f:1:1: found nothing; want something"},
		{"no YAML", "Timers: [", "f:2:1: is not YAML: did not find expected node content, while parsing a flow node of line 2"},
		{"a tab", "Timers:\n\t- Name: a", "f:2:1: is not YAML: found a tab; indent with spaces"},
		{"a tab behind spaces", "Timers:\n  - Name: a\n    \tCron: x", "f:3:5: is not YAML: found a tab; indent with spaces"},
		{"a tab that is not to blame", "Timers: @\tx", "f:1:9: is not YAML: found character that cannot start any token, while scanning for the next token of line 1"},
		{"not UTF-8", "Timers: \"\xff\"", "f:1:1: is not YAML: invalid leading UTF-8 octet (value: 255)"},
		{"two documents", "a: 1\n---\na: 1", "f:1:1: found several documents; want one"},
		{"key that is no word", "- {[a]: b, Name: a}", "f:1:4: found a list; want a word as key"},
		{"an alias", "- &x\n  Name: a\n- *x\n", "f:1:3: found the anchor &x; want the value without an anchor\nf:3:3: found the alias *x; want the value itself, written out"},
		{"a tag", "a: !!binary aGk=", `f:1:4: found the tag "!!binary"; want the value without a tag`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, root := Parse("f", []byte(c.text), "something")
			if root != nil || d.Problems.Error() != c.want {
				t.Errorf("root %v and\n%s\nwant\n%s", root, d.Problems, c.want)
			}
		})
	}
	if d, root := Parse("f", nil, ""); root != nil || len(d.Problems) > 0 {
		t.Errorf("where an empty file is none: %v, %v", root, d.Problems)
	}
}

// parsed is the root of a document without a mistake.
func parsed(t testing.TB, text string) (*Document, *yaml.Node) {
	t.Helper()
	d, root := Parse("f", []byte(text), "something")
	if root == nil {
		t.Fatal(d.Problems)
	}
	return d, root
}

// TestKeys reads keys that are known, unknown, missing and there twice.
func TestKeys(t *testing.T) {
	d, root := parsed(t, "Name: a\nNmae: b\nOther: c\nName: d\nList: [e]\n")
	fields := d.Fields(root, "keys", "Name", "List", "Zone")
	if len(fields) != 2 || fields["Name"].Value != "a" || fields["List"].Kind != yaml.SequenceNode {
		t.Errorf("fields %v", fields)
	}
	if n := d.Required(root, fields, "Name", "a name"); n != fields["Name"] {
		t.Errorf("the name is %v", n)
	}
	if n := d.Required(root, fields, "Zone", "a zone"); n != nil {
		t.Errorf("a zone is there: %v", n)
	}
	if !d.Sound(fields["List"]) || !d.Sound(nil) {
		t.Error("a node without a mistake is not sound")
	}
	if d.Fields(fields["List"], "keys") != nil || d.Sound(fields["List"]) {
		t.Error("a list has keys")
	}
	want := `f:1:1: Zone is missing; want a zone
f:2:1: found the key "Nmae"; want Name
f:3:1: found the key "Other"; want Name, List, Zone
f:4:1: found the key Name again; want each key once
f:5:7: found a list; want keys`
	if got := d.Problems.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestMisspeltKey: its value is that of the key that was meant, unless that is there.
func TestMisspeltKey(t *testing.T) {
	for text, want := range map[string]string{"Nmae: a\n": "a", "Nmae: a\nName: b\n": "b", "Name: b\nNmae: a\n": "b"} {
		d, root := parsed(t, text)
		n := d.Required(root, d.Fields(root, "keys", "Name", "List"), "Name", "a name")
		if n == nil || n.Value != want || len(d.Problems) != 1 {
			t.Errorf("%q: %v and %v", text, n, d.Problems)
		}
	}
}

func TestEntries(t *testing.T) {
	d, root := parsed(t, "b: 1\na: 2\nb: 3\nc: [4]\n")
	var got []string
	for key, value := range d.Entries(root, "entries") {
		got = append(got, key.Value+"="+value.Value)
		if key.Value == "c" {
			for range d.Entries(value, "entries") {
				t.Error("a list has entries")
			}
		}
	}
	if !slices.Equal(got, []string{"b=1", "a=2", "c="}) {
		t.Errorf("entries %q", got)
	}
	if want := "f:3:1: found \"b\", which line 1 has already; want each key once\nf:4:4: found a list; want entries"; d.Problems.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", d.Problems, want)
	}
}

func TestUniqueName(t *testing.T) {
	d, root := parsed(t, "- night\n- Night\n- night\n- [night]\n- day\n")
	lines := map[string]int{}
	var got []string
	for _, n := range root.Content {
		got = append(got, d.UniqueName(n, lines, "timer"))
	}
	if !slices.Equal(got, []string{"night", "", "", "", "day"}) {
		t.Errorf("names %q", got)
	}
	want := `f:2:3: found "Night"; want ` + WantName + `
f:3:3: found "night", which is the name of the timer on line 1; want another name
f:4:3: found a list; want ` + WantName
	if d.Problems.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", d.Problems, want)
	}
}

func TestJSON(t *testing.T) {
	_, root := parsed(t, "a: {b: [1, 1.5, 0x1f, yes, True, ~, \"2\", .inf, 2027-01-01]}\n\"c\\n\": text\n")
	if got, want := string(JSON(root)), `{"a":{"b":[1,1.5,"0x1f","yes",true,null,"2",".inf","2027-01-01"]},"c\n":"text"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestFind asks for the node to blame for a field.
func TestFind(t *testing.T) {
	_, root := parsed(t, "RegionId: x\nDesktopId:\n- ecd-1\n- ecd-2\nSelect:\n  Tag: [{Key: a}]\nRegionId: y\n")
	for field, want := range map[string]string{
		"DesktopId": "2:1", "DesktopId[1]": "4:3", "DesktopId[7]": "2:1", "Select.Tag[0].Key": "6:10", "Select.Tag[0].Value": "6:9",
		"RegionId": "7:1", "Reason": "1:1", "": "1:1",
	} {
		n := Find(root, field)
		if got := fmt.Sprintf("%d:%d", n.Line, n.Column); got != want {
			t.Errorf("%q is at %s, want %s", field, got, want)
		}
	}
	if key, value := Child(root, "Reason"); key != nil || value != nil {
		t.Errorf("a key that is not there is %v: %v", key, value)
	}
}

// FuzzDocument looks for a file that makes the reader panic or hang, for a problem
// outside of it, and for a root that is let through with a mistake or is no JSON.
func FuzzDocument(f *testing.F) {
	for _, s := range []string{"", "a: [1, {b: c}]", "&a [*a]", "? [x]\n: y", "<<: {a: b}", "a: !!int x", "%YAML 1.2\n---\na: 1e400", "\ufeffa: .inf", "a: |\n  x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, root := Parse("f", []byte(text), "something")
		documenttest.InPlace(t, d.Problems)
		if (root == nil) == (len(d.Problems) == 0) {
			t.Fatalf("root %v beside problems %v", root, d.Problems)
		}
		if root != nil && !json.Valid(JSON(root)) {
			t.Errorf("no JSON: %s", JSON(root))
		}
	})
}
