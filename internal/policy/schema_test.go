package policy

import (
	"slices"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"stopdesktops/internal/core"
)

// everyAttribute reads whatever a question can hold, so that all of it is made.
const everyAttribute = `permit (principal, action, resource is Desktop) when {
  resource.region == "" || resource.id == "" || resource.name == "" || resource.status == "" || resource.connected ||
  resource.officeSite == "" || resource.pool == "" || resource.resourceGroups.isEmpty() || resource.endUsers.isEmpty() ||
  resource.chargeType == "" || resource.type == "" || resource.hasTag("dept") };`

// fullAsk gives everything that a question can give.
func fullAsk(door core.Door, action core.Action) core.Ask {
	ask := with(func(a *core.Ask) {
		a.Caller, a.Action = core.Caller{Door: door, Name: "T01/U02", Place: "C03"}, action
		a.Percent, a.Ticket, a.At = 4, "TICKET-1", monday
		a.Desktop.EndUserIds, a.Desktop.ResourceGroupIds = []string{"alice"}, []string{"rg-1"}
		a.Desktop.Tags = map[string]string{"dept": "finance"}
	})
	switch door {
	case core.Slack:
		ask.EndUser, ask.Groups = "alice", []string{"owners", "oncall", "T01/S04"}
	case core.Terminal:
		ask.EndUser, ask.Groups = "alice", []string{"operators", "helpdesk"}
	}
	if about, _ := aboutDesktop(action); !about {
		ask.Desktop = nil
	}
	return ask
}

// TestQuestionsFitTheSchema has Cedar's own validator look at what is asked:
// policies are checked against the schema, so the questions must keep to it.
func TestQuestionsFitTheSchema(t *testing.T) {
	v := validate.New(loadSchema())
	p := parse(t, everyAttribute)
	for _, door := range []core.Door{core.Slack, core.Webhook, core.Timer, core.Terminal} {
		for _, action := range actionList {
			for _, ask := range []core.Ask{fullAsk(door, action), {Caller: core.Caller{Door: door, Name: "x"}, Action: action, Desktop: fullAsk(door, action).Desktop}} {
				q, wrong := p.question(ask)
				if wrong != "" {
					t.Fatalf("%s %s: %s", door, action, wrong)
				}
				if err := v.Request(q.request); err != nil {
					t.Errorf("%s %s: %v", door, action, err)
				}
				caller, ok := q.known.Get(q.request.Principal)
				if err := v.Entity(caller); !ok || err != nil {
					t.Errorf("%s: the caller is known %t, error %v", door, ok, err)
				}
				if entity, ok := q.known.Get(q.request.Resource); ok != (ask.Desktop != nil) {
					t.Errorf("%s: the resource is known %t", action, ok)
				} else if ok {
					if err := v.Entity(entity); err != nil {
						t.Errorf("%s: %v", action, err)
					}
				}
				if _, ok := q.known.Get(cedar.NewEntityUID(typeDesktop, "cn-hangzhou/ecd-other")); ok {
					t.Error("another desktop is known")
				}
			}
		}
	}
}

// TestListsAgree holds the lists of this package to the schema and the core.
func TestListsAgree(t *testing.T) {
	s := loadSchema()
	var actions []string
	for _, a := range actionList {
		actions = append(actions, string(a))
		about, _ := aboutDesktop(a)
		want := []cedar.EntityType{typeFleet}
		if about {
			want = []cedar.EntityType{typeDesktop}
		}
		to := s.Actions[cedar.NewEntityUID(typeAction, cedar.String(a))].AppliesTo
		if to == nil {
			t.Errorf("the schema has no action %s", a)
		} else if !slices.Equal(to.Resources, want) || !slices.Equal(to.Principals, principalList) {
			t.Errorf("%s is asked about %v by %v, want %v by %v", a, to.Resources, to.Principals, want, principalList)
		}
	}
	slices.Sort(actions)
	if got := actionNames(s); !slices.Equal(got, actions) {
		t.Errorf("the schema has actions %v, the code %v", got, actions)
	}
	var attributes []string
	for _, a := range desktopAttributes {
		attributes = append(attributes, string(a.name))
	}
	slices.Sort(attributes)
	if got := attributeNames(s.Entities[typeDesktop].Shape); !slices.Equal(got, attributes) {
		t.Errorf("the schema's Desktop has %v, the code %v", got, attributes)
	}
	if _, ok := s.Entities[typeDesktop].Tags.(resolved.StringType); !ok {
		t.Error("a desktop has no tags")
	}
	for name := range factOf {
		if !slices.Contains(contextNames(s), string(name)) && !slices.Contains(attributes, string(name)) {
			t.Errorf("neither the context nor a desktop has %s", name)
		}
	}
}
