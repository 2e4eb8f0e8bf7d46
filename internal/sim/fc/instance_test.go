package fc_test

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stopdesktops/internal/sim/fc"
)

func unbase64(t *testing.T, s string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// gate is a server that functions call and that answers when told.
type gate struct {
	*httptest.Server
	arrived chan string   // one path for each call
	open    chan struct{} // one value lets one call go
}

func newGate(t *testing.T) *gate {
	g := &gate{arrived: make(chan string, 100), open: make(chan struct{}, 100)}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.arrived <- r.URL.Path
		select {
		case <-g.open:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *gate) order() string { return `{"do":"wait","url":"` + g.URL + `"}` }

func TestTimeoutKills(t *testing.T) {
	p := start(t, fc.Options{}, worker(func(f *fc.Function) { f.Timeout = time.Second }))
	resp, body := post(t, p.HTTPURL("worker"), `{"do":"hang"}`)
	if resp.StatusCode != 502 || !strings.Contains(body, "Function timed out after 1 seconds") {
		t.Errorf("got %d %s", resp.StatusCode, body)
	}
	if resp, body := post(t, p.HTTPURL("worker"), `{}`); resp.StatusCode != 200 {
		t.Errorf("the next event: %d %s", resp.StatusCode, body)
	}
}

func TestProcessThatNeverAsks(t *testing.T) {
	p := start(t, fc.Options{StartTimeout: 50 * time.Millisecond}, worker(func(f *fc.Function) { f.Env = map[string]string{"HANDLER": "never-asks"} }))
	resp, body := post(t, p.HTTPURL("worker"), `{}`)
	if resp.StatusCode != 502 || !strings.Contains(body, "did not ask for an event") || len(p.Instances("worker")) != 0 {
		t.Errorf("got %d %s, instances %v", resp.StatusCode, body, p.Instances("worker"))
	}
}

func TestBinaryThatCannotStart(t *testing.T) {
	path := t.TempDir() + "/main"
	if err := os.WriteFile(path, []byte("not a program"), 0o755); err != nil {
		t.Fatal(err)
	}
	p := start(t, fc.Options{}, worker(func(f *fc.Function) { f.Binary = path }))
	resp, body := post(t, p.HTTPURL("worker"), `{}`)
	if resp.StatusCode != 502 || !strings.Contains(body, "exec format error") {
		t.Errorf("got %d %s", resp.StatusCode, body)
	}
}

func TestKillEndsAnInvocationInFlight(t *testing.T) {
	g := newGate(t)
	p := start(t, fc.Options{}, worker())
	type answer struct {
		status int
		body   string
	}
	answers := make(chan answer, 1)
	go func() {
		resp, body := post(t, p.HTTPURL("worker"), g.order())
		answers <- answer{resp.StatusCode, body}
	}()
	<-g.arrived
	if n := p.Kill("worker"); n != 1 {
		t.Errorf("killed %d", n)
	}
	if a := <-answers; a.status != 502 || !strings.Contains(a.body, "Process exited unexpectedly before completing request (signal: killed)") {
		t.Errorf("got %+v", a)
	}
	if n := p.Kill("worker"); n != 0 {
		t.Errorf("killed %d idle instances", n)
	}
}

func TestOneEventAtATimeAndALimit(t *testing.T) {
	g := newGate(t)
	p := start(t, fc.Options{}, worker(func(f *fc.Function) { f.MaxInstances = 2 }))
	var calls sync.WaitGroup
	for range 2 {
		calls.Go(func() { post(t, p.HTTPURL("worker"), g.order()) })
	}
	<-g.arrived
	<-g.arrived
	if n := len(p.Instances("worker")); n != 2 {
		t.Errorf("%d instances for two events", n)
	}
	resp, body := post(t, p.HTTPURL("worker"), `{}`)
	if resp.StatusCode != 429 || !strings.Contains(body, "ResourceExhausted") {
		t.Errorf("the third event: %d %s", resp.StatusCode, body)
	}
	if resp, _ := post(t, p.HTTPURL("worker"), `{}`, "X-Fc-Invocation-Type", "Async"); resp.StatusCode != 202 {
		t.Errorf("the asynchronous event: %d", resp.StatusCode)
	}
	if tasks := p.Tasks(); len(tasks) != 1 || tasks[0].State != fc.TaskEnqueued {
		t.Errorf("it did not wait: %+v", tasks)
	}
	g.open <- struct{}{}
	g.open <- struct{}{}
	calls.Wait()
	if tasks := drain(t, p); tasks[0].State != fc.TaskSucceeded {
		t.Errorf("after waiting: %+v", tasks)
	}
	if n := len(p.Instances("worker")); n != 2 {
		t.Errorf("%d instances, the limit is 2", n)
	}
}

func TestIdleInstancesAreReclaimed(t *testing.T) {
	closed := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed { // the process held the connection open
			closed <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	var mu sync.Mutex
	var ids []string
	p := start(t, fc.Options{IdleAfter: time.Millisecond, OnInvoke: func(i fc.Invocation) {
		mu.Lock()
		defer mu.Unlock()
		ids = append(ids, i.InstanceID)
	}}, worker())
	post(t, p.HTTPURL("worker"), `{"do":"wait","url":"`+server.URL+`"}`)
	<-closed
	post(t, p.HTTPURL("worker"), `{}`)
	mu.Lock()
	defer mu.Unlock()
	if len(ids) != 2 || ids[0] == ids[1] {
		t.Errorf("instances %v", ids)
	}
}

func TestFreeze(t *testing.T) {
	var beats atomic.Int64
	enough := make(chan struct{})
	var target atomic.Int64
	target.Store(1 << 60)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/until" {
			<-enough
			return
		}
		if beats.Add(1) == target.Load() {
			close(enough)
		}
	}))
	defer server.Close()
	p := start(t, fc.Options{InferResponse: true}, worker())
	if resp, body := post(t, p.HTTPURL("worker"), `{"do":"beat","url":"`+server.URL+`"}`); resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	before := beats.Load()
	// That nothing happens can only be seen by letting time pass; a process
	// that is not frozen beats some hundred times in this while.
	time.Sleep(200 * time.Millisecond)
	// One beat may have been on its way when the process stopped.
	if after := beats.Load(); after > before+1 {
		t.Errorf("left-over work went on: %d beats after the answer", after-before)
	}
	target.Store(beats.Load() + 5)
	if resp, body := post(t, p.HTTPURL("worker"), `{"do":"wait","url":"`+server.URL+`/until"}`); resp.StatusCode != 200 {
		t.Errorf("the next event did not wake the left-over work: %d %s", resp.StatusCode, body)
	}
}

