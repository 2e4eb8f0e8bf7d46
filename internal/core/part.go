package core

import "time"

// Part is what an attempt leaves to the next when its invocation has to end
// first: the outcomes so far. Writing it ends the attempt's lease. Desktops of
// the plan that no part names have not been called.
type Part struct {
	Run      RunID     `json:"RunId"`
	Attempt  int       `json:"Attempt"`
	At       time.Time `json:"At"`
	Outcomes []Outcome `json:"Outcomes"`
}
