package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"

	"stopdesktops/internal/config"
	"stopdesktops/internal/core"
	"stopdesktops/internal/ecd"
	"stopdesktops/internal/journal"
	"stopdesktops/internal/startup"
	"stopdesktops/internal/statekey"
)

// hintCredentials says where credentials come from, in the order in which they
// are looked for.
const hintCredentials = "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or log in with the aliyun command line; docs/terminal.md says which rights are needed"

// errNoCredentials hides what the chain said: its texts hold paths and addresses.
var errNoCredentials = &failure{code: exitFailed, text: "this machine has no credentials for the cloud", hint: hintCredentials}

// cloudOf is the cloud, signed for with this machine's credentials or the role
// that they assume. The role's session has the operator's name, which the cloud's
// audit trail shows.
func cloudOf(c config.Cloud, operator string, log *slog.Logger, now func() time.Time) (*ecd.Client, error) {
	client, err := startup.Cloud(c, "stopdesktops-terminal/"+version, log, now)
	if err != nil {
		return nil, err
	}
	credential, err := ecd.DefaultChain()
	if err != nil {
		return nil, errNoCredentials
	}
	if c.AssumeRoleARN != "" {
		role := ecd.Role{ARN: c.AssumeRoleARN}
		if len(operator) > 1 { // STS takes no shorter one
			role.SessionName = operator
		}
		if credential, err = ecd.AssumeRole(credential, role); err != nil {
			return nil, err
		}
	}
	return client.With(credential), nil
}

// journalOf is the bucket, reached with this machine's credentials.
func journalOf(s config.State, keys *statekey.Keys, log *slog.Logger, now func() time.Time) (core.Journal, error) {
	chain, err := ecd.DefaultChain()
	if err != nil {
		return nil, errNoCredentials
	}
	own := &ownKeys{from: chain}
	if _, err := own.get(context.Background()); err != nil {
		return nil, errNoCredentials // said before anything else is tried
	}
	return journal.New(journal.Options{Bucket: s.Bucket, Region: s.Region, Endpoint: s.Endpoint, Credentials: own.get, Sealer: keys, Now: now, Log: log})
}

// ownKeys asks for this machine's keys, one caller at a time: providers that
// renew themselves are not safe for concurrent use.
type ownKeys struct {
	mu   sync.Mutex
	from credentials.Credential
}

func (o *ownKeys) get(context.Context) (journal.Credentials, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	m, err := o.from.GetCredential()
	if err != nil || m == nil || tea.StringValue(m.AccessKeyId) == "" {
		return journal.Credentials{}, errors.New("this machine has no credentials for the cloud")
	}
	return journal.Credentials{AccessKeyID: *m.AccessKeyId, AccessKeySecret: core.Secret(tea.StringValue(m.AccessKeySecret)),
		SecurityToken: core.Secret(tea.StringValue(m.SecurityToken))}, nil
}
