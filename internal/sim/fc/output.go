package fc

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

const (
	// maxLogBytes bounds what is remembered of a function's output.
	maxLogBytes = 4 << 20
	// tailBytes is what x-fc-log-type: Tail returns, from the FC documentation.
	tailBytes = 4 << 10
)

// logBuffer keeps the newest bytes written to it.
type logBuffer struct {
	mu    sync.Mutex
	limit int
	b     []byte
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b = append(l.b, b...)
	if over := len(l.b) - l.limit; over > 0 {
		l.b = append(l.b[:0], l.b[over:]...)
	}
	return len(b), nil
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.b)
}

func (l *logBuffer) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b = l.b[:0]
}

// output collects what one process prints. The platform keeps the pipe's
// writing end too and puts marks into it: when the mark comes out, everything
// printed before it has been collected, so that logs read after an answer are
// complete without anybody having to wait and look again.
type output struct {
	r, w *os.File
	to   io.Writer
	done chan struct{} // closed when the pipe has ended

	mu    sync.Mutex
	marks int
	seen  map[int]chan struct{}
}

// markText begins and ends with bytes that text does not contain.
const markText = "\x00fc-mark-%d\x00"

func newOutput(to io.Writer) (*output, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("open output pipe: %w", err)
	}
	return &output{r: r, w: w, to: to, done: make(chan struct{}), seen: map[int]chan struct{}{}}, nil
}

// collect copies output until the process and the platform have closed it.
func (o *output) collect() {
	defer close(o.done)
	defer o.r.Close()
	buf := make([]byte, 32<<10)
	var rest []byte
	for {
		n, err := o.r.Read(buf)
		rest = o.pass(append(rest, buf[:n]...))
		if err != nil {
			o.to.Write(rest)
			return
		}
	}
}

// pass writes out b without marks and returns the piece at its end that may
// be the beginning of a mark.
func (o *output) pass(b []byte) []byte {
	for {
		start := bytes.IndexByte(b, 0)
		if start < 0 {
			o.to.Write(b)
			return nil
		}
		o.to.Write(b[:start])
		b = b[start:]
		end := bytes.IndexByte(b[1:], 0)
		if end < 0 {
			if len(b) > len(markText)+20 {
				o.to.Write(b[:1])
				b = b[1:]
				continue
			}
			return bytes.Clone(b)
		}
		var mark int
		if _, err := fmt.Sscanf(string(b[:end+2]), markText, &mark); err != nil {
			o.to.Write(b[:1])
			b = b[1:]
			continue
		}
		o.mu.Lock()
		if c := o.seen[mark]; c != nil {
			close(c)
			delete(o.seen, mark)
		}
		o.mu.Unlock()
		b = b[end+2:]
	}
}

// sync returns when everything printed so far has been collected.
func (o *output) sync() {
	o.mu.Lock()
	o.marks++
	mark, c := o.marks, make(chan struct{})
	o.seen[mark] = c
	o.mu.Unlock()
	if _, err := fmt.Fprintf(o.w, markText, mark); err != nil {
		<-o.done // the process is gone and the pipe closed
		return
	}
	select {
	case <-c:
	case <-o.done:
	}
}
