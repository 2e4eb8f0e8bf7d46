package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

func TestSourceOf(t *testing.T) {
	for _, tt := range []struct {
		provider string
		environ  []string
		want     string
	}{
		{"default/env", nil, "the variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
		{"default/env", []string{"ALIBABA_CLOUD_SECURITY_TOKEN=x"}, "the variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, with ALIBABA_CLOUD_SECURITY_TOKEN"},
		{"default/cli_profile/static_ak", nil, "the aliyun command line's profile"},
		{"default/cli_profile/ram_role_arn/static_ak", []string{"ALIBABA_CLOUD_PROFILE=work"}, `the aliyun command line's profile "work", which ALIBABA_CLOUD_PROFILE names`},
		{"default/profile/static_ak", nil, "the credentials file of Alibaba Cloud's tools"},
		{"default/oidc_role_arn", nil, "the role of ALIBABA_CLOUD_ROLE_ARN, by this machine's OIDC token"},
		{"default/ecs_ram_role", []string{"ALIBABA_CLOUD_PROFILE=work"}, "the role of this machine"},
		{"default/credential_uri", nil, "the address in ALIBABA_CLOUD_CREDENTIALS_URI"},
		{"default/something_new", nil, "this machine"},
	} {
		if got := (&terminal{environ: tt.environ}).sourceOf(tt.provider); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.provider, got, tt.want)
		}
	}
}

// TestAdviceOnWhatIsOutOfReach covers what takes a script many seconds of trying
// again.
func TestAdviceOnWhatIsOutOfReach(t *testing.T) {
	down := &core.CloudError{Class: core.CloudDown, Op: "DescribeDesktops", Text: "no call was made: the endpoint refused the connection"}
	const arn = "acs:ram::1234567890123456:role/stopper"
	for name, tt := range map[string]struct {
		err     error
		role    string
		refused bool
		signed  string
		mend    string // in the advice; empty where there is none
	}{
		"the cloud":            {err: fmt.Errorf("look: %w", down), signed: "somewhere", mend: "ecd.<region>.aliyuncs.com"},
		"STS":                  {err: down, role: arn, refused: true, signed: "somewhere, to assume the role " + arn, mend: "sts.aliyuncs.com"},
		"the cloud for a role": {err: down, role: arn, signed: "the role " + arn, mend: "ecd.<region>.aliyuncs.com"},
		"the cloud's failure":  {err: &core.CloudError{Class: core.CloudDown, Status: 500}, signed: "somewhere"},
		"another error":        {err: errors.New("something else")},
		"no error":             {},
	} {
		t.Run(name, func(t *testing.T) {
			term := &terminal{}
			term.signer.own, term.signer.role = "somewhere", tt.role
			term.signer.refused.Store(tt.refused)
			got := term.adviceOn(tt.err)
			if !strings.HasPrefix(got.signed, tt.signed) || !strings.Contains(got.mend, tt.mend) || tt.mend == "" && got.mend != "" {
				t.Errorf("got %+v, want %+v", got, tt)
			}
		})
	}
}

// TestLookoutKeepsTheFirstRefusal holds that what heals by itself is no advice
// beside another failure, and that the first refusal counts.
func TestLookoutKeepsTheFirstRefusal(t *testing.T) {
	l := &lookout{}
	first := &core.CloudError{Class: core.CloudForbidden, Op: "StopDesktops"}
	for _, err := range []error{nil, &core.CloudError{Class: core.CloudDown}, &core.CloudError{Class: core.CloudBadDesktop}, fmt.Errorf("stop: %w", first), &core.CloudError{Class: core.CloudCredentials}} {
		l.note(err)
	}
	if l.seen() != first {
		t.Errorf("kept %v", l.seen())
	}
	if advice := (&terminal{lookout: l}).adviceOn(&failure{code: exitDesktops}); !strings.Contains(advice.mend, "operator.json") {
		t.Errorf("the advice beside a report is %+v", advice)
	}
	if (&terminal{}).adviceOn(&failure{code: exitDesktops}).mend != "" {
		t.Error("there is advice without a refusal")
	}
}
