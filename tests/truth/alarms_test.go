package truth

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Fields of the line "alive" that the alarms count on; core.Alive writes it.
var aliveFields = []string{"msg", "timer", "what", "stopped"}

// indexed is a field of the log in a query, as message.stopped.
var indexed = regexp.MustCompile(`message\.([a-z_]+)`)

// within is how long after a tick its line may come before the alarm rings: the
// first column of the query.
var within = regexp.MustCompile(`- (\d+)\) AS alive`)

// alarms checks that every timer has a dead man's alarm that can ring and does
// not ring every day, and that what the queries read is indexed.
func (t *tree) alarms(s *template) {
	alive := t.read("internal/core/alive.go")
	for _, field := range aliveFields[1:] {
		if !strings.Contains(alive, `("`+field+`", `) {
			t.bad("internal/core/alive.go", "the line \"alive\" has no %s, on which the alarms of %s count", field, templateFile)
		}
	}
	index := map[string]bool{}
	for _, r := range s.Resources {
		if r.Type == "ALIYUN::SLS::Index" {
			for _, key := range properties(r.Properties).list("KeyIndices") {
				for _, inner := range properties(key.(map[string]any)).list("JsonKeyIndices") {
					index[fmt.Sprint(inner.(map[string]any)["Name"])] = true
				}
			}
		}
	}
	queries, looksBack := map[string]string{}, map[string]time.Duration{}
	for name, r := range s.Resources {
		if r.Type != "ALIYUN::SLS::Alert" {
			continue
		}
		for _, q := range properties(r.Properties).under("Detail").under("Configuration").list("QueryList") {
			query := properties(q.(map[string]any)).text("Query")
			back, err := time.ParseDuration(properties(q.(map[string]any)).text("Start"))
			if err != nil || back >= 0 {
				t.bad(templateFile, "%s looks at the log from %q on, which is no time before now", name, properties(q.(map[string]any)).text("Start"))
			}
			looksBack[name] = -back
			for _, m := range indexed.FindAllStringSubmatch(query, -1) {
				if !index[m[1]] {
					t.bad(templateFile, "%s reads message.%s, which is not indexed", name, m[1])
				}
			}
			queries[name] = query
		}
	}
	for _, timer := range t.timers() {
		found := false
		for name, query := range queries {
			if !strings.Contains(query, `message.timer: "`+timer.Name+`"`) {
				continue
			}
			found = true
			m := within.FindStringSubmatch(query)
			if m == nil {
				t.bad(templateFile, "%s does not count the lines \"alive\"", name)
				continue
			}
			patience, _ := time.ParseDuration(m[1] + "s")
			gap := longestGap(timer.Instants(year[0], year[1]))
			if looksBack[name] < patience {
				t.bad(templateFile, "%s waits %s, and looks at the last %s of the log only, so that it always rings", name, patience, looksBack[name])
			}
			if patience < gap+timer.LateAfter || patience > 2*gap {
				t.bad(templateFile, "%s waits %s for timer %s, which comes every %s and may be %s late", name, patience, timer.Name, gap, timer.LateAfter)
			}
		}
		if !found {
			t.bad(templateFile, "no alarm waits for timer %s", timer.Name)
		}
	}
}

func longestGap(instants func(func(time.Time) bool)) (gap time.Duration) {
	var last time.Time
	for at := range instants {
		if !last.IsZero() {
			gap = max(gap, at.Sub(last))
		}
		last = at
	}
	return gap
}
