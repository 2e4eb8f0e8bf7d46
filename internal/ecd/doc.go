// Package ecd is the client of Elastic Desktop Service. It implements
// core.Desktops on both of the vendor's contracts: admin, API version
// 2020-09-30, and client, API version 2020-10-02. It implements core.Fleet and
// core.Tagger on the admin contract.
//
// Every call, repeated ones included, waits for its turn (pace.go), goes out
// once (attempt.go), and is repeated where that does no harm (retry.go). So all
// operations have the same limit, errors, redaction and log line.
//
// The vendor's official core (darabonba-openapi v2.2.4) builds and signs every
// request. What leaves and what comes back passes through exchange.go, because
// that core loses the status of an answer that is not JSON, puts the whole URL
// with its tokens into error texts, reads bodies of any size and opens a new
// connection for each call when it is handed a transport.
//
// Reading order: options.go, client.go, look.go, list.go, tags.go, stop.go,
// idle.go, uptime.go, attempt.go, pace.go, exchange.go, classify.go, retry.go.
package ecd
