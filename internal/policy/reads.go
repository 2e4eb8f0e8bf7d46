package policy

import (
	"github.com/cedar-policy/cedar-go"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"
)

// facts are what may be unknown when a question is asked. A policy that reads
// an unknown one cannot be taken at its word: "forbid when the tag says finance"
// must not let a desktop pass whose tags could not be read.
type facts uint8

const (
	factTags    facts = 1 << iota // the desktop's tags
	factPercent                   // context.percent
	factTime                      // context.hour, minuteOfDay, weekday
	factDesktop                   // what only a look tells of the desktop, its tags apart

	allFacts = factTags | factPercent | factTime | factDesktop
)

// factOf says which names may be unknown. Whoever names a desktop says its region
// and id himself.
var factOf = map[cedar.String]facts{
	"percent": factPercent, "hour": factTime, "minuteOfDay": factTime, "weekday": factTime,
	"name": factDesktop, "status": factDesktop, "connected": factDesktop, "officeSite": factDesktop, "pool": factDesktop, "resourceGroups": factDesktop,
	"endUsers": factDesktop, "chargeType": factDesktop, "type": factDesktop,
}

func (f facts) String() string {
	s := ""
	for _, one := range []struct {
		fact facts
		name string
	}{{factTags, "tags"}, {factDesktop, "the desktop"}, {factPercent, "percent"}, {factTime, "time"}} {
		if f&one.fact != 0 {
			if s != "" {
				s += ", "
			}
			s += one.name
		}
	}
	return s
}

// uses is what policies may read of a desktop. It errs on saying more: a name
// counts whatever it is read from.
type uses struct {
	names   map[cedar.String]bool // of attributes
	tags    map[cedar.String]bool
	anyTags bool // a tag is read whose key only the question tells
}

func newUses() *uses {
	return &uses{names: map[cedar.String]bool{}, tags: map[cedar.String]bool{}}
}

func (u *uses) tag(key xast.IsNode) {
	if v, ok := key.(xast.NodeValue); ok {
		if s, ok := v.Value.(cedar.String); ok {
			u.tags[s] = true
			return
		}
	}
	u.anyTags = true
}

// reads returns the facts that an expression may read, and adds to what policies
// use.
func (u *uses) reads(body xast.IsNode) facts {
	var read facts
	xast.Inspect(xast.NewNode(body), func(n xast.IsNode) bool {
		var of xast.IsNode
		var name cedar.String
		switch n := n.(type) {
		case xast.NodeTypeHasTag:
			u.tag(n.Right)
			read |= factTags
			return true
		case xast.NodeTypeGetTag:
			u.tag(n.Right)
			read |= factTags
			return true
		case xast.NodeTypeVariable:
			if n.Name == "context" { // as a whole, for example compared with a record
				read |= factPercent | factTime
			}
			return true
		case xast.NodeTypeAccess:
			of, name = n.Arg, n.Value
		case xast.NodeTypeHas:
			of, name = n.Arg, n.Value
		default:
			return true
		}
		u.names[name] = true
		read |= factOf[name]
		_, simple := of.(xast.NodeTypeVariable)
		return !simple
	})
	return read
}
