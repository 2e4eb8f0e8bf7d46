package ecd

// Flaw is a way in which the service's data about a desktop is missing or
// wrong although the calls succeed. Flaws add up: TagsAbsent|NoRecord has both.
// Options.Flaws gives them to every desktop, Desktop.Flaws to one.
type Flaw uint

const (
	// TagsAbsent leaves the member Tags out of DescribeDesktops' answers.
	TagsAbsent Flaw = 1 << iota
	// TagsEmpty shows no tags in DescribeDesktops although there are some. The
	// answer looks like that of a desktop without tags. Filters still see them.
	TagsEmpty
	// TagsRefused makes a ListTagResources that names the desktop fail whole.
	TagsRefused
	// SessionsUnreadable shows the desktop's rows in DescribeDesktopSessions with
	// times that are the word null and without an idle time.
	SessionsUnreadable
	// NoRecord leaves the desktop out of DescribeGlobalDesktopRecords.
	NoRecord
	// StopRefused makes StopDesktops treat the desktop as an unknown id although
	// every look shows it, so that the whole batch fails with it.
	StopRefused
)

func (c *call) flawed(m *machine, f Flaw) bool {
	return (c.opts.Flaws|m.fixed.Flaws)&f != 0
}
