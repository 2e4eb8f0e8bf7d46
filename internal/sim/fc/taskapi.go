package fc

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

const (
	defaultTaskPage = 20
	maxTaskPage     = 100
)

// asyncTask is the API's form of a Task, after the vendor's Go client
// fc-20230330 v4.8.2. returnPayload is by invitation only and left out.
type asyncTask struct {
	TaskID              string `json:"taskId"`
	RequestID           string `json:"requestId"`
	FunctionARN         string `json:"functionArn"`
	Qualifier           string `json:"qualifier"`
	Status              string `json:"status"`
	TaskPayload         string `json:"taskPayload,omitempty"`
	TaskErrorMessage    string `json:"taskErrorMessage,omitempty"`
	AlreadyRetriedTimes int64  `json:"alreadyRetriedTimes"`
	StartedTime         int64  `json:"startedTime"`
	EndTime             int64  `json:"endTime,omitempty"`
	DurationMs          int64  `json:"durationMs,omitempty"`
}

func (p *Platform) apiTask(t Task, payload bool) asyncTask {
	a := asyncTask{
		TaskID: t.ID, RequestID: t.RequestID, FunctionARN: p.functionARN(t.Function), Qualifier: latest, Status: string(t.State),
		AlreadyRetriedTimes: t.retries(), StartedTime: t.Enqueued.UnixMilli(),
	}
	if payload {
		a.TaskPayload = string(t.Payload)
	}
	if t.State == TaskFailed {
		a.TaskErrorMessage = unhandledError
	}
	if !t.Ended.IsZero() {
		a.EndTime, a.DurationMs = t.Ended.UnixMilli(), t.Ended.Sub(t.Enqueued).Milliseconds()
	}
	return a
}

// getAsyncTask is GetAsyncTask.
func (p *Platform) getAsyncTask(w http.ResponseWriter, r *http.Request, id string) *apiError {
	if refused := p.authorize(r, nil, actionGetTask, "*"); refused != nil {
		return refused
	}
	f, refused := p.find(r)
	if refused != nil {
		return refused
	}
	for _, t := range p.Tasks() {
		if t.Function == f.conf.Name && t.ID == r.PathValue("task") {
			return writeJSON(w, id, p.apiTask(t, true))
		}
	}
	return refusal(http.StatusNotFound, "AsyncTaskNotFound", "function '%s' has no task '%s'", f.conf.Name, r.PathValue("task"))
}

// listAsyncTasks is ListAsyncTasks, with its filters status and prefix.
func (p *Platform) listAsyncTasks(w http.ResponseWriter, r *http.Request, id string) *apiError {
	if refused := p.authorize(r, nil, "fc:ListAsyncTasks", "*"); refused != nil {
		return refused
	}
	f, refused := p.find(r)
	if refused != nil {
		return refused
	}
	q := r.URL.Query()
	limit, from := defaultTaskPage, 0
	for name, value := range map[string]*int{"limit": &limit, "nextToken": &from} {
		if text := q.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 {
				return refusal(http.StatusBadRequest, "InvalidArgument", "%s is not valid", name)
			}
			*value = n
		}
	}
	var page struct {
		Tasks     []asyncTask `json:"tasks"`
		NextToken string      `json:"nextToken,omitempty"`
	}
	page.Tasks = []asyncTask{}
	seen := 0
	for _, t := range p.Tasks() {
		if t.Function != f.conf.Name || !strings.HasPrefix(t.ID, q.Get("prefix")) || (q.Get("status") != "" && string(t.State) != q.Get("status")) {
			continue
		}
		if seen++; seen <= from {
			continue
		}
		if len(page.Tasks) == min(max(limit, 1), maxTaskPage) {
			page.NextToken = strconv.Itoa(seen - 1)
			break
		}
		page.Tasks = append(page.Tasks, p.apiTask(t, q.Get("includePayload") == "true"))
	}
	return writeJSON(w, id, page)
}

func writeJSON(w http.ResponseWriter, id string, v any) *apiError {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set(headerRequestID, id)
	json.NewEncoder(w).Encode(v)
	return nil
}
