package main

import "stopdesktops/internal/core"

// next says what the sender can do in each state.
var next = map[core.State]string{
	core.Queued:      "The run is queued. GET /runs/<RunId> with the bearer token to see how it ends.",
	core.Working:     "The run is being carried out. GET /runs/<RunId> with the bearer token to see how it ends.",
	core.Interrupted: "The run was interrupted and is taken up again by itself. If it stays so, send the same request again with the same id.",
}

// answered is what the HTTP door tells of a run.
func answered(a core.Answer) core.Told {
	told := a.Told()
	told.Next = next[a.State]
	return told
}
