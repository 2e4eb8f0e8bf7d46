package slack

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Forgery changes a request that is about to be sent. Those that change what
// is signed are requests that only the holder of the secret can make, such as
// Slack on behalf of another app; the others are made by somebody in between.
type Forgery func(*Delivery)

// SignedWith signs with another secret. An empty one sends no signature.
func SignedWith(secret string) Forgery { return func(d *Delivery) { d.Secret = secret } }

// SignedAt signs with a timestamp that is off by so much.
func SignedAt(off time.Duration) Forgery { return func(d *Delivery) { d.At = d.At.Add(off) } }

// WithHeader sets a header after signing; an empty value removes it.
func WithHeader(name, value string) Forgery {
	return afterSigning(func(h http.Header, body []byte) []byte {
		h.Del(name)
		if value != "" {
			h.Set(name, value)
		}
		return body
	})
}

// WithSecondHeader adds a header beside the one that is there.
func WithSecondHeader(name, value string) Forgery {
	return afterSigning(func(h http.Header, body []byte) []byte { h.Add(name, value); return body })
}

// BodyEdited replaces bytes of the body after it was signed.
func BodyEdited(old, new string) Forgery {
	return afterSigning(func(_ http.Header, body []byte) []byte { return bytes.Replace(body, []byte(old), []byte(new), 1) })
}

// BodyAppended adds bytes after the body was signed.
func BodyAppended(more string) Forgery {
	return afterSigning(func(_ http.Header, body []byte) []byte { return append(body, more...) })
}

func afterSigning(change func(http.Header, []byte) []byte) Forgery {
	return func(d *Delivery) { d.Signed = append(d.Signed, change) }
}

// WithField sets a field of the form and signs that, for example "api_app_id" of
// another app, or "team_id" of another workspace.
func WithField(name, value string) Forgery {
	return func(d *Delivery) { d.Form = setField(d.Form, name, value) }
}

// WithoutField removes a field and signs that.
func WithoutField(name string) Forgery {
	return func(d *Delivery) {
		d.Form = slices.DeleteFunc(slices.Clone(d.Form), func(f Field) bool { return f.Name == name })
	}
}

// WithSecondField adds a field beside the one that is there and signs both.
func WithSecondField(name, value string) Forgery {
	return func(d *Delivery) { d.Form = append(slices.Clone(d.Form), Field{name, value}) }
}

// InQuery moves a field from the body to the query, which no signature covers.
func InQuery(name string) Forgery {
	return func(d *Delivery) {
		for _, f := range d.Form {
			if f.Name == name {
				d.URL += "?" + encodeForm([]Field{f})
			}
		}
		WithoutField(name)(d)
	}
}

// WithPayload changes the payload of a click and signs that, for example
// {"team": {"id": ...}} of another workspace.
func WithPayload(change func(payload map[string]any)) Forgery {
	return func(d *Delivery) {
		for i, f := range d.Form {
			var document map[string]any
			if f.Name != "payload" || json.Unmarshal([]byte(f.Value), &document) != nil {
				continue
			}
			change(document)
			text, _ := json.Marshal(document) // What was decoded can be encoded.
			d.Form = slices.Clone(d.Form)
			d.Form[i].Value = string(text)
		}
	}
}

// WithValue changes the value of the button that was pressed and signs that,
// as nobody but Slack can: the app's own check of the value must hold.
func WithValue(change func(value string) string) Forgery {
	return WithPayload(func(payload map[string]any) {
		actions, _ := payload["actions"].([]any)
		for _, a := range actions {
			if action, ok := a.(map[string]any); ok {
				value, _ := action["value"].(string)
				action["value"] = change(value)
			}
		}
	})
}

func setField(form []Field, name, value string) []Field {
	form = slices.Clone(form)
	for i := range form {
		if form[i].Name == name {
			form[i].Value = value
			return form
		}
	}
	return append(form, Field{name, value})
}
