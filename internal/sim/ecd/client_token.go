package ecd

import (
	"crypto/sha256"
	"encoding/json"
	"maps"
	"net/http"
	"time"
)

// maxClientToken is the documented length of a ClientToken.
const maxClientToken = 64

// tokenMemory remembers what was answered to a ClientToken. Tokens belong to
// the account, whichever key carried them.
type tokenMemory struct {
	answers map[string]tokenAnswer
	order   []string // oldest first
}

type tokenAnswer struct {
	at        time.Time
	params    [sha256.Size]byte
	requestID string
}

// once runs do unless the call's ClientToken was answered before: then it
// repeats the answer's request id without a second effect. Other parameters
// under the same token are refused. Only success is remembered, so a call that
// was refused may be tried again.
func (c *call) once(do func() *apiError) *apiError {
	token := c.args.text["ClientToken"]
	if token == "" {
		return do()
	}
	if len(token) > maxClientToken || !isPrintableASCII(token) {
		return &apiError{status: http.StatusBadRequest, code: "InvalidClientToken.Malformed", message: "The specified ClientToken is not valid: want up to 64 ASCII characters."}
	}
	memory := &c.server.tokens
	memory.forget(c.now.Add(-c.opts.ClientTokenLife))
	params := c.digest()
	if before, ok := memory.answers[token]; ok {
		if before.params != params {
			return &apiError{status: http.StatusBadRequest, code: "IdempotentParameterMismatch", message: "The request uses the same client token as a previous, but non-identical request."}
		}
		c.requestID = before.requestID
		return nil
	}
	if e := do(); e != nil {
		return e
	}
	if memory.answers == nil {
		memory.answers = map[string]tokenAnswer{}
	}
	memory.answers[token] = tokenAnswer{at: c.now, params: params, requestID: c.requestID}
	memory.order = append(memory.order, token)
	return nil
}

func (m *tokenMemory) forget(before time.Time) {
	n := 0
	for n < len(m.order) && !m.answers[m.order[n]].at.After(before) {
		delete(m.answers, m.order[n])
		n++
	}
	m.order = m.order[n:]
}

// digest stands for all parameters of the operation, the order of lists
// included. The vendor does not say which count; all is the strictest reading.
func (c *call) digest() [sha256.Size]byte {
	others := maps.Clone(c.args.text)
	delete(others, "ClientToken")
	encoded, err := json.Marshal([]any{c.op.name, others, c.args.flag, c.args.num, c.args.lists})
	if err != nil {
		// Maps of strings, numbers and lists always encode.
		panic(err)
	}
	return sha256.Sum256(encoded)
}

func isPrintableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
