package slack

import "slices"

// groupUsers lists the members of a user group.
func (s *Server) groupUsers(a arguments, _ *Call) (map[string]any, *refusal) {
	i := slices.IndexFunc(s.o.Groups, func(g Group) bool { return g.ID == a["usergroup"] })
	if i < 0 {
		return nil, &refusal{"no_such_subteam", "no such user group"}
	}
	return map[string]any{"users": append([]string{}, s.o.Groups[i].Users...)}, nil
}

// userInfo describes a person. The e-mail address needs a scope of its own;
// without it the field is missing, as with Slack.
func (s *Server) userInfo(a arguments, _ *Call) (map[string]any, *refusal) {
	if _, ok := s.users[a["user"]]; !ok {
		return nil, &refusal{"user_not_found", "no such person"}
	}
	u := s.user(a["user"])
	profile := map[string]any{"real_name": u.Name}
	if u.Email != "" && slices.Contains(s.o.Scopes, "users:read.email") {
		profile["email"] = u.Email
	}
	user := map[string]any{"is_email_confirmed": !u.EmailUnconfirmed, "id": u.ID, "team_id": u.TeamID, "name": u.Name, "real_name": u.Name, "deleted": false, "is_bot": false, "profile": profile}
	if a["include_locale"] == "true" || a["include_locale"] == "1" {
		user["locale"] = u.Locale
	}
	return map[string]any{"user": user}, nil
}
