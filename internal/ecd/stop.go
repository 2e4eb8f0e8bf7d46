package ecd

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/alibabacloud-go/tea/tea"

	"stopdesktops/internal/core"
)

const opStop = "StopDesktops"

// Stop makes one StopDesktops call and returns the cloud's request id, which
// proves acceptance only.
//
// A call that was turned away is made again. One whose answer was lost is made
// again only on the client contract with a ClientToken; on the admin contract
// it comes back with MayHave, and only a look can tell.
//
// Stop waits five seconds at most in all. Where the cloud asks for a longer
// wait, or the limit of calls means one, the error has class throttled and
// RetryAfter at once, and the look before the stop has to be made again.
func (c *Client) Stop(ctx context.Context, s core.StopCall) (string, error) {
	k, failed := c.stopCall(s)
	if failed != nil {
		return "", failed
	}
	p := patience{stopTries, stopSpan, stopSpan, untouchedAgain}
	if s.Contract == core.Client && s.ClientToken != "" {
		p.span, p.again = elapsedCap, lookAgain
	}
	requestID, failed := c.persist(ctx, k, p)
	if failed != nil {
		return "", failed
	}
	return requestID, nil
}

// stopCall builds the call of either contract, with the fields that are given
// and no others: an empty parameter is not the same as none.
func (c *Client) stopCall(s core.StopCall) (call, *core.CloudError) {
	at, failed := c.place(opStop, s.RegionId)
	if failed != nil {
		return call{}, failed
	}
	most := core.BatchMaxAdmin
	if s.Contract == core.Client {
		most = core.BatchMaxClient
	}
	if problem := badIDs(s.DesktopId, most); problem != "" {
		return call{}, &core.CloudError{Class: core.CloudBadRequest, Op: opStop, Text: "no call was made: " + problem}
	}
	k := call{op: opStop, region: s.RegionId, at: at, desktops: len(s.DesktopId), params: named(s.RegionId, "DesktopId", s.DesktopId), read: accepted(opStop)}
	if s.OsUpdate != nil {
		k.params["OsUpdate"] = tea.String(strconv.FormatBool(*s.OsUpdate))
	}
	switch s.Contract {
	case core.Admin:
		k.version = versionAdmin
		k.give("StoppedMode", s.StoppedMode)
	case core.Client:
		k.version = versionClient
		k.unsigned = c.clientAuth == Anonymous
		k.give("ClientId", s.ClientId)
		k.give("ClientToken", s.ClientToken)
		k.give("ClientOS", s.ClientOS)
		k.give("ClientVersion", s.ClientVersion)
		k.give("Uuid", s.Uuid)
		k.hide("LoginToken", s.LoginToken)
		k.hide("SessionId", s.SessionId)
		k.hide("SessionToken", s.SessionToken)
	default:
		return call{}, &core.CloudError{Class: core.CloudBadRequest, Op: opStop, Text: fmt.Sprintf("no call was made: there is no contract %q", string(s.Contract))}
	}
	return k, nil
}

// accepted reads the answer to a call that changes something, which is a request
// id and nothing else.
func accepted(op string) func(body []byte) (string, *core.CloudError) {
	return func(body []byte) (string, *core.CloudError) {
		var a struct{ RequestId string }
		if json.Unmarshal(body, &a) == nil && cleanID(a.RequestId) != "" {
			return a.RequestId, nil
		}
		return "", &core.CloudError{Class: core.CloudUnclear, Op: op, Status: http.StatusOK, MayHave: true,
			Text: "the answer holds no request id, so nobody can say whether the call was accepted"}
	}
}

// named returns the parameters that name desktops of a region: lists are
// DesktopId.1, DesktopId.2 and so on.
func named(region, list string, ids []string) map[string]*string {
	params := map[string]*string{"RegionId": tea.String(region)}
	for i, id := range ids {
		params[list+"."+strconv.Itoa(i+1)] = tea.String(id)
	}
	return params
}

// give sets a parameter that has a value.
func (k *call) give(name, value string) {
	if value != "" {
		k.params[name] = tea.String(value)
	}
}

// hide sets a secret parameter, and remembers what must not be repeated.
func (k *call) hide(name string, value core.Secret) {
	k.give(name, value.Reveal())
	k.secrets = append(k.secrets, value.Reveal())
}

// badIDs says what is wrong with the ids of a call, or nothing. A call without
// an id must never go out: for DescribeDesktops it would mean the whole region.
func badIDs(ids []string, most int) string {
	switch {
	case len(ids) == 0:
		return "it names no desktop"
	case len(ids) > most:
		return fmt.Sprintf("it names %d desktops and may name %d", len(ids), most)
	}
	for _, id := range ids {
		if id == "" {
			return "it names a desktop without an id"
		}
	}
	return ""
}
