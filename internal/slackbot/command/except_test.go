package command

import (
	"strings"
	"testing"
)

// TestExceptMine: behind except, mine would narrow the selection instead of
// leaving anything out.
func TestExceptMine(t *testing.T) {
	p, problems := parse("tag:env=dev except mine")
	if len(problems) != 1 || !strings.Contains(problems[0].Fix, "does not go behind except") || p.Mine {
		t.Errorf("mine %t, problems %+v", p.Mine, problems)
	}
	if _, problems := parse("mine except ecd-a"); len(problems) != 0 {
		t.Errorf("problems %+v", problems)
	}
}
