package main

import (
	"context"
	"fmt"
	"runtime"
)

func versionCommand() *command {
	return &command{name: "version", what: "Print which version this is.", flags: newFlags("version"),
		do: func(_ context.Context, t *terminal, args []string) error {
			if len(args) > 0 {
				return usagef("version takes no words")
			}
			_, err := fmt.Fprintf(t.out, "stopdesktops %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}}
}
