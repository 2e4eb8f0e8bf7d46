package ecd

// shared keeps one copy of each string that comes again and again: ten thousand
// desktops have a handful of states, types, networks and tag keys. It lives as
// long as one call of Look or List.
type shared struct{ seen map[string]string }

func newShared() *shared { return &shared{seen: map[string]string{}} }

// one returns the first copy of s.
func (s *shared) one(v string) string {
	if v == "" {
		return ""
	}
	if first, ok := s.seen[v]; ok {
		return first
	}
	s.seen[v] = v
	return v
}

// all returns the first copies of a list, without room to grow; nil where it is
// empty or holds nothing but empty strings.
func (s *shared) all(list []string) []string {
	var out []string
	for _, v := range list {
		if orNone(v) == "" {
			continue
		}
		if out == nil {
			out = make([]string, 0, len(list))
		}
		out = append(out, s.one(v))
	}
	return out
}
