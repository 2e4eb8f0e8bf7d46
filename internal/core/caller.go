package core

// Door is the way a request came in.
type Door string

// The doors. A run's id begins with the name of its door, so that a role can
// be narrowed to the records of one door.
const (
	Slack    Door = "slack"
	Webhook  Door = "webhook"
	Timer    Door = "timer"
	Terminal Door = "terminal"
)

// Compiled ceilings: the most desktops one run may reach through each door.
// Configuration only lowers them, because the cloud's own access control cannot
// narrow StopDesktops to some desktops.
const (
	CeilingSlack    = 200    // a person reads the plan before pressing Stop
	CeilingWebhook  = 500    // a ticket names machines; more than that is a fleet
	CeilingTimer    = 20_000 // the largest fleet that one nightly run is built for
	CeilingTerminal = 20_000 // an operator at a terminal may do what a timer may
)

// Ceiling is the compiled ceiling of the door.
func (d Door) Ceiling() int {
	switch d {
	case Slack:
		return CeilingSlack
	case Webhook:
		return CeilingWebhook
	case Timer:
		return CeilingTimer
	case Terminal:
		return CeilingTerminal
	}
	return 0
}

// Caller is who asks and through which door. It holds ids only, never a name
// that somebody can choose for himself.
type Caller struct {
	Door Door   `json:"Door"`
	Name string `json:"Name"` // sender, timer, Slack workspace and user id, or operator
	// Place is where the caller asked, where a door has places: a Slack channel.
	Place string `json:"Place,omitempty"`
}

func (c Caller) String() string { return string(c.Door) + ":" + c.Name }
