package command

import (
	"strings"
	"testing"
)

// TestTagWithoutTag: who writes a tag without tag: before it is told so, and
// nothing else, where a selection is meant.
func TestTagWithoutTag(t *testing.T) {
	for name, c := range map[string]struct{ in, word, meant string }{
		"alone":                 {"env=dev", "env=dev", "tag:env=dev"},
		"in every region":       {"region=all env=dev", "env=dev", "tag:env=dev"},
		"before the region":     {"env=dev region=all", "env=dev", "tag:env=dev"},
		"in two regions":        {"region=cn-hangzhou region=cn-shanghai env=dev", "env=dev", "tag:env=dev"},
		"beside a selection":    {"user:alice env=dev", "env=dev", "tag:env=dev"},
		"behind except":         {"all region=all except env=prod", "env=prod", "tag:env=prod"},
		"only except":           {"region=all except env=prod", "env=prod", "tag:env=prod"},
		"spelled with capitals": {"Env=Dev", "Env=Dev", "tag:Env=Dev"},
		"in quotation marks":    {"env='my dev' region=all", "env='my dev'", "tag:env='my dev'"},
		"in backticks":          {"env=dev. region=all", "env=dev.", "tag:env=dev"},
		"a Chinese keyboard":    {"env＝dev", "env＝dev", "tag:env=dev"},
	} {
		_, problems := parse(c.in)
		if want := "is no word of a selection. Did you mean " + c.meant + "?"; len(problems) != 1 || problems[0] != (Problem{c.word, want}) {
			t.Errorf("%s: %q has problems %q, want only %q %q", name, c.in, problems, c.word, want)
		}
	}
	_, problems := parse("env=dev team=db region=all")
	if len(problems) != 2 || !strings.Contains(problems[0].Fix, "tag:env=dev") || !strings.Contains(problems[1].Fix, "tag:team=db") {
		t.Errorf("of two tags: %q", problems)
	}
}

// TestNoTagMeant: beside ids it is the beginning of a reason, or an option that
// does not exist.
func TestNoTagMeant(t *testing.T) {
	for _, in := range []string{"ecd-abc env=dev", "env=dev ecd-abc", "ecd-abc --env=dev", "--env=dev", "env=", "ecd-abc region=all env=dev"} {
		_, problems := parse(in)
		found := false
		for _, p := range problems {
			found = found || strings.Contains(p.Fix, "is not an option. If your reason begins with it")
			if strings.Contains(p.Fix, "tag:env") {
				t.Errorf("%q: %q", in, p.Fix)
			}
		}
		if !found {
			t.Errorf("%q: %q", in, problems)
		}
	}
}
