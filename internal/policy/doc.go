// Package policy answers whether a caller may do something, by the deployment's
// own rules in the Cedar language (https://docs.cedarpolicy.com). It implements
// core.Permit.
//
// The names that a policy may use are those of schema.cedarschema:
//
//	principal  Sender::"<name>", Timer::"<name>", SlackUser::"<T…>/<U…>", Operator::"<name>"
//	action     submit, read           about Fleet::"all"
//	           preview, stop, force   about Desktop::"<RegionId>/<DesktopId>"
//	resource   Desktop has region, id, name, status (strings) and connected (true or false)
//	context    count (desktops in the request), reason ("" when none), dryRun
//
// Nothing is permitted until a policy says so. A policy file that is missing a
// permit, does not parse, or uses a name that the schema does not have is
// refused at start with line and column.
package policy
