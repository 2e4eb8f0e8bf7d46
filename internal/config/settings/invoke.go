package settings

// Invoke is how a run is handed on to a later invocation.
type Invoke struct {
	Endpoint string // empty: the account's own
	Function string
}

func (i *Invoke) variables() []variable {
	return []variable{
		{Variable{Name: "INVOKE_ENDPOINT", Want: wantEndpoint,
			Doc: "Where Function Compute's API is, instead of the account's public endpoint."}, setEndpoint(&i.Endpoint)},
		{Variable{Name: "INVOKE_FUNCTION", Required: true, From: "FC_FUNCTION_NAME", Want: "the name of a function: up to 64 letters, digits, dashes and underscores, not beginning with a digit or dash",
			Doc: "Function that carries runs out."}, setShape(&i.Function, functionShape)},
	}
}
