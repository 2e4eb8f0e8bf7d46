package core

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The fields of Selection that mean nothing in one place, and why. Every other
// field must mean something there, so that one which is added and forgotten is
// found here and not by a request that stops too much.
var (
	notInSelect = map[string]string{
		"DesktopId": "validation refuses it: ids are named in the request itself",
		"Pooled":    "it lets more in, and leaves nothing out",
	}
	notInExcept = map[string]string{
		"RegionId":  "validation refuses it: the regions are said in Select",
		"Pooled":    "validation refuses it: machines of pools are left alone unless asked for",
		"Scheduled": "validation refuses it: a schedule says when to stop, and not what to spare",
	}
	notNarrowing = map[string]string{
		"RegionId":         "it is a whole region",
		"DesktopId":        "it does not go into Select",
		"DesktopStatus":    "it is a whole region in the evening",
		"ConnectionStatus": "it is a whole region in the evening",
		"Pooled":           "it lets more in",
	}
	notOfTheCloud = map[string]string{
		"RegionId":         "each region is asked by itself",
		"DesktopId":        "it does not go into Select",
		"DesktopName":      "its filter is not known to take a star",
		"DesktopStatus":    "what comes back is checked all the same, and a filter would only save pages",
		"ConnectionStatus": "the cloud has no filter for it",
		"IdleFor":          "the cloud has no filter for it",
		"UpFor":            "the cloud has no filter for it",
		"Pooled":           "rulePooled names the machines of pools that it leaves alone",
		"Scheduled":        "any schedule will do, and the cloud's filter is not known to take a tag of any value",
	}
)

// trueOf is a selection in which every word holds of the desktop.
func trueOf(d Desktop) Selection {
	s := wordsOf(d)
	s.DesktopId, s.IdleFor, s.UpFor = []string{d.DesktopId}, "1m", "1m"
	s.Pooled, s.Scheduled = true, true
	return s
}

// falseOf gives a field of a selection a value that holds of no desktop.
func falseOf(t *testing.T, f reflect.Value) {
	t.Helper()
	switch f.Interface().(type) {
	case []string:
		f.Set(reflect.ValueOf([]string{"none-such"}))
	case []Tag:
		f.Set(reflect.ValueOf([]Tag{{Key: "none-such", Value: "x"}}))
	case string:
		f.SetString("700h")
	case bool:
		f.SetBool(true)
	default:
		t.Fatalf("no desktop fails a %s; say here which value it fails", f.Type())
	}
}

// TestEveryFieldOfSelectionCounts: each field alone leaves a desktop out of Select
// and by Except, narrows, and is given to the cloud, or is named above with the
// reason why not.
func TestEveryFieldOfSelectionCounts(t *testing.T) {
	d := free(func(d *Desktop) { d.DesktopGroupId = "dg-1" })
	permitted := may(ActionStop, ActionForce)
	whole := reflect.ValueOf(trueOf(d))
	fields := map[string]bool{}
	for f := range reflect.TypeFor[Selection]().Fields() {
		fields[f.Name] = true
		t.Run(f.Name, func(t *testing.T) {
			counts := func(where string, does bool, exceptions map[string]string) {
				t.Helper()
				switch why, excepted := exceptions[f.Name]; {
				case !does && !excepted:
					t.Errorf("Selection.%s is taken, and %s; or name it above with the reason", f.Name, where)
				case does && excepted:
					t.Errorf("Selection.%s is said to be of no effect, because %s, and it has one", f.Name, why)
				}
			}
			fails := Selection{Pooled: true}
			falseOf(t, reflect.ValueOf(&fails).Elem().FieldByIndex(f.Index))
			e := decide(caseOf(Rules{}, Request{Select: &fails}, &d, permitted))
			counts("leaves nothing out of Select: its row in selectionWords wants holds", e.Code == NoMatch, notInSelect)
			counts("narrows no selection: its row in selectionWords wants narrows", (&fails).Narrows(), notNarrowing)
			m := newMatcher(&fails)
			counts("the cloud is not told: narrow wants it", !reflect.ValueOf(m.narrow()).IsZero(), notOfTheCloud)

			holds := whole.FieldByIndex(f.Index)
			if holds.IsZero() {
				t.Fatalf("what does Selection.%s say of %+v? Say so in wordsOf or trueOf", f.Name, d)
			}
			var except Selection
			reflect.ValueOf(&except).Elem().FieldByIndex(f.Index).Set(holds)
			q := Request{RegionId: "cn-hangzhou", Select: &Selection{EndUserId: d.EndUserIds, Pooled: true}, Except: &except}
			if e := decide(caseOf(Rules{}, q, &d, permitted)); !e.Stop && e.Code != Excepted {
				t.Fatalf("it is left alone by %s", e.Code)
			} else {
				counts("excepts nothing: its row in selectionWords wants excepts", !e.Stop, notInExcept)
			}
		})
	}
	for _, exceptions := range []map[string]string{notInSelect, notInExcept, notNarrowing, notOfTheCloud} {
		for name := range exceptions {
			if !fields[name] {
				t.Errorf("%s is no field of Selection", name)
			}
		}
	}
}

// TestWhatIsRefusedIsRefused holds the reasons above to validation.
func TestWhatIsRefusedIsRefused(t *testing.T) {
	rules := Rules{Regions: []string{"cn-hangzhou"}}
	whole := reflect.ValueOf(trueOf(free(func(d *Desktop) { d.RegionId, d.DesktopGroupId = "cn-hangzhou", "dg-1" })))
	for place, exceptions := range map[string]map[string]string{"Select": notInSelect, "Except": notInExcept} {
		for name, why := range exceptions {
			if !strings.HasPrefix(why, "validation refuses it") {
				continue
			}
			var s Selection
			reflect.ValueOf(&s).Elem().FieldByName(name).Set(whole.FieldByName(name))
			q := Request{RegionId: "cn-hangzhou", All: true}
			reflect.ValueOf(&q).Elem().FieldByName(place).Set(reflect.ValueOf(&s))
			if err := rules.Validate(Timer, q); err == nil || !strings.Contains(err.Error(), place+"."+name) {
				t.Errorf("%s.%s: %v", place, name, err)
			}
		}
	}
}

// TestEveryWordHasAWayToFail holds the properties about words to the table.
func TestEveryWordHasAWayToFail(t *testing.T) {
	var want []string
	for _, w := range selectionWords {
		if w.name != "DesktopId" && w.name != "tag "+TagSchedule { // of Except, and of timers
			want = append(want, w.name)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(words)); !slices.Equal(got, want) {
		t.Errorf("the properties know %v, the table %v", got, want)
	}
}
