package policy

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/cedar-policy/cedar-go"

	"stopdesktops/internal/core"
)

func principalType(d core.Door) (cedar.EntityType, bool) {
	switch d {
	case core.Webhook:
		return typeSender, true
	case core.Timer:
		return typeTimer, true
	case core.Slack:
		return typeSlackUser, true
	case core.Terminal:
		return typeOperator, true
	}
	return "", false
}

// lastCaller keeps the caller of the last question: a run asks about each of its
// desktops for the same one.
type lastCaller struct{ kept atomic.Pointer[keptCaller] }

type keptCaller struct {
	caller  core.Caller
	endUser string
	groups  []string
	entity  cedar.Entity
}

// entity puts the caller in Cedar's terms, or says why he has none.
func (l *lastCaller) entity(ask core.Ask) (*cedar.Entity, string) {
	k := l.kept.Load()
	if k != nil && k.caller == ask.Caller && k.endUser == ask.EndUser && slices.Equal(k.groups, ask.Groups) {
		return &k.entity, ""
	}
	entity, wrong := callerEntity(ask)
	if wrong != "" {
		return nil, wrong
	}
	k = &keptCaller{ask.Caller, ask.EndUser, slices.Clone(ask.Groups), entity}
	l.kept.Store(k)
	return &k.entity, ""
}

func callerEntity(ask core.Ask) (cedar.Entity, string) {
	kind, ok := principalType(ask.Caller.Door)
	if !ok || ask.Caller.Name == "" {
		return cedar.Entity{}, "nobody knows who is asking"
	}
	entity := cedar.Entity{UID: cedar.NewEntityUID(kind, cedar.String(ask.Caller.Name))}
	if len(ask.Groups) > 0 {
		groups := make([]cedar.EntityUID, len(ask.Groups))
		for i, name := range ask.Groups {
			group, wrong := groupOf(kind, name)
			if wrong != "" {
				return cedar.Entity{}, wrong
			}
			groups[i] = group
		}
		entity.Parents = cedar.NewEntityUIDSet(groups...)
	}
	switch kind {
	case typeSlackUser:
		workspace, _, _ := strings.Cut(ask.Caller.Name, "/")
		entity.Attributes = cedar.NewRecord(cedar.RecordMap{"workspace": cedar.String(workspace), "endUser": cedar.String(ask.EndUser)})
	case typeOperator:
		entity.Attributes = cedar.NewRecord(cedar.RecordMap{"endUser": cedar.String(ask.EndUser)})
	}
	return entity, ""
}

// groupOf tells a Slack user group, whose name has a slash, from the product's
// own groups.
func groupOf(kind cedar.EntityType, name string) (cedar.EntityUID, string) {
	switch {
	case kind != typeSlackUser && kind != typeOperator:
		return cedar.EntityUID{}, fmt.Sprintf("a %s is in no groups, and %q was given", kind, name)
	case slices.Contains(enumIDs(loadSchema(), typeGroup), name):
		return cedar.NewEntityUID(typeGroup, cedar.String(name)), ""
	case kind == typeSlackUser && twoParts(name):
		return cedar.NewEntityUID(typeSlackGroup, cedar.String(name)), ""
	}
	return cedar.EntityUID{}, fmt.Sprintf("there is no group %q", name)
}
