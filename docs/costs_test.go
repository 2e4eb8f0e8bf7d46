package docs

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

// What the page assumes of a month, beside what the code fixes.
const (
	nights, hours      = 22, 720
	share              = 0.6 // of the desktops is stopped
	stopSeconds        = 120.0
	callsPerSecond     = 10.0
	vcpu, gigabytes    = 0.1, 0.25
	page               = 100.0
	waveSize           = 8 * core.BatchDefault
	runRequests        = 20
	vcpuPrice, gbPrice = 0.00009, 0.000009
	callPrice          = 0.0075 / 10_000
	requestPrice       = 0.01 / 10_000
	timeout            = 300.0
)

// TestCostsOfOperationsPage does the arithmetic again.
func TestCostsOfOperationsPage(t *testing.T) {
	all := rows(t, "operations.md")
	for _, desktops := range []float64{100, 1_000, 10_000} {
		stops := desktops * share
		calls := 2*desktops/page + 2*stops/core.BatchDefault
		night := math.Ceil(calls/callsPerSecond + 2*stopSeconds)
		tick := max(1, desktops/page/callsPerSecond)
		seconds := nights*night + hours*tick
		invocations := nights*math.Ceil(night/timeout) + hours
		waves := 1 + math.Ceil(stops/waveSize)
		requests := nights*(runRequests+2*waves) + hours*runRequests
		cost := seconds*vcpu*vcpuPrice + seconds*gigabytes*gbPrice + invocations*callPrice + requests*requestPrice
		want := []string{grouped(desktops), grouped(calls), grouped(seconds), grouped(seconds * vcpu), grouped(seconds * gigabytes), grouped(invocations), grouped(requests), fmt.Sprintf("%.2f", cost)}
		if got := all[grouped(desktops)]; strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("the page says %v, want %v", got, want)
		}
	}
	for _, word := range []string{"0.00009 a vCPU-second", "0.000009 a GB-second", "0.0075 for 10,000 invocations", "0.01 for 10,000 OSS requests", "at most 160 more desktops",
		"wave of 160 desktops", fmt.Sprintf("%d desktops a call", core.BatchDefault)} {
		if !says(readText(t, "operations.md"), word) {
			t.Errorf("the page does not say %q", word)
		}
	}
}

// grouped is a whole number with a comma before each three digits.
func grouped(n float64) string {
	text := strconv.FormatFloat(math.Round(n), 'f', 0, 64)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
