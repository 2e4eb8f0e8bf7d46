package button

// Action is which of our buttons was pressed: its action_id.
type Action string

// Our buttons. The value of each is of its own kind: DecodePlan reads those of
// Stop and Cancel, DecodeHalt that of Halt, DecodeKeep that of Keep mine
// tonight.
const (
	Stop     Action = "stop"
	Cancel   Action = "cancel"
	Halt     Action = "halt"
	KeepMine Action = "keep_mine"
)

// The block_ids of our buttons.
const (
	PlanBlock     = "plan"     // under a plan
	RunBlock      = "run"      // under what tells how far a run is
	ForecastBlock = "forecast" // under an announcement
)

// actions are the buttons that a click may be of, and where each stands.
var actions = map[Action]string{Stop: PlanBlock, Cancel: PlanBlock, Halt: RunBlock, KeepMine: ForecastBlock}

// StandsIn says whether the action is one of our buttons and stands in the block.
func (a Action) StandsIn(block string) bool {
	where, ours := actions[a]
	return ours && where == block
}
