package main

import (
	"errors"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/journal"
	"stopdesktops/internal/statekey"
)

// What to do about a key, wherever it was not accepted.
const (
	mendKey    = "they hold an access key that does not exist or is disabled: log in again, or copy both halves of one that works"
	mendSecret = "the secret is not that of the access key: copy both again"
	mendToken  = "log in again: the security token is over, or belongs to another access key"
	mendHalf   = "the access key is a temporary one, which wants its security token: set ALIBABA_CLOUD_SECURITY_TOKEN as well"
	mendClock  = "set the clock of this machine; the cloud bears 15 minutes"
	mendNone   = hintCredentials
)

// operatorRights is where the rights are that an operator needs.
const operatorRights = "deploy/ram/operator.json has it with all that an operator needs, and make roles OPERATOR=yes prints the command"

// advice is what a person at this terminal can do about an error.
type advice struct {
	signed string // whose credentials were used; empty where they do not matter
	mend   string // what to do
}

// adviceOn finds out what can be done about a command that failed.
func (t *terminal) adviceOn(err error) advice {
	if err == nil {
		return advice{}
	}
	if trouble := journal.TroubleOf(err); trouble != "" {
		return advice{t.signer.forRecords(), t.mendRecords(trouble)}
	}
	if errors.Is(err, statekey.ErrSealed) {
		return advice{mend: "STATE_KEY here is not the one that the record was sealed with: take the deployment's, with all of its parts where it has several"}
	}
	e := (*core.CloudError)(nil)
	if !errors.As(err, &e) {
		e = t.lookout.seen()
	}
	if e == nil {
		return advice{}
	}
	return advice{t.signer.forDesktops(), t.mendCloud(e)}
}

// mendRecords is what to do about the bucket.
func (t *terminal) mendRecords(trouble journal.Trouble) string {
	switch trouble {
	case journal.NoCredentials:
		return mendNone
	case journal.UnknownKey:
		if t.signer.half {
			return mendHalf
		}
		return mendKey
	case journal.WrongSecret:
		return mendSecret
	case journal.BadToken:
		return mendToken
	case journal.WrongClock:
		return mendClock
	case journal.NotPermitted:
		return "whoever they belong to needs that right; " + operatorRights + ". If STATE_BUCKET is not the deployment's bucket, correct it"
	case journal.NoBucket:
		return "is STATE_BUCKET that of the deployment? deploy/roles.sh prints the command that makes it"
	case journal.OtherRegion:
		return "STATE_REGION is " + t.variable("STATE_REGION") + "; set it, and STATE_ENDPOINT where it is set, to the bucket's own region"
	case journal.Unreachable, journal.NotTheService:
		return "does this machine reach the bucket? STATE_REGION and STATE_ENDPOINT say where it is, and an -internal endpoint answers inside its region only"
	}
	return ""
}

// mendCloud is what to do about the desktops' API, or about STS where a role is
// assumed.
func (t *terminal) mendCloud(e *core.CloudError) string {
	begins := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(e.Code, p) {
				return true
			}
		}
		return false
	}
	assuming := t.signer.role != "" && t.signer.refused.Load()
	switch {
	case begins("InvalidAccessKeyId", "MissingAccessKeyId"):
		return mendKey
	case begins("Signature", "InvalidSignature", "IncompleteSignature", "InvalidAccessKeySecret"):
		return mendSecret
	case begins("MissingSecurityToken"):
		return mendHalf
	case begins("InvalidSecurityToken"):
		return mendToken
	case begins("InvalidTimeStamp"):
		return mendClock
	case assuming && e.Class == core.CloudDown:
		return "does this machine reach sts.aliyuncs.com? ALIBABA_CLOUD_STS_REGION names another region's, and HTTPS_PROXY a way there"
	case assuming:
		return "they need the right sts:AssumeRole on " + t.signer.role + "; the role has to exist, and its trust policy has to name their account"
	case e.Class == core.CloudForbidden && strings.HasPrefix(e.Op, "Tag"), e.Class == core.CloudForbidden && strings.HasPrefix(e.Op, "Untag"):
		return "whoever they belong to needs that right on the resource *; deploy/ram/keep.json has it, and make roles OPERATOR=yes prints the command"
	case e.Class == core.CloudForbidden:
		return "whoever they belong to needs that right on the resource *; " + operatorRights
	case e.Class == core.CloudDown && e.Status == 0:
		return "does this machine reach the cloud? It is at ecd.<region>.aliyuncs.com for each of ECD_REGIONS, or where ECD_ENDPOINT says, and HTTPS_PROXY names a way there"
	}
	return ""
}
