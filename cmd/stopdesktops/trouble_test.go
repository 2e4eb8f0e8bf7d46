package main

import (
	"context"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"stopdesktops/internal/core"
	"stopdesktops/internal/journal"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ram"
	"stopdesktops/internal/statekey"
)

// lacks is: lacks [role=<role>] <right>..., and takes rights away from the operator
// or a role; without words the operator has them all again.
func lacks(ts *testscript.TestScript, _ bool, rights []string) {
	who := cloud.OperatorUser
	if len(rights) > 0 {
		if role, named := strings.CutPrefix(rights[0], "role="); named {
			who, rights = role, rights[1:]
		}
	}
	w := worldOf(ts)
	policy, err := w.OperatorRights()
	ts.Check(err)
	policy.Statement = append(policy.Statement, ram.Statement{Effect: "Deny", Action: rights, Resource: []string{"*"}})
	w.RAM.SetRole(who, policy)
}

// session is: session, and gives the operator temporary keys in the variables; or
// session over, and ends them.
func session(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	if len(args) > 0 {
		w.RAM.Expire(ts.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"))
		return
	}
	c, err := w.RAM.Issue(cloud.OperatorUser, time.Hour)
	ts.Check(err)
	w.secrets = append(w.secrets, c.AccessKeySecret, c.SecurityToken)
	ts.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", c.AccessKeyID)
	ts.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", c.AccessKeySecret)
	ts.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", c.SecurityToken)
}

// clock is: clock <span>, by which the cloud's clock is ahead.
func clock(ts *testscript.TestScript, _ bool, args []string) {
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	worldOf(ts).ahead.Store(int64(by))
}

// sealed records a run of Slack as the function does, with a part that is sealed
// with STATE_KEY, and leaves its id in $RUN.
func sealed(ts *testscript.TestScript, _ bool, _ []string) {
	w := worldOf(ts)
	w.RAM.SetRole("function", ram.Policy{Version: "1", Statement: []ram.Statement{{Effect: "Allow", Action: []string{"oss:*"}, Resource: []string{"*"}}}})
	keys, err := statekey.Parse(ts.Getenv("STATE_KEY"))
	ts.Check(err)
	j, err := journal.New(journal.Options{Bucket: cloud.Bucket, Region: cloud.Region, Endpoint: w.OSSURL, Sealer: keys, Credentials: w.issued("function")})
	ts.Check(err)
	run := keys.RunIDs(core.Slack, "T012ABCD0", "delivery-1")[0]
	_, _, err = j.Claim(context.Background(), core.RequestRecord{Run: run, At: time.Now(), Caller: core.Caller{Door: core.Slack, Name: "T012ABCD0/U012ALICE"},
		Request: core.Request{RegionId: "cn-hangzhou", DesktopId: []string{"ecd-a"}}, Confidential: map[string]string{"response_url": "https://hooks.example.com/x"}})
	ts.Check(err)
	ts.Setenv("RUN", string(run))
}

// issued asks for keys of a role, as a function has them.
func (w *world) issued(role string) func(context.Context) (journal.Credentials, error) {
	return func(context.Context) (journal.Credentials, error) {
		c, err := w.RAM.Issue(role, time.Hour)
		return journal.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: core.Secret(c.AccessKeySecret), SecurityToken: core.Secret(c.SecurityToken)}, err
	}
}
