package tests

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/ram"
)

// Names of the two functions of the shape with a door.
const (
	worker   = "stopdesktops"
	doorOnly = "stopdesktops-door"
)

// shape is a way to deploy stopdesktops: whose URL senders have.
type shape struct {
	*world
	front string
	door  fc.Function // the door, where there is one
}

// newShape starts one function, as s.yaml has it, or a worker without a URL and
// the door of s-door.yaml with its own role in front of it.
func newShape(t *testing.T, door bool, fleet []ecd.Desktop, options ...option) *shape {
	t.Helper()
	env := map[string]string{"REGION": cloud.Region, "ACCOUNT": cloud.Account, "CONFIG": packedConfig}
	deploy := func(o *cloud.Options) {
		before := o.Function
		o.Function = func(f *fc.Function) {
			before(f)
			if f.Name != worker {
				return
			}
			for k, v := range f.Env {
				env[k] = v
			}
			if door {
				f.HTTP = nil // disableURLInternet of s.yaml
			}
		}
	}
	s := &shape{world: newWorld(t, fleet, append(options, deploy)...), front: worker}
	if !door {
		return s
	}
	s.front = doorOnly
	env["DOOR_STATE_KEY"] = s.DoorKey
	functions, err := fc.LoadServerless(filepath.Join(root, "s-door.yaml"), func(k string) (string, bool) { v, ok := env[k]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	rights, err := os.ReadFile(filepath.Join(root, "deploy", "ram", "door.json"))
	if err != nil {
		t.Fatal(err)
	}
	policy, err := ram.ParsePolicy([]byte(os.Expand(string(rights), func(k string) string { return env[k] })))
	if err != nil {
		t.Fatal(err)
	}
	s.RAM.SetRole(doorOnly, policy)
	f := functions[0]
	f.Binary = binary[worker]
	if f.Name != doorOnly || f.Role != doorOnly || len(functions) != 1 {
		t.Fatalf("s-door.yaml has %d functions, the first is %s with role %s", len(functions), f.Name, f.Role)
	}
	s.door = f
	s.deployDoor(f.Env["STATE_KEY"])
	return s
}

// deployDoor deploys the door with a state key.
func (s *shape) deployDoor(stateKey string) {
	s.t.Helper()
	s.door.Env = maps.Clone(s.door.Env)
	s.door.Env["STATE_KEY"] = stateKey
	if err := s.FC.Deploy(s.door); err != nil {
		s.t.Fatal(err)
	}
}

// knock sends a request to whichever function has the URL.
func (s *shape) knock(method, path string, header map[string]string, body string) response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.FC.HTTPURL(s.front)+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	client := http.Client{Timeout: patience}
	resp, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers.Write(text)
	out := response{Status: resp.StatusCode, Header: resp.Header, Text: string(text)}
	if err := json.Unmarshal(text, &out); err != nil && len(text) > 0 {
		s.t.Errorf("%s %s: the answer is not JSON: %s", method, path, text)
	}
	return out
}

// asBearer is who may read runs and pull the brake.
func (s *shape) asBearer() map[string]string {
	return map[string]string{"Authorization": "Bearer " + s.WebhookToken}
}

// waiting is a signed delivery whose sender waits.
func (s *shape) waiting(id, body string) map[string]string {
	h := s.signed(id, body)
	h["Prefer"] = "wait=30"
	return h
}

// TestShapes sends the same requests to both ways of deploying. In each every
// desktop is stopped once, and by the worker's role.
func TestShapes(t *testing.T) {
	t.Parallel()
	const body = `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a","ecd-b"]}`
	stopped := map[string]core.Code{"ecd-a": core.Stopped, "ecd-b": core.Stopped}
	for name, door := range map[string]bool{"one function": false, "a door and a worker": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("queued", func(t *testing.T) {
				t.Parallel()
				s := newShape(t, door, two())
				id := fresh()
				first := s.knock(http.MethodPost, "/stop", s.signed(id, body), body)
				if first.Status != http.StatusAccepted || first.State != core.Queued {
					t.Fatalf("POST /stop: %d %s", first.Status, first.Text)
				}
				s.drain()
				again := s.knock(http.MethodPost, "/stop", s.signed(id, body), body)
				if again.Status != http.StatusOK || !again.Repeated || again.State != core.Finished || again.RunId != first.RunId {
					t.Fatalf("the same again: %d %s", again.Status, again.Text)
				}
				read := s.knock(http.MethodGet, "/runs/"+string(first.RunId), s.asBearer(), "")
				if read.Report == nil {
					t.Fatalf("GET /runs: %d %s", read.Status, read.Text)
				}
				wantOutcomes(t, *read.Report, stopped)
				s.wantWorkerOnly(door)
			})
			t.Run("waited for", func(t *testing.T) {
				t.Parallel()
				s := newShape(t, door, two())
				id := fresh()
				for _, what := range []string{"the first time", "again"} {
					a := s.knock(http.MethodPost, "/stop", s.waiting(id, body), body)
					if a.Status != http.StatusOK || a.Report == nil {
						t.Fatalf("Prefer: wait %s: %d %s", what, a.Status, a.Text)
					}
					wantOutcomes(t, *a.Report, stopped)
				}
				s.wantWorkerOnly(door)
			})
			t.Run("the brake", func(t *testing.T) {
				t.Parallel()
				s := newShape(t, door, two(), withConfig(t, map[string]string{"policy.cedar": "@id(\"all\")\npermit (principal, action, resource);\n"}))
				f := s.knock(http.MethodPost, "/freeze", s.asBearer(), `{"For":"1h","Reason":"a drill"}`)
				if f.Status != http.StatusOK {
					t.Fatalf("POST /freeze: %d %s", f.Status, f.Text)
				}
				if a := s.knock(http.MethodPost, "/stop", s.signed(fresh(), body), body); a.Code != core.Frozen {
					t.Errorf("POST /stop while frozen: %d %s", a.Status, a.Text)
				}
				if f := s.knock(http.MethodDelete, "/freeze", s.asBearer(), `{"Reason":"the drill is over"}`); f.Status != http.StatusOK {
					t.Errorf("DELETE /freeze: %d %s", f.Status, f.Text)
				}
				if n := len(s.stops()); n > 0 {
					t.Errorf("%d calls of StopDesktops", n)
				}
			})
		})
	}
}

