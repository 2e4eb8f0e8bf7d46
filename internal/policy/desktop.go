package policy

import (
	"maps"
	"slices"
	"sync"

	"github.com/cedar-policy/cedar-go"

	"stopdesktops/internal/core"
)

// desktopAttributes are the attributes of a Desktop, as in schema.cedarschema.
var desktopAttributes = []attribute{
	{"region", func(d *core.Desktop) cedar.Value { return cedar.String(d.RegionId) }},
	{"id", func(d *core.Desktop) cedar.Value { return cedar.String(d.DesktopId) }},
	{"name", func(d *core.Desktop) cedar.Value { return cedar.String(d.DesktopName) }},
	{"status", func(d *core.Desktop) cedar.Value { return cedar.String(d.Status) }},
	{"connected", func(d *core.Desktop) cedar.Value { return cedar.Boolean(d.Connection != core.ConnDisconnected) }},
	{"officeSite", func(d *core.Desktop) cedar.Value { return cedar.String(d.OfficeSiteId) }},
	{"pool", func(d *core.Desktop) cedar.Value { return cedar.String(d.DesktopGroupId) }},
	{"resourceGroups", func(d *core.Desktop) cedar.Value { return words(d.ResourceGroupIds) }},
	{"endUsers", func(d *core.Desktop) cedar.Value { return words(d.EndUserIds) }},
	{"chargeType", func(d *core.Desktop) cedar.Value { return cedar.String(d.ChargeType) }},
	{"type", func(d *core.Desktop) cedar.Value { return cedar.String(d.DesktopType) }},
}

type attribute struct {
	name cedar.String
	of   func(*core.Desktop) cedar.Value
}

// words makes a set. It never holds "", so that somebody who is nobody's end
// user is not found in it.
func words(list []string) cedar.Set {
	values := make([]cedar.Value, 0, len(list))
	for _, s := range list {
		if s != "" {
			values = append(values, cedar.String(s))
		}
	}
	return cedar.NewSet(values...)
}

// needs is what is made of each desktop: no more than policies may read, because
// making the rest for each of ten thousand costs more than most policies.
type needs struct {
	attributes []attribute
	tags       []cedar.String
	allTags    bool
}

func (u *uses) needs() needs {
	n := needs{tags: slices.Sorted(maps.Keys(u.tags)), allTags: u.anyTags}
	for _, a := range desktopAttributes {
		if u.names[a.name] {
			n.attributes = append(n.attributes, a)
		}
	}
	return n
}

// scratch are maps to fill records from, which Cedar copies.
var scratch = sync.Pool{New: func() any { return cedar.RecordMap{} }}

func (n *needs) entity(uid cedar.EntityUID, d *core.Desktop) cedar.Entity {
	entity := cedar.Entity{UID: uid}
	m := scratch.Get().(cedar.RecordMap)
	for _, a := range n.attributes {
		m[a.name] = a.of(d)
	}
	if len(m) > 0 {
		entity.Attributes = cedar.NewRecord(m)
		clear(m)
	}
	if n.allTags {
		for k, v := range d.Tags {
			m[cedar.String(k)] = cedar.String(v)
		}
	} else {
		for _, k := range n.tags {
			if v, ok := d.Tags[string(k)]; ok {
				m[k] = cedar.String(v)
			}
		}
	}
	if len(m) > 0 {
		entity.Tags = cedar.NewRecord(m)
		clear(m)
	}
	scratch.Put(m)
	return entity
}

// entities gives Cedar what it knows of the caller and of the desktop. The
// desktop is made when a policy first reads it, because most policies read none.
type entities struct {
	principal *cedar.Entity
	needs     *needs
	desktop   *core.Desktop
	uid       cedar.EntityUID
	entity    cedar.Entity
	made      bool
}

// Get implements cedar.EntityGetter.
func (e *entities) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	switch uid {
	case e.principal.UID:
		return *e.principal, true
	case e.uid:
		if e.desktop == nil {
			break
		}
		if !e.made {
			e.entity, e.made = e.needs.entity(e.uid, e.desktop), true
		}
		return e.entity, true
	}
	return cedar.Entity{}, false
}
