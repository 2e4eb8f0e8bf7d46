package ecd

import (
	"time"

	"stopdesktops/internal/sim/ram"
)

// operation is one API operation. Each lives in a file of its own that
// registers it.
type operation struct {
	version   string
	name      string
	ramAction string  // checked against resource "*"; empty: not checked by the gateway
	anonymous bool    // may be called unsigned
	params    []param // besides those of the protocol
	// run carries the operation out, under the server's lock. It returns the
	// answer's members; the request id is added.
	run func(*call) (map[string]any, *apiError)
}

type operationKey struct{ version, name string }

var operations = map[operationKey]operation{}

func register(op operation) {
	key := operationKey{op.version, op.name}
	if _, twice := operations[key]; twice {
		panic("operation registered twice: " + op.version + " " + op.name)
	}
	operations[key] = op
}

// call is one request on its way through the gateway and an operation.
type call struct {
	server    *Server
	opts      Options // as of the start of the call
	now       time.Time
	requestID string
	op        operation
	args      args
	principal *ram.Principal // nil for an anonymous call
	lag       time.Duration  // reads show the state of this long ago
	effect    []string       // ids of desktops whose state the call changed
}

// asOf is the time whose state the call may see.
func (c *call) asOf() time.Time { return c.now.Add(-c.lag) }
