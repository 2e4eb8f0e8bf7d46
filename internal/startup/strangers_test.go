package startup_test

import (
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/startup"
)

// TestStrangers: a sender or timer that does not exist, in a policy that no other
// check can tell from a good one.
func TestStrangers(t *testing.T) {
	const policy = `permit (principal == Sender::"webhook", action, resource) when { principal != Sender::"tickets" };
forbid (principal == Sender::"ticket", action, resource);
// Sender::"comment" is no word of the policy.
forbid (principal == Timer::"nightyl", action, resource)
unless { principal == Timer::"nightly" };
permit (principal == Operator::"alice", action, resource);
forbid (principal, action == Action::"stop", resource) when { resource.region == "hangzhou" || resource.region == "cn-hangzhou" };
`
	files := fstest.MapFS{
		"policy.cedar": {Data: []byte(policy)},
		"timers.yaml":  {Data: []byte("Timers:\n- {Name: nightly, Cron: 0 0 20 * * *, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-a]}}\n")},
		"senders.yaml": {Data: []byte("Senders:\n- {Name: tickets, Scheme: bearer, Secrets: [TICKETS_IN], May: [read]}\n")},
	}
	var parts startup.Parts
	c, err := config.Load(config.Source{Open: func(string) fs.FS { return files }, Checks: parts.Core(), Environ: []string{
		"ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=my-state", "STATE_REGION=cn-hangzhou", "STATE_KEY=" + stateKey, "WEBHOOK_TOKENS=" + token,
		"TICKETS_IN=another-token-0123456789abcdef", "CONFIG_DIR=my", "INVOKE_FUNCTION=stopdesktops"},
		Now: func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"my/policy.cedar:2: sender ticket does not exist, so this never holds for it; mend the name (there are: webhook, tickets), or add it to the deployment",
		"my/policy.cedar:4: timer nightyl does not exist, so this never holds for it; mend the name (there are: nightly), or add it to the deployment",
		`my/policy.cedar:7: resource.region is never "hangzhou" here, so this comparison is the same for every desktop; mend the region (ECD_REGIONS has: cn-hangzhou), or add it to ECD_REGIONS`}
	if said := parts.Strangers(c); !slices.Equal(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
	// Where nobody knows the regions, none is strange.
	c.Cloud.Regions = nil
	if said := parts.Strangers(c); len(said) != 2 {
		t.Errorf("%q", said)
	}
	if said := new(startup.Parts).Strangers(c); said != nil {
		t.Errorf("without a policy: %q", said)
	}
}
