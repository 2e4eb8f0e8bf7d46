package main

import (
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
// sends it with a Standard Webhooks signature.
func sign(args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("sign", flag.ContinueOnError)
	secret := flags.String("secret", "", "the webhook's signing secret, whsec_...")
	id := flags.String("id", "", "the delivery's id; empty means a new one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *secret == "" {
		return errors.New("sign: -secret is missing; the playground prints the whole command when it is up")
	}
	body, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("sign: read the body from standard input: %w", err)
	}
	headers, err := signed(*secret, *id, body)
	if err != nil {
		return err
	}
	for _, h := range headers {
		fmt.Fprintf(out, "header = %q\n", h[0]+": "+h[1])
	}
	// curl reads these escapes and no others.
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	fmt.Fprintf(out, "data-raw = \"%s\"\n", escape.Replace(strings.TrimSpace(string(body))))
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
	signature, err := hook.Sign(id, now, []byte(strings.TrimSpace(string(body))))
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
