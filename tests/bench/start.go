package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// startBound is how much longer the product may take from its process's start
// to its first answer than a bare function.
const startBound = 1.6

// firstEvent is a request to a route that answers without calling anybody.
const firstEvent = `{"version":"v1","rawPath":"/healthz","body":"","isBase64Encoded":false,"headers":{"Authorization":"Bearer bench-token-0123456789abcdef"},` +
	`"queryParameters":{},"requestContext":{"http":{"method":"GET","path":"/healthz"}}}`

// functionEnv is a complete configuration that names nothing real.
func functionEnv(name, config string) []string {
	if name == "slackcmd" {
		return []string{"ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=bench-state", "STATE_REGION=cn-hangzhou", "SLACK_APP_ID=A012ABCD0A0", "SLACK_TEAM_IDS=T012ABCD0",
			"SLACK_SIGNING_SECRETS=0123456789abcdef0123456789abcdef", "SLACK_STATE_KEY=slack.q7Qm0Jf2pZ8yVdT4wXnR6sK1uEoLbHcA9gIiNtMzCvY"}
	}
	return []string{"ECD_REGIONS=cn-hangzhou", "STATE_BUCKET=bench-state", "STATE_REGION=cn-hangzhou",
		"STATE_KEY=q7Qm0Jf2pZ8yVdT4wXnR6sK1uEoLbHcA9gIiNtMzCvY=", "WEBHOOK_TOKENS=bench-token-0123456789abcdef", "CONFIG_DIR=" + config}
}

// starts measures start to first answer, the two binaries turn by turn.
func (b *bench) starts(ctx context.Context) error {
	config, err := filepath.Abs("config")
	if err != nil {
		return err
	}
	took := map[string][]time.Duration{}
	for range b.size.starts {
		for _, name := range []string{"bare", "stopdesktops", "slackcmd"} {
			d, err := firstAnswer(ctx, b.path(name), functionEnv(name, config))
			if err != nil {
				return fmt.Errorf("start %s: %w", name, err)
			}
			took[name] = append(took[name], d)
		}
	}
	bare := median(took["bare"])
	for _, name := range []string{"stopdesktops", "slackcmd"} {
		product := median(took[name])
		b.row("start to first answer, "+name, product.Round(10*time.Microsecond).String(), bare.Round(10*time.Microsecond).String()+" bare", float64(product)/float64(bare), startBound, " x")
	}
	return nil
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// firstAnswer starts a binary under a runtime API that holds one event, and
// returns how long its answer took.
func firstAnswer(ctx context.Context, binary string, env []string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	answered := make(chan error, 1)
	handed := false
	const runtimeAPI = "/2020-11-11/runtime/invocation/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtimeAPI+"next", func(w http.ResponseWriter, r *http.Request) {
		if handed {
			<-r.Context().Done()
			return
		}
		handed = true
		w.Header().Set("x-fc-request-id", "bench")
		w.Header().Set("x-fc-function-deadline", strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10))
		w.Header().Set("x-fc-function-timeout", "60")
		io.WriteString(w, firstEvent)
	})
	mux.HandleFunc("POST "+runtimeAPI+"bench/{how}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && (r.PathValue("how") != "response" || !okAnswer(body)) {
			err = fmt.Errorf("%s: %s", r.PathValue("how"), body)
		}
		answered <- err
	})
	server := &http.Server{Handler: mux}
	go server.Serve(l)
	c := exec.CommandContext(ctx, binary)
	c.Env = append([]string{"FC_RUNTIME_API=" + l.Addr().String(), "FC_FUNCTION_NAME=stopdesktops", "FC_REGION=cn-hangzhou", "FC_ACCOUNT_ID=1",
		fmt.Sprintf("FC_FUNCTION_MEMORY_SIZE=%d", functionMemoryMB), "HOME=" + os.TempDir()}, env...)
	c.Stderr = os.Stderr
	begin := time.Now()
	if err := c.Start(); err != nil {
		return 0, err
	}
	select {
	case err = <-answered:
	case <-ctx.Done():
		err = ctx.Err()
	}
	took := time.Since(begin)
	// The child first: without its server it would ask again without a pause.
	c.Process.Kill()
	c.Wait()
	return took, firstError(err, server.Close())
}
