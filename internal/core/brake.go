package core

import "time"

// Freeze is the brake on everything: until it lapses, or somebody ends it,
// nothing is stopped through any door.
type Freeze struct {
	At     time.Time `json:"At"`
	By     Caller    `json:"By"`
	Reason string    `json:"Reason,omitempty"`
	Until  time.Time `json:"Until"`
}

// Halt is the brake on one run: it ends before its next wave.
type Halt struct {
	Run    RunID     `json:"Run"`
	At     time.Time `json:"At"`
	By     Caller    `json:"By"`
	Reason string    `json:"Reason,omitempty"`
}

// Brakes are what holds a run back; nil is not pulled.
type Brakes struct {
	Freeze *Freeze
	Halt   *Halt
	// Spoilt says that one of them is there and cannot be understood.
	Spoilt bool
}
