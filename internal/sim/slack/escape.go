package slack

import (
	"regexp"
	"slices"
	"strings"
)

// escapable finds what Slack rewrites in a command's text when the command has
// should_escape: links, bare host names, @names and #channels.
var escapable = regexp.MustCompile(`https?://[^\s<>|]+|[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.(?:com|net|org|io|dev|cn)\b|@[\p{L}\p{N}._-]+|#[\p{L}\p{N}_-]+`)

// entities are the only three escapes in Slack's text.
var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape does to a typed text what should_escape does: a person becomes
// <@U012AB3CD>, a public channel <#C012|name>, a private one <#C012|>, a link
// <http://...>, and & < > become entities. Names that nobody has stay as they
// are. The lock is held.
func (s *Server) escape(text string) string {
	var b strings.Builder
	for {
		at := escapable.FindStringIndex(text)
		if at == nil {
			b.WriteString(entities.Replace(text))
			return b.String()
		}
		b.WriteString(entities.Replace(text[:at[0]]))
		b.WriteString(s.escapeWord(text[at[0]:at[1]]))
		text = text[at[1]:]
	}
}

func (s *Server) escapeWord(word string) string {
	switch name := word[1:]; {
	case word[0] == '@':
		if slices.Contains(everyone, name) {
			return "<!" + name + ">"
		}
		for id, u := range s.users {
			if u.Name == name {
				return "<@" + id + ">"
			}
		}
		return word
	case word[0] == '#':
		for id, c := range s.channels {
			if c.Name == name && c.Private {
				return "<#" + id + "|>"
			} else if c.Name == name {
				return "<#" + id + "|" + name + ">"
			}
		}
		return word
	case strings.Contains(word, "://"):
		return "<" + entities.Replace(word) + ">"
	default:
		return "<http://" + word + "|" + word + ">"
	}
}
