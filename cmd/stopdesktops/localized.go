package main

import (
	"strings"
	"time"
)

// localized says a text of the core in the words of this program: fields of a request
// are flags, nobody keeps a log, and what asks the cloud is no role of a function
// but the credentials of this machine. It changes fixed phrases only, so that a
// desktop's name or a person's reason stays as it is.
func localized(s string) string { return phrases.Replace(s) }

// said is localized, with the times in the deployment's zone. A time in somebody's
// own words stays the same time.
func said(s string, zone *time.Location) string { return inZone(localized(s), zone) }

// phrases are those of the packages core, ecd and journal, and what they are here.
var phrases = strings.NewReplacer(
	"Send the request without DryRun to stop it", "Give the command without --dry-run to stop it",
	"or use Force if the policy", "or use --force if the policy",
	"and Force overrides it", "and --force overrides it",
	"so Force does not help", "so --force does not help",
	"Force was asked, and the policy", "--force was asked, and the policy",
	"Take it out of Except to stop it", "Take it out of --except to stop it",
	"no word of Except holds", "no word of --except holds",
	"every word of Select holds", "every word of --select holds",
	" is not what Select says", " is not what --select says",
	"Name the pool in DesktopGroupId, or ask for Pooled, to stop it", "Say pool:<its id> or pooled in --select to stop it",
	"give a smaller Grace", "give a smaller --grace",
	" ago, and Grace is ", " ago, and --grace is ",
	"give a smaller MinUptime", "give a smaller --min-uptime",
	" ago, and MinUptime is ", " ago, and --min-uptime is ",
	", and MaxFailures lets ", ", and --max-failures lets ",

	"Give the role ecd:", "Give the credentials used here ecd:",
	"the role may lack the right", "the credentials may lack the right",
	"The role may not ", "The credentials may not ",
	": it needs oss:", ": they need oss:",
	"; check the role's credentials", "",
	"Check the function's role.", "Check the credentials.",
	" The same request gets new ones; send it again.", "",
	" The log has the details; try again later.", "",
	" The log has the details.", "",
	"; the log has the details.", ".",
	"; look at the log of run ", "; look at run ",
)
