package mrkdwn

import "testing"

func TestEscape(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Code("a`b <c>", 20), "`a'b &lt;c&gt;`"},
		{Code(" \u200b\n ", 20), ""},
		{Code("abcdef", 4), "`abc…`"},
		{Code("&&&", 11), "`&amp;&amp;…`"},
		{Code("abcd", 4), "`abcd`"},
		{Sentence("*a* _b_ c_d ~e~ `f`", 60), "∗a∗ ＿b＿ c_d ∼e∼ 'f'"},
		{Sentence(":white_check_mark: :+1: :100: a::skin-tone-2:", 60), "∶white_check_mark: ∶+1: ∶100: a:∶skin-tone-2:"},
		{Sentence("at 10:30:00, slack:T0/U0: two: three: 4:5", 60), "at 10:30:00, slack:T0/U0: two: three: 4:5"},
		{Sentence("two\nlines", 60), "two lines"},
		{Sentence("see https://example.com", 60), "see https: //example.com"},
		{Mention("U12"), "<@U12>"},
		{Mention("<!channel>"), "`&lt;!channel&gt;`"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
