package main

import (
	"log/slog"
	"net/http"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/fc"
)

// door is the HTTP door during one invocation.
type door struct {
	*deployment
	inv fc.Invocation
	log *slog.Logger
}

// routes are the HTTP door's routes. POST /stop takes a signature or a bearer
// token; the others take the bearer token only, because a signature covers
// neither method nor path.
func (d *deployment) routes(inv fc.Invocation, log *slog.Logger) http.Handler {
	at := &door{deployment: d, inv: inv, log: log}
	mux := http.NewServeMux()
	at.route(mux, "/stop", http.MethodPost, at.postStop)
	at.route(mux, "/runs/{id}", http.MethodGet, at.getRun)
	at.route(mux, "/healthz", http.MethodGet, at.getHealth)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, problem{Status: http.StatusNotFound, Code: core.Missing, Detail: "There is nothing here. The routes are POST /stop, GET /runs/{id} and GET /healthz."})
	})
	return mux
}

// route serves one path with one method and says so where the method is wrong.
func (at *door) route(mux *http.ServeMux, path, method string, h http.HandlerFunc) {
	mux.HandleFunc(method+" "+path, h)
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		allowed := method
		if method == http.MethodGet {
			allowed += ", " + http.MethodHead
		}
		w.Header().Set("Allow", allowed)
		writeProblem(w, problem{Status: http.StatusMethodNotAllowed, Detail: strings.SplitN(path, "/{", 2)[0] + " takes " + allowed + " only."})
	})
}

// getHealth tells a monitor that the function answers, what it is and which
// contract it speaks.
func (at *door) getHealth(w http.ResponseWriter, r *http.Request) {
	if _, err := at.bearer(r); err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	contract := string(at.rules.Pin)
	if contract == "" {
		contract = "by request"
		if at.rules.ClientId != "" {
			contract = string(core.Client)
		}
	}
	writeJSON(w, http.StatusOK, "application/json", struct {
		Status   string   `json:"Status"`
		Version  string   `json:"Version"`
		Contract string   `json:"Contract"`
		Regions  []string `json:"Regions"`
	}{"ok", version, contract, at.rules.Regions})
}

// getRun tells how far a run is.
func (at *door) getRun(w http.ResponseWriter, r *http.Request) {
	who, err := at.bearer(r)
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	a, err := at.runner(at.inv, at.log).Lookup(r.Context(), who, core.RunID(r.PathValue("id")))
	if err != nil {
		fail(r.Context(), w, at.log, err)
		return
	}
	writeJSON(w, http.StatusOK, "application/json", answered(a))
}
