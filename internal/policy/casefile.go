package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"stopdesktops/internal/core"
)

// The words of want.
const (
	wordAllow = "allow"
	wordDeny  = "deny"
)

// Where a case leaves out which desktop it is about, it is this one.
const (
	exampleRegion = "cn-hangzhou"
	exampleID     = "ecd-example"
)

// caseTime is how a case says when it is: on the clock of the deployment's zone,
// which is the only clock that policies see.
const caseTime = "2006-01-02 15:04"

// parseCases reads a file of cases. The policy is for the names of by.
func parseCases(p *Policy, file string, text []byte) ([]testCase, Mistakes) {
	f := &caseFile{file: file, policy: p, lines: map[string]int{}}
	if len(text) > MaxCasesSize {
		f.add(1, 1, "has %d bytes; a file of cases has at most %d", len(text), MaxCasesSize)
		return nil, f.mistakes
	}
	root := f.load(text)
	if root == nil {
		if len(f.mistakes) == 0 {
			f.add(1, 1, "holds no cases; want cases: and a list of them")
		}
		return nil, f.mistakes
	}
	list := f.mapping(root, "cases")["cases"]
	switch {
	case list == nil && len(f.mistakes) == 0:
		f.wrong(root, "cases: and a list of them")
	case list != nil && (list.Kind != yaml.SequenceNode || len(list.Content) == 0):
		f.wrong(list, "a list of cases")
	case list != nil:
		for _, n := range list.Content {
			f.read(n)
		}
	}
	return f.cases, f.mistakes
}

// caseFile is a file of cases on its way to questions.
type caseFile struct {
	file     string
	policy   *Policy
	cases    []testCase
	lines    map[string]int // of each name
	mistakes Mistakes
}

func (f *caseFile) add(line, column int, format string, args ...any) {
	f.mistakes = append(f.mistakes, source{file: f.file}.mistake(line, column, format, args...))
}

func (f *caseFile) read(n *yaml.Node) {
	before := len(f.mistakes)
	fields := f.mapping(n, "name", "who", "groups", "endUser", "action", "desktop", "context", "want", "by")
	if fields == nil {
		return
	}
	for _, key := range []string{"name", "who", "action", "want"} {
		if fields[key] == nil {
			f.add(n.Line, n.Column, "the case has no %s", key)
		}
	}
	c := testCase{file: f.file, line: n.Line}
	c.ask.Percent, c.ask.Count = unknownNumber, 1
	f.text(fields["name"], &c.name)
	if first, twice := f.lines[c.name]; twice && fields["name"] != nil {
		f.wrong(fields["name"], fmt.Sprintf("a name of its own; the case on line %d has this one", first))
	}
	f.lines[c.name] = n.Line
	f.who(fields["who"], &c.ask)
	f.list(fields["groups"], &c.ask.Groups)
	f.text(fields["endUser"], &c.ask.EndUser)
	f.want(fields["want"], &c.want)
	f.by(fields["by"], &c.by)
	f.context(fields["context"], &c.ask)
	f.about(fields["action"], fields["desktop"], &c.ask)
	if len(f.mistakes) > before {
		return
	}
	if _, wrong := f.policy.question(c.ask); wrong != "" {
		f.add(n.Line, n.Column, "nobody can ask this: %s", wrong)
		return
	}
	f.cases = append(f.cases, c)
}

// doors are the words of who.
var doors = []core.Door{core.Slack, core.Webhook, core.Timer, core.Terminal}

const wantWho = `slack:<workspace>/<user>, webhook:<sender>, timer:<name> or terminal:<operator>`

func (f *caseFile) who(n *yaml.Node, ask *core.Ask) {
	var who string
	if n == nil || !f.text(n, &who) {
		return
	}
	door, name, _ := strings.Cut(who, ":")
	if !slices.Contains(doors, core.Door(door)) || name == "" || core.Door(door) == core.Slack && !twoParts(name) {
		f.wrong(n, wantWho)
		return
	}
	ask.Caller.Door, ask.Caller.Name = core.Door(door), name
}

