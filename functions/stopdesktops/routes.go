package main

import (
	"log/slog"
	"net/http"
	"path"
	"slices"
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
// token, POST /senders/<name> what senders.yaml says of the sender; the others
// take the bearer token only, because a signature covers neither method nor
// path.
func (d *deployment) routes(inv fc.Invocation, log *slog.Logger) http.Handler {
	at := &door{deployment: d, inv: inv, log: log}
	mux := http.NewServeMux()
	at.route(mux, "/stop", methods{http.MethodPost: at.postStop})
	at.route(mux, "/senders/{name}", methods{http.MethodPost: at.postSender})
	at.route(mux, "/runs/{id}", methods{http.MethodGet: at.getRun})
	at.route(mux, "/runs/{id}/halt", methods{http.MethodPost: at.postHalt})
	at.route(mux, "/freeze", methods{http.MethodGet: at.getFreeze, http.MethodPost: at.postFreeze, http.MethodDelete: at.deleteFreeze})
	at.route(mux, "/why", methods{http.MethodGet: at.getWhy})
	at.route(mux, "/healthz", methods{http.MethodGet: at.getHealth})
	mux.HandleFunc("/", nothingHere)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !clean(r.URL.EscapedPath()) {
			nothingHere(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func nothingHere(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, problem{Status: http.StatusNotFound, Code: core.Missing, Detail: "There is nothing here. The routes are POST /stop, POST /senders/<sender>, GET /runs/<RunId>, POST /runs/<RunId>/halt, GET /why, GET, POST and DELETE /freeze, and GET /healthz."})
}

// clean says that a path has no empty, . or .. part. The mux would answer such a one
// with a redirect, which most senders take for success: /runs//halt, where somebody's
// variable was empty, would look like a halt.
func clean(p string) bool {
	return p == path.Clean(p) || p == path.Clean(p)+"/"
}

// methods are a route's handlers by method.
type methods map[string]http.HandlerFunc

// route serves one path and says so where the method is wrong.
func (at *door) route(mux *http.ServeMux, path string, m methods) {
	var allowed []string
	for method, h := range m {
		mux.HandleFunc(method+" "+path, h)
		if allowed = append(allowed, method); method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	list := strings.Join(allowed, ", ")
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", list)
		writeProblem(w, problem{Status: http.StatusMethodNotAllowed, Detail: strings.NewReplacer("{id}", "<RunId>", "{name}", "<sender>").Replace(path) + " takes " + list + " only."})
	})
}

// getHealth tells a monitor that the function answers, what it is and which
// contract it speaks.
func (at *door) getHealth(w http.ResponseWriter, r *http.Request) {
	if _, err := at.bearer(r, core.ActionRead); err != nil {
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
	who, err := at.bearer(r, core.ActionRead)
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
