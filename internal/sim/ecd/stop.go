package ecd

import (
	"net/http"
	"slices"
)

// stopAction is the RAM action of StopDesktops. RAM offers no resource level
// for it: a role may stop all desktops or none.
const stopAction = "ecd:StopDesktops"

// stop is what both versions of StopDesktops do. visible says whether the
// caller may know of a desktop at all. Neither version's answer names the
// desktop that was wrong, so neither does this one.
func (c *call) stop(limit int, stoppedMode string, visible func(*machine) bool) *apiError {
	ids := c.args.list("DesktopId")
	if len(ids) > limit {
		return tooMany("DesktopId", len(ids), limit)
	}
	var ready []*machine
	var bad, notRunning bool
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return invalid("The specified parameter DesktopId is not valid: an id occurs twice.")
		}
		m := c.server.fleet.find(c.args.text["RegionId"], id)
		switch {
		case m == nil || !visible(m) || c.flawed(m, StopRefused):
			bad = true
		case m.at(c.now).status != Running:
			notRunning = true
		default:
			ready = append(ready, m)
		}
	}
	notFound := &apiError{status: http.StatusBadRequest, code: "InvalidDesktopId.NotFound", message: "The specified DesktopId is not found."}
	if bad && c.opts.BadID == BadIDFailsCall {
		return notFound
	}
	if notRunning && c.opts.NotRunning == NotRunningFailsCall {
		return &apiError{status: http.StatusBadRequest, code: "IncorrectDesktopStatus", message: "The status of the desktop does not support this operation."}
	}
	for _, m := range ready {
		m.stop(c.now, c.opts.StopDuration, stoppedMode)
		c.effect = append(c.effect, m.fixed.ID)
	}
	if bad && c.opts.BadID == BadIDFailsCallAfterOthers {
		return notFound
	}
	return nil
}