func TestNoFreeze(t *testing.T) {
	beats := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case beats <- struct{}{}:
		case <-r.Context().Done():
		}
	}))
	p := start(t, fc.Options{NoFreeze: true, InferResponse: true}, worker())
	done := make(chan struct{})
	go func() {
		post(t, p.HTTPURL("worker"), `{"do":"beat","url":"`+server.URL+`"}`)
		close(done)
	}()
	for range 2 {
		select {
		case <-beats:
			continue
		case <-done:
		}
		break
	}
	<-done
	for range 10 { // hangs if the process stands still
		<-beats
	}
	p.Close()
	server.Close()
}

// slowLog keeps the collector busy for a while after each piece, so that an
// answer which does not wait for it overtakes the output.
type slowLog struct{ strings.Builder }

func (l *slowLog) Write(b []byte) (int, error) {
	time.Sleep(5 * time.Millisecond)
	return l.Builder.Write(b)
}

func TestLogsAreCompleteWhenTheAnswerArrives(t *testing.T) {
	var log slowLog
	p := start(t, fc.Options{Log: &log, InferResponse: true}, worker())
	line := strings.Repeat("ä", 20<<10) // more than one read of the pipe
	order, err := json.Marshal(map[string]string{"do": "map", "print": line})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		post(t, p.HTTPURL("worker"), string(order))
		if n := strings.Count(p.Logs("worker"), line+"\n"); n != i+1 || strings.Count(p.Logs("worker"), "FC Invoke End") != i+1 {
			t.Errorf("%d lines after %d answers", n, i+1)
		}
	}
	p.Close()
	if strings.Contains(log.String(), "\x00") || strings.Count(log.String(), line+"\n") != 5 {
		t.Error("Options.Log differs")
	}
}

func TestRedeploy(t *testing.T) {
	p := start(t, fc.Options{}, worker(func(f *fc.Function) { f.Env = map[string]string{"V": "1"} }))
	url := p.HTTPURL("worker")
	post(t, url, `{}`)
	old := p.Instances("worker")
	if err := p.Deploy(worker(func(f *fc.Function) { f.Env = map[string]string{"V": "2"} })); err != nil {
		t.Fatal(err)
	}
	if p.HTTPURL("worker") != url || len(p.Instances("worker")) != 0 {
		t.Errorf("url %s, instances %v", p.HTTPURL("worker"), p.Instances("worker"))
	}
	if resp, body := post(t, url, `{"do":"answer","answer":{"statusCode":204}}`); resp.StatusCode != 204 {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if now := p.Instances("worker"); len(now) != 1 || now[0] == old[0] {
		t.Errorf("instances %v, before %v", now, old)
	}
}
