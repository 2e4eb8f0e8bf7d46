package command

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/identity"
)

// everyRegion in Select.RegionId is every region of the deployment.
const everyRegion = "all"

// maySelect says whether words that select have a meaning here: not behind ids.
func (r *reader) maySelect() bool {
	return r.p.Verb == VerbStop && (len(r.p.IDs) == 0 || r.selecting != "")
}

// selection is what is selected so far.
func (r *reader) selection() *core.Selection {
	if r.p.Select == nil {
		r.p.Select = &core.Selection{}
	}
	return r.p.Select
}

// side is the half of the selection that a word belongs to.
func (r *reader) side() *core.Selection {
	if !r.excepting {
		return r.selection()
	}
	if r.p.Except == nil {
		r.p.Except = &core.Selection{}
	}
	return r.p.Except
}

func (r *reader) exceptedIDs() []string {
	if r.p.Except == nil {
		return nil
	}
	return r.p.Except.DesktopId
}

// takeChoice takes in the values of a word that says which desktops.
func (r *reader) takeChoice(w word, token, after string) {
	tag := w.name == "tag"
	for {
		v, left, fault := scanChoice(after, tag)
		if v.quote {
			left = strings.TrimLeft(left, ended)
		}
		r.left = left
		if id, person := r.mentions.idOf(v.text); person && !v.quote && w.name == "user" {
			r.person(token, id)
		} else if fault = cmp.Or(fault, r.choose(w, v)); fault != "" {
			r.problem(token, "%s: %s", fault, w.example)
			return
		}
		r.selecting = cmp.Or(r.selecting, token)
		if left != "" && !strings.ContainsAny(left[:1], " ,;") && strings.IndexAny(left, separators) != 0 {
			r.problem(token, "wants a space behind the quotation mark")
			return
		}
		next, more := r.listed(left)
		if !more {
			return
		}
		if tag {
			r.problem(token, "names one tag; write tag: before each: %s", w.example)
			return
		}
		after = next
	}
}

// choose puts one value into the half that is being read.
func (r *reader) choose(w word, v value) string {
	v.text = r.mentions.spellOut(v.text)
	if fault := v.problem(); fault != "" {
		return fault
	}
	if w.name == "user" && !v.quote && strings.HasPrefix(v.text, "@") {
		return "wants the id of an end user; a person of Slack stands alone, chosen from Slack's list, as in @alice"
	}
	return w.choose(r.side(), v.text)
}

// takePerson takes in a person of Slack, whose desktops are meant. Behind ids a
// person is somebody in the reason.
func (r *reader) takePerson(token string) bool {
	if !r.maySelect() {
		return false
	}
	s := strings.Trim(latin(token), wrapping)
	if id, ok := r.mentions.idOf(s); ok {
		r.person(token, id)
		return true
	}
	// Slack's own spelling of an id, as Parsed.Text writes it.
	id, at := strings.CutPrefix(s, "@")
	switch {
	case at && identity.UserID.MatchString(id):
		r.person(token, id)
	case at && id != "":
		r.problem(token, "is nobody whom Slack knows. Choose the person from the list that Slack shows while you type; if your reason begins with it, write reason=%s.", token)
	default:
		return false
	}
	return true
}

// maxPeople is how many people one command may name: more is a group, and a
// group's desktops have a tag.
const maxPeople = 20

func (r *reader) person(token, id string) {
	switch {
	case r.excepting:
		r.problem(token, "does not go behind except; write user: with the end user's id there")
	case len(r.p.People) >= maxPeople:
		r.problem(token, "is one person too many; name at most %d", maxPeople)
	case !slices.Contains(r.p.People, id):
		r.p.People = append(r.p.People, id)
	}
	r.selecting = cmp.Or(r.selecting, token)
}

// besideIDs says that ids and words that select do not go together.
func (r *reader) besideIDs(token string, w word) {
	r.problem(token, "does not go with desktop ids, which say already what is meant. Leave the ids out, or %s; if your reason begins with it, write reason= before it.", w.name)
}

// finish looks at a stop as a whole, once it is read.
func (r *reader) finish() {
	if r.meansTags() && r.selecting == "" {
		return // The rest is unclear only because the tag is.
	}
	if r.selecting == "" {
		r.p.Select, r.p.Except = nil, nil // all that was said is no, as in pooled=no
		r.finishIDs()
		return
	}
	for _, g := range r.regions {
		add(&r.selection().RegionId, g.id)
	}
	if r.p.Select != nil && reflect.DeepEqual(*r.p.Select, core.Selection{}) {
		r.p.Select = nil
	}
	switch s := r.p.Select; {
	case len(r.p.IDs) > 0:
		r.problem(r.p.IDs[0], "is an id beside %s: reach desktops by id or by what they are, not both. To leave it alone, write except %s.", r.selecting, r.p.IDs[0])
	case len(r.problems) > 0:
	case r.excepting && r.p.Except == nil:
		r.problem("except", "wants something behind it: ids, or words such as tag:env=prod")
	case s != nil && len(s.RegionId) > 1 && slices.Contains(s.RegionId, everyRegion):
		r.problem("region="+everyRegion, "stands beside other regions; leave it or them out")
	case r.p.All && (s.Narrows() || r.p.Mine || len(r.p.People) > 0):
		r.problem("all", "means every desktop of the regions, and stands beside words that mean some of them; leave all out")
	case r.p.All && (s == nil || len(s.RegionId) == 0):
		r.problem("all", "wants its regions named, as in all region=cn-hangzhou; region=all is every region. Nothing missing ever means all.")
	case !r.p.All && !s.Narrows() && !r.p.Mine && len(r.p.People) == 0:
		r.problem(r.selecting, "leaves too much in. Add a word such as tag:, user:, site:, pool:, group:, name:, charge:, idle: or up:, or all for every desktop of the regions.")
	}
}

// finishIDs looks at a stop of desktops that are named by id.
func (r *reader) finishIDs() {
	r.finishRegions()
	if len(r.problems) == 0 && len(r.p.IDs) == 0 {
		r.noIDs()
	}
}

// finishRegions settles the one region that ids may have.
func (r *reader) finishRegions() {
	for _, g := range r.regions {
		switch {
		case g.id == everyRegion:
			r.problem(g.token, "goes with words such as tag:; ids are looked for in every region where region= is left out")
		case r.p.Region != "" && r.p.Region != g.id:
			r.problem(g.token, "names a second region; give one command for each region, or leave region= out")
		default:
			r.p.Region = g.id
		}
	}
}

// noIDs says what to do where neither an id nor a selection was found.
func (r *reader) noIDs() {
	begins := first(r.p.Reason)
	switch {
	case len(r.p.InReason) > 0:
		r.problem(begins, "is where the reason begins, and the ids must come before the reason: %s ...", strings.Join(r.p.InReason, " "))
	case r.p.Reason != "":
		r.problem(begins, "is not a desktop id. Begin with one or more ids, such as ecd-7w78ozhjcwa3u, or with words such as tag:env=dev. If it is a desktop's name, write name:%s", quoted(begins))
	case r.began:
		r.problem("", "Name at least one desktop id, such as ecd-7w78ozhjcwa3u, or a word such as tag:env=dev. Nothing missing ever means all.")
	default:
		r.p.Verb = VerbHelp
	}
}
