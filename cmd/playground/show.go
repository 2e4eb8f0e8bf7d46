package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"

	"stopdesktops/internal/core"
)

// clientRequest uses every parameter of StopDesktops 2020-10-02.
const clientRequest = `{
  "RegionId": "cn-hangzhou",
  "ClientId": "f4a0dc8e-1702-4728-9a60-95b27a350000",
  "SessionId": "cd45e873-650d-4d70-acb9-f996187a0000",
  "LoginToken": "` + alicesToken + `",
  "ClientOS": "Windows_NT 10.0.18363 x64",
  "ClientVersion": "2.1.0-R-20210731.151756",
  "DesktopId": ["ecd-demo0001", "ecd-demo0002", "ecd-demo0003"],
  "ClientToken": "6ce412a8-399f-49f9-9518-66ee028a0000",
  "SessionToken": "04b7b80a0b020715c5c1b4175fc4771698000",
  "OsUpdate": false,
  "Uuid": "1c5e7a10-0000-4000-8000-000000000001"
}`

// adminRequest is the one that operators want.
const adminRequest = `{
  "RegionId": "cn-hangzhou",
  "DesktopId": ["ecd-demo0005", "ecd-demo0006", "ecd-demo0007", "ecd-demo0008", "ecd-gone"],
  "StoppedMode": "StopCharging",
  "Reason": "ticket 4711: the build is over"
}`

// client asks on the client contract.
func (p *playground) client(ctx context.Context) error {
	p.title("1. A ticket asks for alice's desktops (webhook, client contract, signed with Standard Webhooks)")
	fmt.Fprintln(p.out, clientRequest)
	return p.webhook(ctx, clientRequest)
}

// admin asks on the admin contract.
func (p *playground) admin(ctx context.Context) error {
	p.title("2. A ticket asks for build machines (webhook, admin contract)")
	fmt.Fprintln(p.out, adminRequest)
	return p.webhook(ctx, adminRequest)
}

// webhook sends one signed request, waits for its job and prints the report.
func (p *playground) webhook(ctx context.Context, body string) error {
	headers, err := signed(p.cloud.WebhookSecret, "", []byte(body))
	if err != nil {
		return err
	}
	status, answer, err := p.call(ctx, http.MethodPost, "/stop", headers, body)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "-> %d, run %s is %s\n", status, answer.RunId, answer.State)
	if err := p.cloud.Drain(ctx); err != nil {
		return fmt.Errorf("wait for the job: %w", err)
	}
	if _, answer, err = p.call(ctx, http.MethodGet, "/runs/"+string(answer.RunId), p.bearer(), ""); err != nil {
		return err
	}
	if answer.Report == nil {
		return otherwisef("run %s has no report", answer.RunId)
	}
	p.report(*answer.Report)
	return nil
}

// answer is what the product says about a run.
type answer struct {
	RunId  core.RunID
	State  core.State
	Report *core.Report
}

// call sends one HTTP request to the function, which as shipped succeeds.
func (p *playground) call(ctx context.Context, method, path string, headers [][2]string, body string) (int, answer, error) {
	status, text, err := p.send(ctx, method, path, headers, body)
	if err != nil {
		return 0, answer{}, err
	}
	if status >= http.StatusMultipleChoices {
		return 0, answer{}, otherwisef("%s %s was answered with %d: %s", method, path, status, detail(text))
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return 0, answer{}, fmt.Errorf("%s %s: read the answer: %w", method, path, err)
	}
	return status, a, nil
}

// detail is what an answer says of why it is no other.
func detail(text []byte) string {
	var problem struct{ Detail string }
	if err := json.Unmarshal(text, &problem); err != nil || problem.Detail == "" {
		return string(text)
	}
	return problem.Detail
}

// send sends one HTTP request to the function and returns what it answers.
func (p *playground) send(ctx context.Context, method, path string, headers [][2]string, body string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, p.cloud.FC.HTTPURL("stopdesktops")+path, strings.NewReader(strings.TrimSpace(body)))
	if err != nil {
		return 0, nil, err
	}
	for _, h := range headers {
		r.Header.Set(h[0], h[1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if resp.StatusCode == http.StatusBadGateway {
		return 0, nil, fmt.Errorf("%s %s: the function failed. It said:\n%s", method, path, p.cloud.FC.Logs("stopdesktops"))
	}
	return resp.StatusCode, bytes.TrimSpace(text), nil
}

// bearer is the header of routes that take the token only.
func (p *playground) bearer() [][2]string {
	return [][2]string{{"Authorization", "Bearer " + p.cloud.WebhookToken}}
}

// report prints one outcome a line.
func (p *playground) report(r core.Report) {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, o := range r.Outcomes {
		fmt.Fprintf(w, "   %s\t%s\t%s\t%s\n", o.DesktopId, o.DesktopName, o.Code, orMeaning(o))
	}
	w.Flush()
}

func orMeaning(o core.Outcome) string {
	if o.Detail != "" {
		return o.Detail
	}
	return o.Code.Meaning()
}

func (p *playground) title(s string) {
	fmt.Fprintf(p.out, "\n%s\n%s\n", s, strings.Repeat("-", len(s)))
}
