// Package core stops cloud computers: it turns a request into a plan, asks
// whether the caller may, stops what the plan says and reports one outcome for
// every desktop.
//
// It knows no cloud, no Slack and no HTTP. What it needs of the world are the
// small interfaces of ports.go, which the adapters implement. Arrows point one
// way: functions -> adapters -> core.
//
// Reading order: request.go, code.go, decide.go, planning.go, intake.go, carry.go,
// stop.go, again.go, prove.go, finish.go, lease.go, settle.go, consent.go, and
// ports.go for what it needs of the world.
package core
