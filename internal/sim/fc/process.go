package fc

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// starter starts processes from one thread that lives as long as the
// platform. Linux delivers a parent-death signal when the thread that forked
// ends, not the process, so an ordinary goroutine's thread will not do.
type starter struct {
	requests chan startRequest
	quit     chan struct{}
}

type startRequest struct {
	cmd  *exec.Cmd
	done chan error
}

func newStarter() *starter {
	s := &starter{requests: make(chan startRequest), quit: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for {
			select {
			case r := <-s.requests:
				r.done <- r.cmd.Start()
			case <-s.quit:
				return
			}
		}
	}()
	return s
}

func (s *starter) start(cmd *exec.Cmd) error {
	r := startRequest{cmd: cmd, done: make(chan error, 1)}
	select {
	case s.requests <- r:
		return <-r.done
	case <-s.quit:
		return errors.New("the platform is closed")
	}
}

func (s *starter) stop() { close(s.quit) }

// signalGroup signals a process and its descendants: each child leads its own
// process group.
func signalGroup(p *os.Process, sig syscall.Signal) {
	if syscall.Kill(-p.Pid, sig) != nil {
		p.Signal(sig)
	}
}
