package fc

import "testing"

// FuzzParseServerless looks for files that make the reader panic or run for
// ever, such as variables in a circle.
func FuzzParseServerless(f *testing.F) {
	f.Add("edition: 3.0.0\nresources: {a: {component: fc3, props: {code: \"${json(env('X'))}${vars}\"}}}")
	f.Add("vars: {a: &a [1, \"${vars.b}\"], b: {<<: *a, c: \"${vars.a}\"}}\nresources: {a: {component: fc3, props: {timeout: \"${json('1')}\", role: \"${config('A')}-${env('X', vars.a)}\"}}}")
	f.Add("edition: 3.0.0\nresources: {a: {component: fc3, props: {functionName: a, triggers: [{triggerName: t, triggerType: timer, triggerConfig: {enable: true}}]}}}")
	f.Fuzz(func(t *testing.T, text string) {
		parseServerless([]byte(text), ".", func(k string) (string, bool) { return "[1]", k == "X" })
	})
}
