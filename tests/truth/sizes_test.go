package truth

import (
	"regexp"
	"strconv"
	"time"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/core"
)

// Bounds of the platform, from the Function Compute documentation ("Limits of
// usage" and "Instance types").
const (
	leastCPU    = 0.05
	stepCPU     = 0.05
	leastMemory = 128
	stepMemory  = 64
	perCPULeast = 1.0 // GB of memory for each vCPU
	perCPUMost  = 4.0

	// accountInstances is the smallest quota that accounts have in a region.
	accountInstances = 100

	// slackWaits is how long Slack waits for an answer.
	slackWaits = 3 * time.Second
)

// sizes checks that the platform sells what the files ask for, that the benchmark
// measures it, and that the functions together fit into an account.
func (t *tree) sizes(all []function) {
	together := 0
	for _, f := range all {
		gigabytes := float64(f.Memory) / 1024
		if f.Memory < leastMemory || f.Memory%stepMemory != 0 || f.CPU < leastCPU || !whole(f.CPU/stepCPU) || gigabytes/f.CPU < perCPULeast || gigabytes/f.CPU > perCPUMost {
			t.bad(f.file, "%s has %g vCPU and %d MB; the platform sells 1 to 4 GB a vCPU, in steps of %g and %d", f.Name, f.CPU, f.Memory, stepCPU, stepMemory)
		}
		if f.Disk != 512 && f.Disk != 10240 {
			t.bad(f.file, "%s has a disk of %d MB; the platform sells 512 and 10240", f.Name, f.Disk)
		}
		if measured := t.numberIn("tests/bench/calls.go", `functionMemoryMB = (\d+)`); measured != f.Memory {
			t.bad(f.file, "%s has %d MB, and the benchmark measures for %d", f.Name, f.Memory, measured)
		}
		if f.Reserved == 0 {
			t.bad(f.file, "%s has no reservedConcurrency", f.Name)
		}
		together += f.Reserved
	}
	if together >= accountInstances {
		t.bad("s.yaml", "the functions reserve %d instances, and some accounts have %d", together, accountInstances)
	}
}

func whole(x float64) bool { n := int(x + 0.5); return x-float64(n) < 1e-9 && float64(n)-x < 1e-9 }

func (t *tree) numberIn(name, pattern string) int {
	m := regexp.MustCompile(pattern).FindStringSubmatch(t.read(name))
	if m == nil {
		t.bad(name, "does not say %s", pattern)
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// timeouts holds the functions' time-outs to what the code does in that time.
func (t *tree) timeouts(all []function) {
	waits := defaultOf(settings.Variables(), "WAIT")
	for _, f := range all {
		timeout := time.Duration(f.Timeout) * time.Second
		least, why := waits+core.ReportReserve, "a run may wait "+waits.String()+" for its desktops and then reports"
		switch f.Name {
		case "stopdesktops-door":
			least = t.duration(folders[f.Name], "maxWait") + core.ReportReserve
			why = "a sender may wait a minute for the report"
		case "slackcmd":
			least = t.duration(folders[f.Name], "answerWithin")
			why = "it gives itself " + least.String() + " to answer"
			if least >= slackWaits {
				t.bad("functions/slackcmd", "it gives itself %s to answer, and Slack waits %s", least, slackWaits)
			}
		}
		if within := t.duration("internal/core", "CarryWithin"); f.Name == "stopdesktops" && time.Duration(f.Async.Age)*time.Second != within {
			t.bad(f.file, "the platform keeps an event of %s for %d s, and internal/core takes answers for %s", f.Name, f.Async.Age, within)
		}
		if timeout <= least {
			t.bad(f.file, "timeout of %s is %s, and %s", f.Name, timeout, why)
		}
	}
}

func defaultOf(all []settings.Variable, name string) time.Duration {
	for _, v := range all {
		if v.Name == name {
			d, _ := time.ParseDuration(v.Default)
			return d
		}
	}
	return 0
}
