package main

import (
	"strings"
	"sync/atomic"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
)

// signer is with whose credentials the cloud and the bucket are asked, for
// whoever has to mend them. It holds none of them.
type signer struct {
	own     string      // where this machine's come from, in words
	half    bool        // they are temporary ones without their token
	role    string      // ARN of the role that they assume for the desktops; empty without one
	refused atomic.Bool // STS gave no credentials of the role
}

// credentialVariables are the variables that come before everything else.
const credentialVariables = "the variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"

// sources are the providers of credentials-go's default chain, in its order.
var sources = map[string]string{
	"env":            credentialVariables,
	"oidc_role_arn":  "the role of ALIBABA_CLOUD_ROLE_ARN, by this machine's OIDC token",
	"cli_profile":    "the aliyun command line's profile",
	"profile":        "the credentials file of Alibaba Cloud's tools",
	"ecs_ram_role":   "the role of this machine",
	"credential_uri": "the address in ALIBABA_CLOUD_CREDENTIALS_URI",
}

// temporaryKey begins the ids of access keys that STS gives.
const temporaryKey = "STS."

// sourceOf says where credentials come from by the provider's name, such as
// default/cli_profile/static_ak.
func (t *terminal) sourceOf(provider string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(provider, "default/"), "/")
	words, known := sources[name]
	switch profile := t.variable("ALIBABA_CLOUD_PROFILE"); {
	case !known:
		return "this machine"
	case name == "env" && t.variable("ALIBABA_CLOUD_SECURITY_TOKEN") != "":
		return words + ", with ALIBABA_CLOUD_SECURITY_TOKEN"
	case profile != "" && strings.HasSuffix(name, "profile"):
		return words + " " + quoted(profile) + ", which ALIBABA_CLOUD_PROFILE names"
	}
	return words
}

// forRecords says whose credentials the bucket is asked with.
func (s *signer) forRecords() string { return s.own }

// forDesktops says whose credentials the desktops' API is asked with. Where STS
// gives none, nothing but this machine's own were used.
func (s *signer) forDesktops() string {
	switch {
	case s.role == "":
		return s.own
	case s.refused.Load():
		return s.own + ", to assume the role " + s.role + ", which ECD_ASSUME_ROLE_ARN names"
	}
	return "the role " + s.role + ", which ECD_ASSUME_ROLE_ARN names, assumed with those of " + s.own
}

// assumed notes whether STS gave the role's credentials.
type assumed struct {
	credentials.Credential
	by *signer
}

// GetCredential implements credentials.Credential.
func (a assumed) GetCredential() (*credentials.CredentialModel, error) {
	m, err := a.Credential.GetCredential()
	a.by.refused.Store(err != nil || m == nil || tea.StringValue(m.AccessKeyId) == "")
	return m, err
}

// noCredentials says that there is nothing to sign with. What the chain said is
// not shown: its texts hold files as they are.
func (t *terminal) noCredentials() error {
	f := failure{code: exitFailed, text: "this machine has no credentials for the cloud", hint: hintCredentials}
	id, secret := t.variable("ALIBABA_CLOUD_ACCESS_KEY_ID"), t.variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
	switch {
	case id != "" && secret == "":
		f.text += ": ALIBABA_CLOUD_ACCESS_KEY_ID is set, and ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"
	case id == "" && secret != "":
		f.text += ": ALIBABA_CLOUD_ACCESS_KEY_SECRET is set, and ALIBABA_CLOUD_ACCESS_KEY_ID is not"
	case t.variable("ALIBABA_CLOUD_PROFILE") != "":
		f.text += ": the profile " + quoted(t.variable("ALIBABA_CLOUD_PROFILE")) + ", which ALIBABA_CLOUD_PROFILE names, gives none"
	}
	return &f
}
