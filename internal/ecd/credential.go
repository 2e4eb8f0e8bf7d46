package ecd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/aliyun/credentials-go/credentials/providers"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// FromInvocation returns the credential of one invocation: the temporary keys
// that Function Compute hands over with each event. It must not outlive it.
func FromInvocation(id, secret, token string) (credentials.Credential, error) {
	if id == "" || secret == "" || token == "" {
		return nil, errors.New("the invocation came without role credentials; give the function a role")
	}
	return credentials.NewCredential(&credentials.Config{
		Type: tea.String("sts"), AccessKeyId: tea.String(id), AccessKeySecret: tea.String(secret), SecurityToken: tea.String(token),
	})
}

// DefaultChain returns whatever credential the machine has, in the order of
// credentials-go: environment, OIDC, command line profile, instance role, URI.
func DefaultChain() (credentials.Credential, error) { return credentials.NewCredential(nil) }

// Role is a RAM role to assume.
type Role struct {
	ARN         string // acs:ram::<account>:role/<name>
	SessionName string // shown in the audit trail; empty is sessionName
	ExternalID  string // empty where the role asks for none
	STSEndpoint string // host, perhaps with a port, always https; empty is credentials-go's choice
}

const (
	sessionName = "stopdesktops"
	// roleSeconds is the shortest life that STS gives. One invocation needs
	// less, and the keys are thrown away at its end.
	roleSeconds = 900
)

var (
	roleARN     = pattern.New(`^acs:ram::[0-9]{5,20}:role/[A-Za-z0-9.@_-]{1,64}$`)
	sessionChar = pattern.New(`^[A-Za-z0-9.@_-]{2,64}$`)
)

// AssumeRole returns the credential of another role, reached with base. STS is
// asked on first use, and base is asked anew each time that the keys run out.
func AssumeRole(base credentials.Credential, r Role) (credentials.Credential, error) {
	if r.SessionName == "" {
		r.SessionName = sessionName
	}
	switch {
	case base == nil:
		return nil, errors.New("assume role: there is no credential to begin with")
	case !roleARN.MatchString(r.ARN):
		return nil, errors.New("assume role: the role's ARN must look like acs:ram::1234567890123456:role/name")
	case !sessionChar.MatchString(r.SessionName):
		return nil, errors.New("assume role: the session name must be 2 to 64 letters, digits or .@-_")
	case r.STSEndpoint != "" && !hostShape.MatchString(r.STSEndpoint):
		return nil, errors.New("assume role: the STS endpoint must be a host such as sts-vpc.cn-hangzhou.aliyuncs.com; it is always https")
	}
	p, err := providers.NewRAMRoleARNCredentialsProviderBuilder().
		WithCredentialsProvider(underlying{base}).
		WithRoleArn(r.ARN).
		WithRoleSessionName(r.SessionName).
		WithExternalId(r.ExternalID).
		WithDurationSeconds(roleSeconds).
		WithStsEndpoint(r.STSEndpoint).
		WithHttpOptions(&providers.HttpOptions{
			ConnectTimeout: int(connectTimeout.Milliseconds()),
			ReadTimeout:    int(readTimeout.Milliseconds()),
		}).
		Build()
	if err != nil {
		return nil, fmt.Errorf("assume role %s: %w", r.ARN, err)
	}
	return credentials.FromCredentialsProvider("ram_role_arn", p), nil
}

// underlying lets any credential be the one that a role is assumed with.
type underlying struct{ credentials.Credential }

func (u underlying) GetProviderName() string { return tea.StringValue(u.GetType()) }

func (u underlying) GetCredentials() (*providers.Credentials, error) {
	m, err := u.GetCredential()
	if err != nil {
		return nil, err
	}
	return &providers.Credentials{
		AccessKeyId:     tea.StringValue(m.AccessKeyId),
		AccessKeySecret: tea.StringValue(m.AccessKeySecret),
		SecurityToken:   tea.StringValue(m.SecurityToken),
		ProviderName:    tea.StringValue(m.ProviderName),
	}, nil
}

// keys asks a credential for its keys, one caller at a time: the providers of
// credentials-go that renew themselves are not safe for concurrent use.
type keys struct {
	from credentials.Credential
	mu   sync.Mutex
}

// fixed is a credential that has been asked already.
type fixed struct {
	credentials.Credential
	model *credentials.CredentialModel
}

func (f fixed) GetCredential() (*credentials.CredentialModel, error) { return f.model, nil }

// get returns the keys of one attempt. The providers know no context, so the
// question runs beside; it ends by its own time-outs.
func (k *keys) get(ctx context.Context, op string) (*fixed, *core.CloudError) {
	if k.from == nil {
		return nil, &core.CloudError{Class: core.CloudCredentials, Op: op, Text: "no call was made: there are no credentials to sign it with; give the function a role"}
	}
	type answer struct {
		model *credentials.CredentialModel
		err   error
	}
	got := make(chan answer, 1)
	go func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		// A provider may panic on an answer of STS that misses a field.
		defer func() {
			if recover() != nil {
				got <- answer{err: errors.New("the credentials provider failed")}
			}
		}()
		m, err := k.from.GetCredential()
		got <- answer{m, err}
	}()
	select {
	case <-ctx.Done():
		return nil, &core.CloudError{Class: core.CloudDown, Op: op, Text: "no call was made: the time ran out while asking for credentials"}
	case a := <-got:
		if a.err != nil {
			return nil, keyError(op, a.err)
		}
		if a.model == nil || tea.StringValue(a.model.AccessKeyId) == "" || tea.StringValue(a.model.AccessKeySecret) == "" {
			return nil, &core.CloudError{Class: core.CloudCredentials, Op: op, Text: "no call was made: the credentials are empty; give the function a role"}
		}
		return &fixed{k.from, a.model}, nil
	}
}

// keyError says why there are no keys. The provider's text is not repeated: it
// holds URLs and bodies. The code in it, if any, tells what STS refused.
func keyError(op string, err error) *core.CloudError {
	e := &core.CloudError{Class: core.CloudCredentials, Op: op, Text: "no call was made: there are no credentials to sign it with"}
	if ne := net.Error(nil); errors.As(err, &ne) {
		e.Class, e.Text = core.CloudDown, "no call was made: the service that gives credentials did not answer"
		return e
	}
	if _, body, ok := strings.Cut(err.Error(), "{"); ok {
		var refused struct{ Code, RequestId string }
		if json.NewDecoder(strings.NewReader("{"+body)).Decode(&refused) == nil {
			e.Code, e.RequestID = cleanCode(refused.Code), cleanID(refused.RequestId)
		}
	}
	if e.Code != "" {
		e.Text = "no call was made: STS refused to give credentials; check the role's ARN and who may assume it"
	}
	return e
}
