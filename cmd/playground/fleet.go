package main

import (
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
)

// resident is one desktop of the playground and how it must be at the end.
type resident struct {
	ecd.Desktop
	part int    // of the show, that is about it
	end  string // status after the show
	why  string
	// code is how the night's timers must report it; none where they may not
	// reach it.
	code core.Code
}

// fleet is twelve desktops in mixed states. The first four belong to the
// request on the client contract, the next four to the one on the admin
// contract, the next three to the timer and the last to somebody in Slack.
var fleet = []resident{
	{Desktop: ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-demo0001", Name: "design-1", EndUserIDs: []string{"alice"}}, part: clientPart, end: ecd.Stopped, why: "the webhook stops it for alice"},
	{Desktop: ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-demo0002", Name: "design-2", EndUserIDs: []string{"alice"}, Connection: ecd.Connected}, part: clientPart, end: ecd.Running, why: "somebody is connected"},
	{Desktop: ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-demo0003", Name: "design-3", EndUserIDs: []string{"alice"}, Status: ecd.Stopped}, part: clientPart, end: ecd.Stopped, why: "it was stopped already"},
	{Desktop: ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-demo0004", Name: "design-4", EndUserIDs: []string{"alice"}}, part: clientPart, end: ecd.Running, why: "nobody has stopped it: the show asks for it under a freeze only"},
	{Desktop: ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-demo0005", Name: "build-1"}, part: adminPart, end: ecd.Stopped, why: "the webhook stops it"},
	{Desktop: ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-demo0006", Name: "build-2", PoolID: "dg-demo"}, part: adminPart, end: ecd.Stopped, why: "a pooled machine that was named"},
	{Desktop: ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-demo0007", Name: "build-3", Connection: ecd.Unknown}, part: adminPart, end: ecd.Running, why: "nobody knows whether it is in use"},
	{Desktop: ecd.Desktop{Region: "cn-hangzhou", ID: "ecd-demo0008", Name: "build-4", Status: ecd.Starting}, part: adminPart, end: ecd.Starting, why: "it is not running yet"},
	{Desktop: ecd.Desktop{Region: "cn-shanghai", ID: "ecd-demo0009", Name: "dev-1"}, part: timerPart, end: ecd.Stopped, why: "the timer stops it"},
	{Desktop: ecd.Desktop{Region: "cn-shanghai", ID: "ecd-demo0010", Name: "dev-2"}, part: timerPart, end: ecd.Stopped, why: "the timer stops it"},
	{Desktop: ecd.Desktop{Region: "cn-shanghai", ID: "ecd-demo0011", Name: "dev-3", Connection: ecd.Connected}, part: timerPart, end: ecd.Running, why: "somebody is connected"},
	{Desktop: ecd.Desktop{Region: "cn-shanghai", ID: "ecd-demo0012", Name: "dev-4", EndUserIDs: []string{"bob"}}, part: slackPart, end: ecd.Stopped, why: "somebody stops it from Slack"},
}

// alicesToken is the end user's login token that the request on the client
// contract carries. It is good on the local double only.
const alicesToken = "v1playground0123456789abcdef"

// stopTakes is how long a desktop takes from Running to Stopped here: long
// enough to be seen Stopping, short enough not to be waited for.
const stopTakes = 500 * time.Millisecond
