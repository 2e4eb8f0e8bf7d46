package slack

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// arguments of a Web API call, whether they came as a form or as JSON. Blocks
// are JSON text.
type arguments map[string]string

// apiMethod is one method of the Web API: the scopes of which one is needed,
// the arguments it knows, and what it does. The lock is held in do.
type apiMethod struct {
	scopes []string
	known  []string
	do     func(s *Server, a arguments, call *Call) (map[string]any, *refusal)
}

var posting = []string{"token", "channel", "text", "blocks", "thread_ts", "mrkdwn", "link_names", "parse", "unfurl_links", "unfurl_media", "as_user"}

var apiMethods = map[string]apiMethod{
	"chat.postMessage":      {[]string{"chat:write"}, append([]string{"reply_broadcast"}, posting...), (*Server).postMessage},
	"chat.postEphemeral":    {[]string{"chat:write"}, append([]string{"user"}, posting...), (*Server).postEphemeral},
	"chat.update":           {[]string{"chat:write"}, append([]string{"ts"}, posting...), (*Server).updateMessage},
	"usergroups.users.list": {[]string{"usergroups:read"}, []string{"token", "usergroup", "include_disabled", "team_id"}, (*Server).groupUsers},
	"users.info":            {[]string{"users:read"}, []string{"token", "user", "include_locale"}, (*Server).userInfo},
}

// serveAPI answers a Web API method. Failures are 200 with "ok": false.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, name string) {
	call := Call{At: s.o.Now(), On: name}
	args, no := readArguments(w, r)
	call.Body = args.log()
	call.Channel, call.User = args["channel"], args["user"]

	s.mu.Lock()
	method, known := apiMethods[name]
	if no == nil {
		no = s.admit(r, args, method, known)
	}
	var f Fault
	if no == nil {
		f = s.takeFault(name)
		call.Fault = f.Kind
	}
	s.mu.Unlock()

	if f.Kind == Slow && s.o.Wait(r.Context(), f.Delay) != nil {
		s.log(call)
		panic(http.ErrAbortHandler) // The caller hung up: nothing happened.
	}
	if s.brokenOff(w, f, call) {
		return
	}
	s.mu.Lock()
	var answer map[string]any
	if no == nil {
		answer, no = method.do(s, args, &call)
	}
	if answer == nil {
		answer = map[string]any{}
	}
	answer["ok"] = no == nil
	if no != nil {
		answer["error"] = no.code
		if no.code == "missing_scope" {
			answer["needed"], answer["provided"] = strings.Join(method.scopes, ","), strings.Join(s.o.Scopes, ",")
		}
		call.Error, call.Reason = no.code, no.reason
	}
	call.Status = http.StatusOK
	s.record(call)
	s.mu.Unlock()

	if f.Kind == AnswerLost {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if no == nil || no.code != "not_authed" && no.code != "invalid_auth" {
		w.Header().Set("X-OAuth-Scopes", strings.Join(s.o.Scopes, ","))
	}
	_ = json.MarshalWrite(w, answer)
}

// admit checks method, token, scope and the names of the arguments. The lock
// is held.
func (s *Server) admit(r *http.Request, args arguments, method apiMethod, known bool) *refusal {
	if !known {
		return &refusal{"unknown_method", "this double does not know the method"}
	}
	token := args["token"]
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = t
	}
	if token == "" {
		return &refusal{"not_authed", "no token"}
	}
	if s.o.BotToken == "" || token != s.o.BotToken {
		return &refusal{"invalid_auth", "not the app's token"}
	}
	if !slices.ContainsFunc(method.scopes, func(scope string) bool { return slices.Contains(s.o.Scopes, scope) }) {
		return &refusal{"missing_scope", "needs " + strings.Join(method.scopes, " or ")}
	}
	for name := range args {
		if !slices.Contains(method.known, name) {
			return &refusal{"invalid_arguments", fmt.Sprintf("unknown argument %q", name)}
		}
	}
	return nil
}

// readArguments reads a form, or a JSON object whose values that are no
// strings keep their JSON text.
func readArguments(w http.ResponseWriter, r *http.Request) (arguments, *refusal) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPostBody))
	if err != nil {
		return nil, &refusal{"invalid_form_data", "read the body: " + err.Error()}
	}
	args := arguments{}
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); {
	case r.Method != http.MethodPost:
		return nil, &refusal{"invalid_post_type", r.Method + ", only POST here"}
	case kind == "application/json":
		var tree map[string]any
		if err := json.Unmarshal(body, &tree); err != nil {
			return nil, &refusal{"invalid_json", err.Error()}
		}
		for name, v := range tree {
			if text, ok := v.(string); ok {
				args[name] = text
				continue
			}
			text, _ := json.Marshal(v) // What was decoded can be encoded.
			args[name] = string(text)
		}
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, &refusal{"invalid_form_data", err.Error()}
		}
		for name, values := range form {
			if len(values) > 1 {
				return nil, &refusal{"invalid_form_data", fmt.Sprintf("argument %q twice", name)}
			}
			args[name] = values[0]
		}
	default:
		return nil, &refusal{"invalid_post_type", fmt.Sprintf("content type %q", kind)}
	}
	return args, nil
}

// log is the arguments as one line of JSON, without the token.
func (a arguments) log() string {
	shown := map[string]string{}
	for name, v := range a {
		if name != "token" {
			shown[name] = v
		}
	}
	text, _ := json.Marshal(shown, json.Deterministic(true))
	return string(text)
}
