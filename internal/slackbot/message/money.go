package message

import (
	"fmt"
	"math"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/slackbot/mrkdwn"
)

// shownCurrency is far above the three letters of a currency.
const shownCurrency = 10

// estimateLine says what stops save, or would save, and that it is an estimate.
// It is empty where there is nothing to say.
func estimateLine(e *core.Estimate, would bool) string {
	if e == nil || !finite(e.Amount) || !finite(e.Hours) {
		return ""
	}
	verb := "Saves"
	if would {
		verb = "Would save"
	}
	var saved []string
	if e.Amount > 0 {
		saved = append(saved, strings.TrimSpace(fmt.Sprintf("%.2f %s", e.Amount, mrkdwn.Sentence(e.Currency, shownCurrency))))
	}
	if e.Hours > 0 {
		saved = append(saved, fmt.Sprintf("%.1f h of hour packages", e.Hours))
	}
	line := ""
	if len(saved) > 0 {
		line = fmt.Sprintf("%s about %s by %s, an estimate of compute only.", verb, strings.Join(saved, " and "), mrkdwn.When(e.Until))
	}
	if e.Unpriced > 0 {
		line = strings.TrimSpace(line + fmt.Sprintf(" No price is known for %s, so nothing is counted for them.", mrkdwn.Count(e.Unpriced, "desktop")))
	}
	return line
}

// mostMoney is where an amount is no amount any more: it keeps a wrong price
// from filling a message with digits.
const mostMoney = 1e12

func finite(f float64) bool { return !math.IsNaN(f) && f >= 0 && f < mostMoney }
