package callback

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"stopdesktops/internal/core"
)

// Fields is what a body template may use.
type Fields struct {
	Ticket   string         // the ticket's id; may be empty
	Verdict  Verdict        // the end in one word
	Summary  string         // the end in one line, such as "2 of 3 as wanted: stopped 2, connected 1"
	Run      core.RunID     // the run's id
	Desktops []Desktop      // failed ones first, then skipped, then done
	More     int            // desktops that are not listed, because there are too many
	Counts   map[string]int // how many desktops ended with each code; .Counts.stopped is 0 where none did
	DryRun   bool           // nothing was to be stopped
	Note     string         // what people should know of the run as a whole; may be empty
}

// Desktop is how it ended for one desktop.
type Desktop struct {
	Id      string
	Region  string
	Name    string // may be empty
	Code    core.Code
	Kind    core.Kind // done, skipped or failed
	Meaning string    // the code in a sentence, with what to do next
}

// Verdict is the end of a run in one word.
type Verdict string

// The verdicts. Where a run ended before its stops the verdict is the report's
// Ending, such as cancelled.
const (
	VerdictDone    Verdict = "done"    // every desktop is, or will be, where the caller wants it
	VerdictPartly  Verdict = "partly"  // some are
	VerdictSkipped Verdict = "skipped" // none is: all were left alone on purpose
	VerdictFailed  Verdict = "failed"  // none is, and some should be
	VerdictNothing Verdict = "nothing" // the request reached no desktop
)

// fieldsOf makes the fields of a report, with at most so many desktops.
func fieldsOf(r core.Report, ticket string, most int) Fields {
	f := Fields{Ticket: ticket, Run: r.Run, DryRun: r.DryRun, Note: r.Note, Counts: map[string]int{}}
	kinds := map[core.Kind]int{}
	f.Desktops = make([]Desktop, 0, len(r.Outcomes))
	for _, o := range r.Outcomes {
		f.Counts[string(o.Code)]++
		kinds[o.Code.Kind()]++
		f.Desktops = append(f.Desktops, Desktop{Id: o.DesktopId, Region: o.RegionId, Name: o.DesktopName,
			Code: o.Code, Kind: o.Code.Kind(), Meaning: o.Code.Meaning()})
	}
	urgency := []core.Kind{core.KindFailed, core.KindSkipped, core.KindDone}
	slices.SortStableFunc(f.Desktops, func(a, b Desktop) int {
		return cmp.Compare(slices.Index(urgency, a.Kind), slices.Index(urgency, b.Kind))
	})
	if len(f.Desktops) > most {
		f.More = len(f.Desktops) - most
		f.Desktops = f.Desktops[:most]
	}
	f.Verdict = verdictOf(r, kinds)
	f.Summary = summaryOf(len(r.Outcomes), kinds[core.KindDone], f.Counts)
	return f
}

func verdictOf(r core.Report, kinds map[core.Kind]int) Verdict {
	done, skipped, failed := kinds[core.KindDone], kinds[core.KindSkipped], kinds[core.KindFailed]
	switch {
	case r.Ending != "":
		return Verdict(r.Ending)
	case done+skipped+failed == 0:
		return VerdictNothing
	case skipped+failed == 0:
		return VerdictDone
	case done > 0:
		return VerdictPartly
	case failed > 0:
		return VerdictFailed
	}
	return VerdictSkipped
}

// summaryOf says the end in one line, the most frequent code first.
func summaryOf(all, done int, counts map[string]int) string {
	if all == 0 {
		return "no desktop"
	}
	codes := slices.Collect(maps.Keys(counts))
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var words []string
	for _, c := range codes {
		words = append(words, fmt.Sprintf("%s %d", c, counts[c]))
	}
	return fmt.Sprintf("%d of %d as wanted: %s", done, all, strings.Join(words, ", "))
}
