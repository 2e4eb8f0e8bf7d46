package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
	"stopdesktops/internal/ecd"
	"stopdesktops/internal/journal"
	"stopdesktops/internal/startup"
	"stopdesktops/internal/statekey"
)

// hintCredentials says where credentials come from, in the order in which they
// are looked for.
const hintCredentials = "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or log in with the aliyun command line; docs/terminal.md says which rights are needed"

// cloudOf is the cloud, signed for with this machine's credentials or the role
// that they assume. The role's session has the operator's name, which the cloud's
// audit trail shows.
func (t *terminal) cloudOf(c settings.Cloud, operator string, log *slog.Logger) (*ecd.Client, error) {
	client, err := startup.Cloud(c, "stopdesktops-terminal/"+version, log, t.now)
	if err != nil {
		return nil, err
	}
	credential, err := ecd.DefaultChain()
	if err != nil {
		return nil, t.noCredentials()
	}
	if t.signer.role = c.AssumeRoleARN; t.signer.role != "" {
		role := ecd.Role{ARN: c.AssumeRoleARN}
		if len(operator) > 1 { // STS takes no shorter one
			role.SessionName = operator
		}
		if credential, err = ecd.AssumeRole(credential, role); err != nil {
			return nil, err
		}
		credential = assumed{credential, &t.signer}
	}
	return client.With(credential), nil
}

// journalOf is the bucket, reached with this machine's credentials.
func (t *terminal) journalOf(s settings.State, keys *statekey.Keys, log *slog.Logger) (core.Journal, error) {
	chain, err := ecd.DefaultChain()
	if err != nil {
		return nil, t.noCredentials()
	}
	own := &ownKeys{from: chain}
	m, err := own.ask()
	if err != nil {
		return nil, t.noCredentials() // said before anything else is tried
	}
	t.signer.own = t.sourceOf(tea.StringValue(m.ProviderName))
	t.signer.half = strings.HasPrefix(tea.StringValue(m.AccessKeyId), temporaryKey) && tea.StringValue(m.SecurityToken) == ""
	return journal.New(journal.Options{Bucket: s.Bucket, Region: s.Region, Endpoint: s.Endpoint, Credentials: own.get, Sealer: keys, Now: t.now, Log: log})
}

// ownKeys asks for this machine's keys, one caller at a time: providers that
// renew themselves are not safe for concurrent use.
type ownKeys struct {
	mu   sync.Mutex
	from credentials.Credential
}

func (o *ownKeys) ask() (*credentials.CredentialModel, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	m, err := o.from.GetCredential()
	if err != nil || m == nil || tea.StringValue(m.AccessKeyId) == "" {
		return nil, errors.New("this machine has no credentials for the cloud")
	}
	return m, nil
}

func (o *ownKeys) get(context.Context) (journal.Credentials, error) {
	m, err := o.ask()
	if err != nil {
		return journal.Credentials{}, err
	}
	return journal.Credentials{AccessKeyID: *m.AccessKeyId, AccessKeySecret: core.Secret(tea.StringValue(m.AccessKeySecret)),
		SecurityToken: core.Secret(tea.StringValue(m.SecurityToken))}, nil
}
