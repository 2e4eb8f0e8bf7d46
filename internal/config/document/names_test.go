package document

import (
	"testing"

	"stopdesktops/internal/pattern/patterntest"
)

func TestShapes(t *testing.T) {
	patterntest.Same(t, `^[a-z0-9-]{1,40}$`, NameShape)
	patterntest.Same(t, `^[CG][A-Z0-9]{8,20}$`, ChannelShape)
}
