// Command stopdesktops is the function that stops cloud computers: the only one
// that may call Elastic Desktop Service. It serves the HTTP door, timers, the
// jobs that it queues for itself, and the platform's failure records.
package main

import (
	"context"
	"os"
	"sync"
	_ "time/tzdata" // the runtime's image may lack the zones that timers name

	sdk "github.com/aliyun/fc-runtime-go-sdk/fc"

	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/fc"
)

// version is set when the binary is built for a deployment.
var version = "unversioned"

func main() {
	fc.LimitMemory(os.Getenv("FC_FUNCTION_MEMORY_SIZE"))
	// The configuration is read while the SDK asks for the first event. A
	// mistake ends the process at once, whether an event has come or not.
	ready := sync.OnceValue(func() *deployment {
		d, err := deploy(os.Environ(), os.Stdout)
		if err != nil {
			mistake.Complain(os.Stderr, "stopdesktops", err)
			os.Exit(1)
		}
		return d
	})
	go ready()
	sdk.Start(func(ctx context.Context, event []byte) (any, error) { return ready().handle(ctx, event) })
}
