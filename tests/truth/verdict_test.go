package truth

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing/fstest"
	"time"

	"stopdesktops/internal/config"
	"stopdesktops/internal/config/mistake"
	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/startup"
	"stopdesktops/internal/startup/slackfront"
)

// Samples of the right shape, with which nobody gets in.
const (
	goodKey    = "q7Qm0Jf2pZ8yVdT4wXnR6sK1uEoLbHcA9gIiNtMzCvY="
	otherKey   = "Zk3vT9bQe1LxWm5oRy8Cj2HsUa6NfGd0PiXqVtBzKwM="
	goodToken  = "sample-token-0123456789abcdef"
	otherToken = "sample-token-fedcba9876543210"
)

// deployment is what every function is told at least.
var deployment = map[string]string{
	"ECD_REGIONS": "cn-hangzhou", "STATE_BUCKET": "state-bucket", "STATE_REGION": "cn-hangzhou", "STATE_KEY": goodKey, "INVOKE_FUNCTION": "stopdesktops",
	"WEBHOOK_TOKENS": goodToken, "CONFIG_DIR": "config",
	"SLACK_APP_ID": "A0", "SLACK_TEAM_IDS": "T0", "SLACK_SIGNING_SECRETS": "0123456789abcdef", "SLACK_STATE_KEY": "slack." + goodKey,
}

// takes says whether every function that reads a variable would start with a
// value, as far as this variable goes.
func takes(variable, value string) bool {
	env := maps.Clone(deployment)
	env[variable] = value
	var stops, front, door mistake.Problems
	if variable == startup.DoorKey.Name {
		errors.As(startsDoor(env), &door)
		return !door.Has("STATE_KEY")
	}
	errors.As(startsWorker(env), &stops)
	errors.As(startsFront(env), &front)
	return !stops.Has(variable) && !front.Has(variable)
}

// started remembers verdicts: they depend on the code alone, and every seed asks.
var started sync.Map

func remembered(program string, env map[string]string, start func(environ []string) error) error {
	var environ []string
	for _, name := range slices.Sorted(maps.Keys(env)) {
		environ = append(environ, name+"="+env[name])
	}
	key := program + "\x00" + strings.Join(environ, "\x00")
	if err, known := started.Load(key); known {
		return err.(verdict).error
	}
	err := start(environ)
	started.Store(key, verdict{err})
	return err
}

type verdict struct{ error }

// startsDoor is what the function of s-door.yaml finds wrong with its state key,
// which is another's than the worker's.
func startsDoor(env map[string]string) error {
	env = maps.Clone(env)
	env["STATE_KEY"] = env[startup.DoorKey.Name]
	return starts("stopdesktops-door", env)
}

// startsWorker is what the function stopdesktops finds wrong with an environment,
// beside a folder that holds a policy and, where secrets for it are set, a sender.
func startsWorker(env map[string]string) error { return starts("stopdesktops", env) }

func starts(function string, env map[string]string) error {
	return remembered(function, only(env, settings.Variables()), func(environ []string) error {
		folder := fstest.MapFS{"policy.cedar": {Data: []byte("permit (principal, action, resource);\n")}}
		if env["SENDER_SECRETS"] != "" {
			folder["senders.yaml"] = &fstest.MapFile{Data: []byte("Senders:\n- {Name: tickets, Scheme: header, Header: X-Token, Secrets: [TICKETS_IN], May: [read]}\n")}
		}
		_, err := config.Load(config.Source{Environ: environ, Checks: (&startup.Parts{Self: function}).All(time.Now), Open: func(string) fs.FS { return folder }})
		return err
	})
}

// startsFront is what the function slackcmd finds wrong with an environment, by
// the same checks of other packages as its own start.
func startsFront(env map[string]string) error {
	return remembered("slackcmd", only(env, settings.SlackVariables()), func(environ []string) error {
		_, err := settings.LoadSlack(environ, new(slackfront.Parts).Checks()...)
		return err
	})
}

// only leaves what a function reads.
func only(env map[string]string, reads []settings.Variable) map[string]string {
	some := map[string]string{}
	for _, v := range reads {
		if value := env[v.Name]; value != "" {
			some[v.Name] = value
		}
	}
	return some
}
