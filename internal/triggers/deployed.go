package triggers

import "fmt"

// worth is how well a file fits: the less, the better.
func (f Fit) worth() int {
	switch {
	case len(f.Said) == 0:
		return 0
	case !f.Lacks:
		return 1
	}
	return 2
}

// Said is what to say of several files, of which people deploy one. The file that fits
// best is the one that they keep: its triggers fit, or it has at least one for each
// timer. A worse one is mentioned in a line, because nobody mends what he does not
// deploy.
func Said(folder string, fits []Fit) (said []string) {
	var best *Fit
	for i, f := range fits {
		if best == nil || f.worth() < best.worth() {
			best = &fits[i]
		}
	}
	for _, f := range fits {
		switch {
		case f.worth() == best.worth():
			said = append(said, f.Said...)
		case best.worth() == 0:
			said = append(said, fmt.Sprintf("%s: its triggers do not fit %s/timers.yaml, and those of %s do. If %[1]s is what you deploy, give it the same.", f.File, folder, best.File))
		default:
			said = append(said, fmt.Sprintf("%s: it lacks triggers for timers of %s/timers.yaml that %s has. If %[1]s is what you deploy, add them.", f.File, folder, best.File))
		}
	}
	return said
}