// TestDoorCannotLook asks a door for what only a function with rights to the
// desktops can do: it says so, and nothing is stopped.
func TestDoorCannotLook(t *testing.T) {
	t.Parallel()
	s := newShape(t, true, two(), withConfig(t, map[string]string{"policy.cedar": "@id(\"all\")\npermit (principal, action, resource);\n"}))
	why := s.knock(http.MethodGet, "/why?RegionId=cn-hangzhou&DesktopId=ecd-a", s.asBearer(), "")
	const lacks = "ecd:DescribeDesktops"
	if why.Status != http.StatusServiceUnavailable || !strings.Contains(why.Text, lacks) {
		t.Errorf("GET /why: %d %s; want 503 and the right that the role lacks", why.Status, why.Text)
	}
	body := `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"],"ClientId":"f4a0dc8e-1702-4728-9a60-95b27a350000","LoginToken":"` + loginToken + `"}`
	a := s.knock(http.MethodPost, "/stop", s.waiting(fresh(), body), body)
	if a.Code != core.Invalid || !strings.Contains(a.Text, lacks) || a.RunId != "" {
		t.Errorf("POST /stop with a login token: %d %s; want a refusal and the right that the role lacks", a.Status, a.Text)
	}
	if n := len(s.changed()); n > 0 {
		t.Errorf("%d desktops were stopped", n)
	}
}

// TestNoRightToLook takes a request with a role that may not look: it is queued
// all the same, because whoever carries it out looks again.
func TestNoRightToLook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, two())
	w.setRole(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:*","fc:InvokeFunction"],"Resource":"*"}]}`)
	r := w.post(fresh(), `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]}`)
	if r.Status != http.StatusAccepted || r.State != core.Queued {
		t.Errorf("POST /stop: %d %s", r.Status, r.Text)
	}
	w.drain()
	for _, o := range w.onlyReport().Outcomes {
		if o.Code != core.NotTried || !strings.Contains(o.Detail, "ecd:DescribeDesktops") {
			t.Errorf("the report says %s, %s; want the right that the role lacks", o.Code, o.Detail)
		}
	}
}

// wantWorkerOnly says that each desktop was stopped once, that the worker's role
// made every call that the cloud took, and that a door in front was refused.
func (s *shape) wantWorkerOnly(door bool) {
	s.t.Helper()
	for id, n := range s.changed() {
		if n != 1 {
			s.t.Errorf("%s was stopped %d times", id, n)
		}
	}
	tried := false
	for _, c := range s.ECD.Calls() {
		if c.Role == doorOnly && c.Status == http.StatusOK {
			s.t.Errorf("the door called %s", c.Operation)
		}
		tried = tried || c.Role == doorOnly
	}
	if door && tried {
		s.t.Error("the door calls Elastic Desktop Service, which it knows to be the worker's business")
	}
	if door && s.FC.HTTPURL(worker) != "" {
		s.t.Error("the worker has a URL")
	}
}
