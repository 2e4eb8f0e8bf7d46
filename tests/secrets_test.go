package tests

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// searchForSecrets looks for every secret of this world in all that the
// function let out: logs, answers, task records and bucket.
func (w *world) searchForSecrets() {
	w.t.Helper()
	secrets := w.AllSecrets()
	places := map[string][]byte{"logs": []byte(w.FC.Logs("stopdesktops")), "logs of slackcmd": []byte(w.FC.Logs("slackcmd")), "logs of the door": []byte(w.FC.Logs(doorOnly)), "answers": w.answers.Bytes()}
	for _, task := range w.FC.Tasks() {
		places["task "+task.ID] = append(bytes.Clone(task.Payload), task.Response...)
	}
	for key, body := range w.OSS.Objects() {
		places["record "+key] = body
	}
	secrets = append(append(secrets, w.urls...), loginToken, sessionToken, sessionID)
	for place, text := range places {
		for _, secret := range secrets {
			for _, form := range forms(secret) {
				if bytes.Contains(text, []byte(form)) {
					w.t.Errorf("%s hold a secret: %q", place, around(text, form))
				}
			}
		}
	}
}

// forms are the shapes in which a secret may leak.
func forms(secret string) []string {
	return []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret)), strings.ReplaceAll(secret, "+", "%2B")}
}

// around shows where a leak is, with the secret itself cut out.
func around(text []byte, secret string) string {
	i := bytes.Index(text, []byte(secret))
	return string(text[max(0, i-60):i]) + "…"
}
