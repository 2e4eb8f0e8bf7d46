package fc

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
)

// httpServer is one of the platform's servers, on a free port of the loopback
// interface.
type httpServer struct {
	listener net.Listener
	server   *http.Server
}

// maxWireHeaderBytes lets requests over the documented header limit reach the
// handler, which answers them as the platform does.
const maxWireHeaderBytes = 256 << 10

func serveLoopback(h http.Handler) (*httpServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &httpServer{listener: l, server: &http.Server{Handler: h, MaxHeaderBytes: maxWireHeaderBytes, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}}
	go s.server.Serve(l)
	return s, nil
}

func (s *httpServer) addr() string { return s.listener.Addr().String() }
func (s *httpServer) url() string  { return "http://" + s.addr() }
func (s *httpServer) close()       { s.server.Close() }

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
