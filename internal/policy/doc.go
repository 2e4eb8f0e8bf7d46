// Package policy answers whether a caller may do something, by the deployment's
// own rules in the Cedar language (https://docs.cedarpolicy.com). It implements
// core.Permit.
//
// The names that a policy may use are those of schema.cedarschema:
//
//	principal  Sender::"<name>", Timer::"<name>", SlackUser::"<T…>/<U…>", Operator::"<name>";
//	           people are in Group::"<one of four>", Slack users in SlackGroup::"<T…>/<S…>"
//	action     submit, read, unasked, stop-all, freeze, halt   about Fleet::"all"
//	           preview, stop, force, keep, why                 about Desktop::"<RegionId>/<DesktopId>"
//	resource   Desktop has what the last look saw of it, and tags
//	context    count, percent, reason, ticket, hour, minuteOfDay, weekday, dryRun, channel
//
// Nothing is permitted until a policy says so. A policy file that is missing a
// permit, does not parse, or uses a name that the schema does not have is
// refused at start with line and column.
//
// Tags, percentage and time may be unknown when a question is asked, and where
// nobody has looked at the desktop everything but its region and id is. A permit
// that reads what is unknown permits nothing then, and a forbid that reads it
// holds, so that whoever writes a policy need not think of it.
//
// RunCases asks a policy a table of questions, for whoever changes it.
package policy
