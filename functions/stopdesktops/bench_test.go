package main

import (
	"io"
	"testing"
)

func BenchmarkDeploy(b *testing.B) {
	env := []string{"ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=bench-state", "STATE_REGION=cn-hangzhou", "INVOKE_FUNCTION=f",
		"STATE_KEY=q7Qm0Jf2pZ8yVdT4wXnR6sK1uEoLbHcA9gIiNtMzCvY=", "WEBHOOK_TOKENS=bench-token-0123456789abcdef", "CONFIG_DIR=../../config"}
	for b.Loop() {
		if _, err := deploy(env, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
