package post

import "time"

const sampleRun = "slack-abcdefghijklmnopqrstuvwxyz"

const hookURL = "https://hooks.slack.com/commands/T123/456/abcDEF"

var sampleTime = time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)
