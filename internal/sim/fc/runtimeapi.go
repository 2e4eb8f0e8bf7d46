package fc

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// latest is the qualifier of a function's unpublished version, the only one
// that the double has.
const latest = "LATEST"

// runtimeAPI is the HTTP API that the vendor's Go SDK v0.3.1 talks to inside
// an instance. The SDK asks for the next event before it answers the current
// one, so an event is complete when its answer is posted, and requests for
// the next one wait.
func (in *instance) runtimeAPI() http.Handler {
	const base = "/2020-11-11/runtime/invocation/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"next", in.next)
	mux.HandleFunc("POST "+base+"{id}/response", func(w http.ResponseWriter, r *http.Request) { in.answered(w, r, false) })
	mux.HandleFunc("POST "+base+"{id}/error", func(w http.ResponseWriter, r *http.Request) { in.answered(w, r, true) })
	return mux
}

// next is a long poll; any number of requests may wait, one of them gets the
// event.
func (in *instance) next(w http.ResponseWriter, r *http.Request) {
	select {
	case d := <-in.queue:
		in.writeEvent(w, d)
	case <-r.Context().Done():
	case <-in.exited:
	}
}

func (in *instance) writeEvent(w http.ResponseWriter, d *delivery) {
	c, opt := in.f.conf, in.f.p.opt
	h := w.Header()
	for name, value := range map[string]string{
		"X-Fc-Request-Id": d.RequestID,
		// The child lives by this machine's clock, whatever Options.Now says.
		"X-Fc-Function-Deadline": strconv.FormatInt(time.Now().Add(c.Timeout).UnixMilli(), 10),
		"X-Fc-Function-Timeout":  strconv.Itoa(int(c.Timeout / time.Second)),
		"X-Fc-Function-Type":     "0",
		"X-Fc-Function-Name":     c.Name,
		"X-Fc-Function-Handler":  c.Handler,
		"X-Fc-Function-Memory":   strconv.Itoa(c.MemoryMB),
		"X-Fc-Region":            opt.Region,
		"X-Fc-Account-Id":        opt.AccountID,
		"X-Fc-Qualifier":         latest,
		"X-Fc-Version-Id":        latest,
		"X-Fc-Retry-Count":       strconv.Itoa(d.RetryCount),
		"X-Fc-Access-Key-Id":     d.credentials.id,
		"X-Fc-Access-Key-Secret": d.credentials.secret,
		"X-Fc-Security-Token":    d.credentials.token,
		"Content-Type":           "application/octet-stream",
		"Content-Length":         strconv.Itoa(len(d.Event)),
	} {
		if value != "" {
			h.Set(name, value)
		}
	}
	w.Write(d.Event)
}

// answered takes the function's answer for the event it is working on.
func (in *instance) answered(w http.ResponseWriter, r *http.Request, failed bool) {
	in.mu.Lock()
	d := in.current
	in.mu.Unlock()
	if d == nil || d.RequestID != r.PathValue("id") {
		http.Error(w, "no such invocation is running here", http.StatusNotFound)
		return
	}
	payload, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process is gone; its end is the answer
	}
	select {
	case d.answer <- result{payload: payload, failed: failed}:
		w.WriteHeader(http.StatusOK)
		http.NewResponseController(w).Flush()
	default:
		http.Error(w, "this invocation has been answered", http.StatusBadRequest)
	}
}
