package core

import "strings"

// reachErrors says what is wrong with how a request reaches its desktops:
// nothing missing may ever mean all.
func reachErrors(door Door, q Request, blind bool) []FieldError {
	var fields []FieldError
	add := func(field, problem string) { fields = append(fields, FieldError{field, problem}) }
	switch {
	case len(q.DesktopId) == 0 && !q.Selects():
		add("DesktopId", "must name at least one desktop; nothing missing ever means all")
	case len(q.DesktopId) > 0 && q.Selects():
		add("DesktopId", "is given beside Select or All; reach desktops by id or by what they are, not both")
	}
	if q.Selects() && blind {
		add("Select", "needs a look at the desktops, and this deployment sends client requests without one; name them in DesktopId")
	}
	if q.Selects() && !q.All && !q.Select.Narrows() {
		add("Select", "leaves too much in: region, status and connection alone would take a whole region; add a tag, user, office site, pool, resource group, name, charge type or time, or say All: true beside Select, not in it, which needs action stop-all")
	}
	if q.Except != nil && !q.Selects() {
		add("Except", "goes with Select or All; leave the desktops out of DesktopId instead")
	}
	fields = append(fields, regionMissing(door, q, blind)...)
	fields = append(fields, selectionErrors(door, q)...)
	if !q.Selects() {
		for _, f := range []struct{ name, value string }{{"Grace", q.Grace}, {"MinUptime", q.MinUptime}} {
			if f.value != "" {
				add(f.name, "goes with Select or All; a desktop that is named by id is stopped whenever it was used")
			}
		}
	}
	return fields
}

// regionMissing wants the regions said, except in Slack, where whoever asks sees
// what was found before anything is stopped.
func regionMissing(door Door, q Request, blind bool) []FieldError {
	named := q.RegionId != "" || q.Select != nil && len(q.Select.RegionId) > 0
	switch {
	case q.Select != nil && len(q.Select.RegionId) > 0 && q.RegionId != "":
		return []FieldError{{"RegionId", "is given beside Select.RegionId; give one of them"}}
	case named || door == Slack && !blind:
		return nil
	case q.Selects():
		return []FieldError{{"RegionId", `is required; for several regions list them in Select.RegionId, or say ["all"] there for every region of this deployment`}}
	}
	return []FieldError{{"RegionId", "is required"}}
}

// selectionErrors names the words that are not for this half or this door.
func selectionErrors(door Door, q Request) []FieldError {
	var fields []FieldError
	add := func(field, problem string) { fields = append(fields, FieldError{field, problem}) }
	if s := q.Select; s != nil {
		if len(s.DesktopId) > 0 {
			add("Select.DesktopId", "is for Except; to reach desktops by id leave Select out and use DesktopId")
		}
		if s.Scheduled && door != Timer {
			add("Select.Scheduled", "is for timers, because it needs a scheduled instant")
		}
		for _, region := range s.RegionId {
			if region == allRegions && len(s.RegionId) > 1 {
				add("Select.RegionId", "names all beside other regions; give one or the other")
			}
		}
	}
	if e := q.Except; e != nil {
		for _, f := range []struct {
			name  string
			given bool
		}{{"RegionId", len(e.RegionId) > 0}, {"Pooled", e.Pooled}, {"Scheduled", e.Scheduled}} {
			if f.given {
				add("Except."+f.name, "is for Select; leave it out of Except")
			}
		}
		for _, p := range e.DesktopName {
			if strings.Trim(p, "*") == "" {
				add("Except.DesktopName", "would except every desktop; give letters beside the *")
			}
		}
	}
	return fields
}
