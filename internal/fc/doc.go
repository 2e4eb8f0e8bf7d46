// Package fc is the product's side of Function Compute 3.0 in the go1 runtime:
// what one event means, an HTTP event as an ordinary http.Handler sees it, the
// invocation an event came with, and the call that hands a job to a later
// invocation.
//
// One handler gets events of four shapes (Open). The instance is frozen as soon
// as the handler returns, so nothing here starts work that outlives a call, and
// credentials come with each invocation and are never kept.
package fc