func (f *caseFile) want(n *yaml.Node, want *bool) {
	var said string
	if n == nil || !f.text(n, &said) {
		return
	}
	if said != wordAllow && said != wordDeny {
		f.wrong(n, wordAllow+" or "+wordDeny)
	}
	*want = said == wordAllow
}

func (f *caseFile) by(n *yaml.Node, by *string) {
	if n == nil || !f.text(n, by) {
		return
	}
	if !slices.ContainsFunc(f.policy.rules, func(r rule) bool { return string(r.id) == *by }) {
		f.wrong(n, "the @id of a policy")
	}
}

// about reads the action and the desktop that it is about.
func (f *caseFile) about(action, desktop *yaml.Node, ask *core.Ask) {
	var name string
	if action == nil || !f.text(action, &name) {
		return
	}
	ask.Action = core.Action(name)
	about, known := aboutDesktop(ask.Action)
	switch {
	case !known:
		f.wrong(action, "one of "+strings.Join(actionNames(loadSchema()), ", "))
	case about:
		d := core.Desktop{RegionId: exampleRegion, DesktopId: exampleID, Status: core.StatusRunning, Connection: core.ConnDisconnected}
		if desktop != nil {
			ask.NotLooked = !f.desktop(desktop, &d)
		}
		ask.Desktop = &d
	case desktop != nil:
		f.add(desktop.Line, desktop.Column, "%s is not about a desktop; leave desktop out", name)
	}
}

// desktop reads what a case says of a desktop, and whether anybody has seen it.
func (f *caseFile) desktop(n *yaml.Node, d *core.Desktop) bool {
	fields := f.mapping(n, append(attributeNames(loadSchema().Entities[typeDesktop].Shape), "tags", "seen")...)
	seen := true
	f.yes(fields["seen"], &seen)
	for key, value := range fields {
		if !seen && !slices.Contains([]string{"region", "id", "seen"}, key) {
			f.add(value.Line, value.Column, "found %s of a desktop that nobody has seen; want its region and id at most", key)
		}
	}
	for key, to := range map[string]*string{
		"region": &d.RegionId, "id": &d.DesktopId, "name": &d.DesktopName, "status": &d.Status, "officeSite": &d.OfficeSiteId,
		"pool": &d.DesktopGroupId, "chargeType": &d.ChargeType, "type": &d.DesktopType,
	} {
		f.text(fields[key], to)
	}
	f.list(fields["resourceGroups"], &d.ResourceGroupIds)
	f.list(fields["endUsers"], &d.EndUserIds)
	connected := false
	if f.yes(fields["connected"], &connected); connected {
		d.Connection = core.ConnConnected
	}
	if tags := fields["tags"]; tags != nil && tags.Value == "unknown" && tags.Kind == yaml.ScalarNode {
		d.TagsUnknown = true
	} else if tags != nil {
		d.Tags = map[string]string{}
		for key, value := range f.mapping(tags) {
			var v string
			f.text(value, &v)
			d.Tags[key] = v
		}
	}
	return seen
}

func (f *caseFile) context(n *yaml.Node, ask *core.Ask) {
	if n == nil {
		return
	}
	fields := f.mapping(n, "count", "percent", "reason", "ticket", "at", "dryRun", "channel")
	f.number(fields["count"], &ask.Count)
	f.number(fields["percent"], &ask.Percent)
	f.text(fields["reason"], &ask.Reason)
	f.text(fields["ticket"], &ask.Ticket)
	f.yes(fields["dryRun"], &ask.DryRun)
	f.text(fields["channel"], &ask.Caller.Place)
	if at := fields["at"]; at != nil {
		var err error
		if ask.At, err = time.Parse(caseTime, at.Value); err != nil || at.Kind != yaml.ScalarNode {
			f.wrong(at, "a time as in 2027-01-04 09:30, on the deployment's clock")
		}
	}
}
