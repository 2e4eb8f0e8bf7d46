// Command slackcmd is the function that faces Slack. It has two rights: to write
// the records of Slack's own runs, and to invoke the function that carries them
// out. It can never call Elastic Desktop Service.
package main

import (
	"context"
	"os"
	"sync"

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
	ready := sync.OnceValue(func() *front {
		f, err := deploy(os.Environ(), os.Stdout)
		if err != nil {
			mistake.Complain(os.Stderr, "slackcmd", err)
			os.Exit(1)
		}
		return f
	})
	go ready()
	sdk.Start(func(ctx context.Context, event []byte) (any, error) { return ready().handle(ctx, event) })
}
