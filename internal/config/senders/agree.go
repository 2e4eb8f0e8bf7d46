package senders

import (
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v4"
)

// agree finds what each key alone could not show.
func (s *reader) agree(item *yaml.Node, fields map[string]*yaml.Node, sender Sender, scheme traits) {
	where := item
	if n := fields["Delivery"]; n != nil {
		where = n
	}
	guarded := scheme.proves == provesAll || scheme.proves == provesTime || fields["Freshness"] != nil
	switch {
	case sender.Delivery == "":
	case scheme.proves == provesAll:
		s.Add(where, "Delivery beside scheme "+sender.Scheme, "no Delivery: the scheme signs an id of its own")
	case scheme.proves != provesSecret && sender.Delivery == idempotencyKey:
		s.Add(where, "the header "+idempotencyKey+" beside scheme "+sender.Scheme+", which does not sign it", "a path of the body, or no Delivery: then the bytes of the body are the id")
	case scheme.proves == provesSecret:
		guarded = true
	}
	for _, action := range sender.May {
		if slices.Contains(actions[:3], action) && !guarded {
			why := "no time, so what was captured once could be sent again for ever; want Freshness: the path of a time in the body"
			if scheme.proves == provesSecret {
				why = "neither id nor time; want Delivery: " + idempotencyKey + " or a path, or Freshness: the path of a time in the body"
			}
			s.Problem(fields["May"], fmt.Sprintf("May holds %s, but scheme %s proves %s", action, sender.Scheme, why))
			break
		}
	}
	byPath := sender.Delivery != "" && sender.Delivery != idempotencyKey || fields["Freshness"] != nil || fields["Callback"] != nil
	if fields["Request"] == nil && (scheme.fixed || byPath) {
		s.Missing(item, "Request", wantMapping)
	}
}
