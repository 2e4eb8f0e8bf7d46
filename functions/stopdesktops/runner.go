package main

import (
	"context"
	"fmt"
	"log/slog"

	"stopdesktops/internal/core"
	"stopdesktops/internal/ecd"
	"stopdesktops/internal/fc"
	"stopdesktops/internal/journal"
	"stopdesktops/internal/webhook"
)

// runner puts together what carries out requests during one invocation, with
// that invocation's credentials. What cannot be made fails when it is used, with
// an error that says so: an invocation without a role can still tell its
// version.
func (d *deployment) runner(inv fc.Invocation, log *slog.Logger) *core.Runner {
	cloud := d.desktops(inv, log)
	return &core.Runner{
		Rules:     d.rules,
		Desktops:  cloud,
		Fleet:     cloud,
		Tagger:    cloud,
		People:    d.people(),
		Journal:   d.journal(inv, log),
		Permit:    d.policy,
		Keys:      d.keys,
		Queue:     d.queue,
		Log:       log,
		Now:       d.now,
		Me:        core.Invocation{RequestID: inv.RequestID, Retry: inv.Retry, Deadline: inv.Deadline},
		Elsewhere: inv.Function != "" && inv.Function != d.config.Invoke.Function,
		SenderMay: d.senderMay,
		TimerRequest: func(name string) (core.Request, bool) {
			t, ok := d.config.Timer(name)
			return t.Request, ok
		},
	}
}

// senderMay asks the deployment's own sender of that name. The built-in one may
// whatever the policy permits.
func (d *deployment) senderMay(name string, q core.Request) error {
	if name == webhook.BuiltIn {
		return nil
	}
	s, known := d.auth.Named(name)
	if !known {
		return core.Errorf(core.Forbidden, "There is no sender %s in senders.yaml, so nothing was done.", name)
	}
	return s.Permit(q)
}

// desktops is the cloud, signed for with the invocation's role or the role that
// it assumes.
func (d *deployment) desktops(inv fc.Invocation, log *slog.Logger) *ecd.Client {
	c := inv.Credentials
	credential, err := ecd.FromInvocation(c.AccessKeyID, c.AccessKeySecret.Reveal(), c.SecurityToken.Reveal())
	if arn := d.config.Cloud.AssumeRoleARN; err == nil && arn != "" {
		credential, err = ecd.AssumeRole(credential, ecd.Role{ARN: arn})
	}
	if err != nil {
		log.Error("no credentials for the cloud", "error", err.Error())
		return d.cloud.With(nil)
	}
	return d.cloud.With(credential)
}

// journal is the bucket, reached with the invocation's own role.
func (d *deployment) journal(inv fc.Invocation, log *slog.Logger) core.Journal {
	s := d.config.State
	j, err := journal.New(journal.Options{Bucket: s.Bucket, Region: s.Region, Endpoint: s.Endpoint, Sealer: d.keys, Log: log,
		Credentials: func(context.Context) (journal.Credentials, error) {
			c := inv.Credentials
			if !c.Complete() {
				return journal.Credentials{}, errNoRole
			}
			return journal.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken}, nil
		}})
	if err != nil {
		// The options were checked at start; this is a fault of ours.
		panic(fmt.Sprintf("make the journal: %v", err))
	}
	return j
}
