// Package cloud puts the local doubles together: access control, Elastic
// Desktop Service, OSS and Function Compute, on loopback, with the project's
// own s.yaml deployed on them and the rules that template.yml sets on the bucket. The functions that run here are the compiled
// binaries; only endpoints tell them where the cloud is.
package cloud

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/sim/ecd"
	"stopdesktops/internal/sim/fc"
	"stopdesktops/internal/sim/oss"
	"stopdesktops/internal/sim/ram"
	"stopdesktops/internal/sim/slack"
	"stopdesktops/internal/statekey"
)

// The account and places of the local cloud. They are samples.
const (
	Account = "1234567890123456"
	Region  = "cn-hangzhou"
	Bucket  = "stopdesktops-state"
)

// Options say what to deploy and how the doubles behave.
type Options struct {
	Root     string                                               // the repository, where s.yaml, template.yml and deploy/ram are
	Binaries map[string]string                                    // function name -> compiled executable
	Config   string                                               // CONFIG_DIR; empty means Root/config
	Env      map[string]string                                    // answers for env() in s.yaml, over the local ones
	ECD      ecd.Options                                          // clock and authority are filled in
	FC       fc.Options                                           // authority, account and region are filled in
	Function func(*fc.Function)                                   // edits each function before it is deployed
	Slack    slack.Options                                        // its own secret and base are filled in; zero value is fine
	Around   func(service string, next http.Handler) http.Handler // wraps the doubles "ecd" and "oss"

	// WithoutOverwriteRules leaves the bucket as it was before template.yml had rules
	// against overwriting: what the writer says in a header decides alone.
	WithoutOverwriteRules bool
}

// Cloud is the running local cloud.
type Cloud struct {
	RAM *ram.Authority
	ECD *ecd.Server
	OSS *oss.Server
	FC  *fc.Platform
	// Slack is the workspace where the app is installed.
	Slack *slack.Server

	ECDURL        string // where the desktops are
	OSSURL        string // where the bucket is
	WebhookSecret string // Standard Webhooks, whsec_...
	WebhookToken  string // bearer
	DoorKey       string // DOOR_STATE_KEY, for whoever deploys s-door.yaml as well
	Secrets       []string

	root     string            // the repository
	settings map[string]string // the answers for env() in s.yaml
	servers  []*http.Server
}

