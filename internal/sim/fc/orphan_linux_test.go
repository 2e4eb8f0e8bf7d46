package fc_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
)

// TestChildrenDieWithTheirParent runs a platform in another process, kills
// that process while a function works, and watches the function's connection
// end. The function ignores the hang-up and the broken pipe that would end
// most of them anyway.
func TestChildrenDieWithTheirParent(t *testing.T) {
	if url := os.Getenv("FC_TEST_ORPHAN_URL"); url != "" {
		p := start(t, fc.Options{}, worker(func(f *fc.Function) { f.Timeout, f.Env = time.Hour, map[string]string{"HANDLER": "stubborn"} }))
		post(t, p.HTTPURL("worker"), `{"do":"wait","url":"`+url+`"}`)
		return
	}
	arrived, ended := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(ended)
	}))
	defer server.Close()
	parent := exec.Command(os.Args[0], "-test.run=^TestChildrenDieWithTheirParent$")
	parent.Env = append(os.Environ(), "FC_TEST_ORPHAN_URL="+server.URL)
	out := &limitedLog{}
	parent.Stdout, parent.Stderr = out, out
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	died := make(chan error, 1)
	go func() { died <- parent.Wait() }()
	select {
	case <-arrived:
	case err := <-died:
		t.Fatalf("the parent ended by itself: %v\n%s", err, out)
	}
	parent.Process.Kill()
	<-died
	select {
	case <-ended:
	case <-time.After(20 * time.Second): // far more than a signal needs
		t.Error("the function outlives its parent")
		server.CloseClientConnections()
	}
}

type limitedLog struct{ b []byte }

func (l *limitedLog) Write(b []byte) (int, error) {
	l.b = append(l.b, b...)
	return len(b), nil
}

func (l *limitedLog) String() string { return fmt.Sprintf("%.2000s", l.b) }
