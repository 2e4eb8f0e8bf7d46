package post

import (
	"testing"
	"time"
)

func TestBudget(t *testing.T) {
	young, edge, old := sampleTime.Add(time.Minute), sampleTime.Add(29*time.Minute+29*time.Second), sampleTime.Add(29*time.Minute+30*time.Second)
	for name, c := range map[string]struct {
		spent           int
		now             time.Time
		progress, final int
	}{
		"fresh":            {0, young, 1, 5},
		"third":            {2, young, 1, 3},
		"fourth progress":  {3, young, 1, 2},
		"only the last":    {4, young, 0, 1},
		"spent":            {5, young, 0, 0},
		"overspent":        {9, young, 0, 0},
		"nearly too old":   {0, edge, 1, 5},
		"too old":          {0, old, 0, 0},
		"far too old":      {0, sampleTime.AddDate(1, 0, 0), 0, 0},
		"before it opened": {0, sampleTime.Add(-time.Second), 1, 5},
		"a broken record":  {-3, young, 1, 5},
	} {
		b := Budget{Opened: sampleTime, Spent: c.spent}
		if p, f := b.Progress(c.now), b.Final(c.now); p != c.progress || f != c.final {
			t.Errorf("%s: progress %d, final %d; want %d, %d", name, p, f, c.progress, c.final)
		}
	}
	if b := (Budget{}); b.Final(young) != 0 {
		t.Error("a URL of which nobody knows the age is used")
	}
}

// TestBudgetIsSpent follows a run that posts as much progress as it may: four
// uses, and one is left.
func TestBudgetIsSpent(t *testing.T) {
	b, posts := Budget{Opened: sampleTime}, 0
	for b.Progress(sampleTime) > 0 {
		posts++
		b.Spent++
	}
	if posts != 4 || b.Final(sampleTime) != 1 {
		t.Errorf("%d posts, then %d left", posts, b.Final(sampleTime))
	}
}
