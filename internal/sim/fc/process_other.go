//go:build unix && !linux

package fc

import (
	"os"
	"syscall"
)

func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func freeze(p *os.Process) { signalGroup(p, syscall.SIGSTOP) }

func peakRSS(int) int64 { return 0 }
