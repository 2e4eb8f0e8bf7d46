package core

import (
	"encoding/json"
	"time"
)

// Trace is what decides about one desktop: the facts, each rule's word in
// order, and the verdict.
type Trace struct {
	At      time.Time   `json:"At"`
	Desktop Desktop     `json:"Desktop"`
	Found   bool        `json:"Found"`
	Rules   []TraceRule `json:"Rules"`
	Verdict Entry       `json:"Verdict"`
	// AsSelection is the verdict where a selection, such as a timer's, reached
	// the desktop: it has more reasons to leave it alone.
	AsSelection Entry `json:"AsSelection"`
}

// TraceRule is one rule's word on the desktop.
type TraceRule struct {
	Rule    string `json:"Rule"`              // its name, such as in-use
	Says    string `json:"Says"`              // what it found, in words
	Code    Code   `json:"Code,omitempty"`    // what it would leave the desktop alone with
	Decided bool   `json:"Decided,omitempty"` // this word is the verdict
	// Selections marks a rule that has no word on a desktop named by id.
	Selections bool `json:"Selections,omitempty"`
}

// MarshalJSON writes a trace for people as much as for programs: spans as in
// 2h1m, and nothing that was not learnt.
func (t Trace) MarshalJSON() ([]byte, error) {
	type plain Trace
	d := t.Desktop
	facts := struct {
		RegionId         string            `json:"RegionId"`
		DesktopId        string            `json:"DesktopId"`
		DesktopName      string            `json:"DesktopName,omitempty"`
		Status           string            `json:"Status,omitempty"`
		Connection       string            `json:"Connection,omitempty"`
		EndUserIds       []string          `json:"EndUserIds,omitempty"`
		ManagementFlags  []string          `json:"ManagementFlags,omitempty"`
		ChargeType       string            `json:"ChargeType,omitempty"`
		HourPackage      bool              `json:"HourPackage,omitempty"`
		DesktopType      string            `json:"DesktopType,omitempty"`
		OfficeSiteId     string            `json:"OfficeSiteId,omitempty"`
		DesktopGroupId   string            `json:"DesktopGroupId,omitempty"`
		ResourceGroupIds []string          `json:"ResourceGroupIds,omitempty"`
		Tags             map[string]string `json:"Tags,omitempty"`
		TagsUnknown      bool              `json:"TagsUnknown,omitempty"`
		IdleFor          string            `json:"IdleFor,omitempty"`
		UpFor            string            `json:"UpFor,omitempty"`
		SeenAt           time.Time         `json:"SeenAt,omitzero"`
	}{d.RegionId, d.DesktopId, d.DesktopName, d.Status, d.Connection, d.EndUserIds, d.ManagementFlags, d.ChargeType, d.HourPackage, d.DesktopType,
		d.OfficeSiteId, d.DesktopGroupId, d.ResourceGroupIds, d.Tags, d.TagsUnknown, spanKnown(d.Idle, d.IdleKnown), spanKnown(d.Up, d.UpKnown), d.SeenAt}
	return json.Marshal(struct {
		plain
		Desktop any `json:"Desktop"`
	}{plain(t), facts})
}

func spanKnown(d time.Duration, known bool) string {
	if !known {
		return ""
	}
	return spanWords(d)
}
