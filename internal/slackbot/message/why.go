package message

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// shownFacts is how many tags, flags or people of one desktop are shown.
const shownFacts = 12

// Why shows what decides about one desktop: the verdict and what to do,
// the facts that were seen, and each rule in the order in which they are asked.
// Where the policy does not permit a look, it shows no facts.
func Why(t core.Trace) Message {
	var p page
	v := t.Verdict
	about := desktopLine(v.DesktopId, v.DesktopName, v.RegionId)
	about = strings.TrimPrefix(about, "• ")
	if v.Stop {
		p.say(fmt.Sprintf("*It would be stopped:* %s. Nothing stands against it. This was only a look; nothing was stopped.", about))
	} else {
		p.say(fmt.Sprintf("*It would be left alone:* %s, because of %s. %s", about, mrkdwn.Code(string(v.Code), shownName), mrkdwn.Sentence(v.Code.Meaning(), shownError)))
		if why := mrkdwn.Detail(v.Detail, shownError); why != "" {
			p.say("In detail: " + why)
		}
	}
	if v.Code != core.NotPermitted && t.Found {
		lines := factLines(t)
		p.list("*What was seen*", "at "+mrkdwn.When(t.At), lines, len(lines))
	}
	lines := make([]string, 0, min(len(t.Rules), maxLines))
	for _, r := range t.Rules[:min(len(t.Rules), maxLines)] {
		lines = append(lines, ruleLine(r))
	}
	p.list("*The rules, in their order*", "The first with a word against it decides.", lines, len(t.Rules))
	return p.message()
}

// ruleLine is one rule's word.
func ruleLine(r core.TraceRule) string {
	s := "• " + mrkdwn.Code(r.Rule, shownName) + ": " + mrkdwn.Detail(r.Says, shownReason)
	if r.Code != "" {
		s += ", which is " + mrkdwn.Code(string(r.Code), shownName)
	}
	if r.Decided {
		s += ". *This decides.*"
	}
	return s
}

// factLines are what a look saw of a desktop, each in a line. Whatever is empty
// is left out.
func factLines(t core.Trace) []string {
	d := t.Desktop
	tags := ""
	if d.TagsUnknown {
		tags = "could not be read"
	} else if len(d.Tags) > 0 {
		var all []string
		for _, key := range slices.Sorted(maps.Keys(d.Tags)) {
			all = append(all, strings.TrimSuffix(key+"="+d.Tags[key], "="))
		}
		tags = some(all)
	}
	idle, up := "unknown", "unknown"
	if d.IdleKnown {
		idle = lasting(d.Idle)
	}
	if d.UpKnown {
		up = lasting(d.Up)
	}
	var lines []string
	for _, f := range []struct{ name, value string }{
		{"status", mrkdwn.Code(d.Status, shownName)}, {"connection", mrkdwn.Code(d.Connection, shownName)}, {"people", some(d.EndUserIds)}, {"tags", tags},
		{"the cloud is", some(d.ManagementFlags)}, {"paid", paid(d)}, {"type", mrkdwn.Code(d.DesktopType, shownName)}, {"office network", mrkdwn.Code(d.OfficeSiteId, shownName)},
		{"pool", mrkdwn.Code(d.DesktopGroupId, shownName)}, {"resource groups", some(d.ResourceGroupIds)}, {"last used", idle + " ago"}, {"running for", up},
	} {
		if f.value != "" && !strings.HasPrefix(f.value, "unknown") {
			lines = append(lines, "• "+f.name+": "+f.value)
		}
	}
	return lines
}

func paid(d core.Desktop) string {
	s := mrkdwn.Code(d.ChargeType, shownName)
	if d.HourPackage {
		s = strings.TrimSpace(s + " with an hour package")
	}
	return s
}

// some shows the first of a list.
func some(all []string) string {
	var shown []string
	for _, one := range all[:min(len(all), shownFacts)] {
		if c := mrkdwn.Code(one, shownName); c != "" {
			shown = append(shown, c)
		}
	}
	if more := len(all) - shownFacts; more > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(shown, ", ")
}

// lasting is a duration as people say it: 3 d 4 h, 2 h 5 min, 40 min.
func lasting(d time.Duration) string {
	minutes := int(d.Minutes())
	days, hours, minutes := minutes/60/24, minutes/60%24, minutes%60
	switch {
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
	return fmt.Sprintf("%d min", max(0, minutes))
}