// Start starts the doubles and deploys the functions of s.yaml.
func Start(o Options) (*Cloud, error) {
	c := &Cloud{WebhookSecret: "whsec_" + random(32, base64.StdEncoding), WebhookToken: random(24, base64.RawURLEncoding)}
	now := o.ECD.Now
	if now == nil {
		now = time.Now
	}
	c.RAM = ram.New(now)
	o.ECD.Now, o.ECD.Authority = now, c.RAM
	c.ECD = ecd.New(o.ECD)
	c.OSS = oss.New(oss.Options{Now: now, Authority: c.RAM, Buckets: []string{Bucket}, Region: Region})
	if !o.WithoutOverwriteRules {
		rules, err := OverwriteRules(o.Root)
		if err != nil {
			return nil, err
		}
		c.OSS.SetOverwriteRules(Bucket, rules...)
	}
	o.Slack.SigningSecret, o.Slack.Now = slackSecret(), now
	c.Slack = slack.New(o.Slack)
	o.FC.Authority, o.FC.AccountID, o.FC.Region = c.RAM, Account, Region
	var err error
	if c.FC, err = fc.New(o.FC); err != nil {
		return nil, fmt.Errorf("start Function Compute: %w", err)
	}
	if err := c.deploy(o); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// deploy gives the doubles an address each and deploys s.yaml against them.
func (c *Cloud) deploy(o Options) error {
	ecdURL, err := c.listen("ecd", c.ECD, o.Around)
	if err != nil {
		return err
	}
	c.ECDURL = ecdURL
	ossURL, err := c.listen("oss", c.OSS, o.Around)
	if err != nil {
		return err
	}
	c.OSSURL = ossURL
	slackURL, err := c.listen("slack", c.Slack, o.Around)
	if err != nil {
		return err
	}
	c.Slack.SetBase(slackURL)
	stateKey := random(32, base64.StdEncoding)
	slackKey, err := derivedKey(stateKey, core.Slack)
	if err != nil {
		return err
	}
	if c.DoorKey, err = derivedKey(stateKey, core.Webhook); err != nil {
		return err
	}
	c.Secrets = []string{stateKey, slackKey, o.Slack.SigningSecret, c.WebhookSecret, strings.TrimPrefix(c.WebhookSecret, "whsec_"), c.WebhookToken,
		c.DoorKey, strings.TrimPrefix(c.DoorKey, string(core.Webhook)+".")}
	if o.Slack.BotToken != "" {
		c.Secrets = append(c.Secrets, o.Slack.BotToken)
	}
	config := o.Config
	if config == "" {
		config = filepath.Join(o.Root, "config")
	}
	env := map[string]string{
		"REGION": Region, "ACCOUNT": Account,
		"ECD_REGIONS": "cn-hangzhou,cn-shanghai", "ECD_ENDPOINT": ecdURL,
		"STATE_BUCKET": Bucket, "STATE_REGION": Region, "STATE_ENDPOINT": ossURL, "STATE_KEY": stateKey,
		"INVOKE_ENDPOINT": c.FC.APIURL(), "CONFIG": config, "CONFIG_DIR": config,
		"SLACK_SIGNING_SECRETS": o.Slack.SigningSecret, "SLACK_STATE_KEY": slackKey, "SLACK_APP_ID": slack.DefaultAppID,
		"SLACK_TEAM_IDS": slack.DefaultTeamID, "SLACK_HOOK_ORIGINS": slackURL, "SLACK_API": slackURL,
		"WEBHOOK_SECRETS": c.WebhookSecret, "WEBHOOK_TOKENS": c.WebhookToken,
	}
	for k, v := range o.Env {
		env[k] = v
	}
	c.root, c.settings = o.Root, env
	look := func(k string) (string, bool) { v, ok := env[k]; return v, ok }
	functions, err := fc.LoadServerless(filepath.Join(o.Root, "s.yaml"), look)
	if err != nil {
		return err
	}
	for _, f := range functions {
		binary, ok := o.Binaries[f.Name]
		if !ok {
			continue
		}
		rights, err := c.rights(documents[f.Name]...)
		if err != nil {
			return fmt.Errorf("role of %s: %w", f.Name, err)
		}
		c.RAM.SetRole(f.Name, rights)
		f.Binary, f.Role = binary, f.Name
		if o.Function != nil {
			o.Function(&f)
		}
		if err := c.FC.Deploy(f); err != nil {
			return fmt.Errorf("deploy %s: %w", f.Name, err)
		}
	}
	return nil
}

// documents are the RAM documents of each function's role, as a deployment with
// everything has them.
var documents = map[string][]string{"stopdesktops": {"stopdesktops", "keep"}, "slackcmd": {"slackcmd"}}

// rights are those of RAM documents that a real deployment uses, so that a right
// missing there is missing here.
func (c *Cloud) rights(documents ...string) (ram.Policy, error) {
	var rights ram.Policy
	for _, document := range documents {
		text, err := os.ReadFile(filepath.Join(c.root, "deploy", "ram", document+".json"))
		if err != nil {
			return ram.Policy{}, fmt.Errorf("read its rights: %w", err)
		}
		filled := os.Expand(string(text), func(k string) string { return c.settings[k] })
		policy, err := ram.ParsePolicy([]byte(filled))
		if err != nil {
			return ram.Policy{}, fmt.Errorf("%s.json: %w", document, err)
		}
		rights.Version, rights.Statement = policy.Version, append(rights.Statement, policy.Statement...)
	}
	return rights, nil
}

// listen serves a double on a loopback port of its own.
func (c *Cloud) listen(service string, h http.Handler, around func(string, http.Handler) http.Handler) (string, error) {
	if around != nil {
		h = around(service, h)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen for %s: %w", service, err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	c.servers = append(c.servers, s)
	go s.Serve(l)
	return "http://" + l.Addr().String(), nil
}

// Drain waits until every queued job has ended.
func (c *Cloud) Drain(ctx context.Context) error { return c.FC.Drain(ctx) }

// AllSecrets lists every secret of the local cloud, for searching logs,
// records and task records for them.
func (c *Cloud) AllSecrets() []string { return append(c.RAM.Secrets(), c.Secrets...) }

// Close ends the functions first and then the services they call.
func (c *Cloud) Close() error {
	err := c.FC.Close()
	for _, s := range c.servers {
		err = errors.Join(err, s.Close())
	}
	return err
}

// slackSecret is a signing secret in the form that Slack's have.
func slackSecret() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// derivedKey is what a function that faces one door may hold of the state key.
func derivedKey(stateKey string, door core.Door) (string, error) {
	keys, err := statekey.Parse(stateKey)
	if err != nil {
		return "", err
	}
	key, err := keys.Derived(door)
	return key.Reveal(), err
}

// random returns n random bytes as text.
func random(n int, enc interface{ EncodeToString([]byte) string }) string {
	b := make([]byte, n)
	io.ReadFull(rand.Reader, b)
	return enc.EncodeToString(b)
}
