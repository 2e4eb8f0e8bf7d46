package core

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// stopCall fills one call from the request.
func (s *stopping) stopCall(ids []string) StopCall {
	q := s.rec.Request
	c := StopCall{Contract: s.plan.Contract, RegionId: s.regionOf[ids[0]], DesktopId: ids, OsUpdate: q.OsUpdate}
	if c.Contract == Admin {
		c.StoppedMode = q.StoppedMode
		return c
	}
	c.ClientId = cmp.Or(q.ClientId, s.Rules.ClientId)
	c.ClientOS, c.ClientVersion, c.Uuid = q.ClientOS, q.ClientVersion, q.Uuid
	c.LoginToken, c.SessionId, c.SessionToken = q.LoginToken, q.SessionId, q.SessionToken
	c.ClientToken = s.clientToken(ids)
	return c
}

// clientToken returns the token that makes a call idempotent. A given one goes
// out as it is when the run has one call; the cloud would refuse it on a second
// call with other ids, so any other call has one of its own, which is the same
// again whenever the same run calls the same desktops.
func (s *stopping) clientToken(ids []string) string {
	given := s.rec.Request.ClientToken
	if given != "" && slices.Equal(ids, s.whole) {
		return given
	}
	sum := sha256.Sum256([]byte(strings.Join(append([]string{string(s.plan.Run), given}, ids...), "\n")))
	return hex.EncodeToString(sum[:])
}

// cloudError returns the CloudError in err's chain, or an unclear one that
// hides err's text, which may hold anything.
func cloudError(err error) *CloudError {
	if c := (*CloudError)(nil); errors.As(err, &c) {
		return c
	}
	return &CloudError{Class: CloudUnclear, MayHave: true, Text: "an unexpected error"}
}
