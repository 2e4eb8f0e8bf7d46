package settings

import (
	"testing"

	"stopdesktops/internal/pattern/patterntest"
)

func TestShapes(t *testing.T) {
	patterntest.Same(t, `^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`, bucketShape)
	patterntest.Same(t, `^[A-Za-z_][A-Za-z0-9_-]{0,63}$`, functionShape)
	patterntest.Same(t, `^[!-~]{1,128}$`, clientShape)
}
