package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// sign reads a body from in and prints a configuration for `curl -K -` that
// sends it with the proof of POST /stop, or of a sender of a folder.
func sign(args []string, environ []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("sign", flag.ContinueOnError)
	secret := flags.String("secret", "", "for POST /stop: the webhook's signing `secret`, whsec_...")
	config := flags.String("config", "", "for POST /senders/<name>: the `folder` that holds senders.yaml")
	name := flags.String("sender", "", "for POST /senders/<name>: the sender's `name`; its secret is taken from the variables of this shell")
	id := flags.String("id", "", "the delivery's `id`; empty means a new one")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: go run ./cmd/playground sign -secret S [-id I] | sign -config folder -sender name [-id I]\nIt reads a body from standard input and prints what curl -K - sends.")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	switch {
	case *secret != "" && (*name != "" || *config != ""):
		return errors.New("sign: -secret is for POST /stop, -config and -sender are for POST /senders/<name>; leave one out")
	case (*name == "") != (*config == ""):
		return errors.New("sign: -config and -sender go together: a folder, and the name of one of its senders")
	case *secret == "" && *name == "":
		return errors.New("sign: -secret is missing; the playground prints the whole command when it is up")
	}
	body, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("sign: read the body from standard input: %w", err)
	}
	body = bytes.TrimSpace(body)
	var headers [][2]string
	if *name == "" {
		headers, err = signed(*secret, *id, body)
	} else {
		headers, err = proven(*config, *name, *id, body, environ)
	}
	if err != nil {
		return err
	}
	// curl reads these escapes and no others.
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	for _, h := range headers {
		fmt.Fprintf(out, "header = \"%s\"\n", escape.Replace(h[0]+": "+h[1]))
	}
	fmt.Fprintf(out, "data-raw = \"%s\"\n", escape.Replace(string(body)))
	return nil
}

// signed returns the headers of one delivery. An empty id means a new one.
func signed(secret, id string, body []byte) ([][2]string, error) {
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return nil, errors.New("sign: the secret is not whsec_ and base64")
	}
	if id == "" {
		id = "msg_" + rand.Text()
	}
	now := time.Now()
	signature, err := hook.Sign(id, now, bytes.TrimSpace(body))
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return [][2]string{
		{"Content-Type", "application/json"},
		{"webhook-id", id},
		{"webhook-timestamp", strconv.FormatInt(now.Unix(), 10)},
		{"webhook-signature", signature},
	}, nil
}
