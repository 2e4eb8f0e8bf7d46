package ecd

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
)

func body(answer map[string]any) map[string]any {
	b, _ := answer["body"].(map[string]any)
	return b
}

// refusal is what the official core understood of an error answer.
type refusal struct {
	code   string
	status int
	data   map[string]any
	after  int64 // RetryAfter in ms, 0 if none
	denied map[string]any
}

func refusalOf(t *testing.T, err error) refusal {
	t.Helper()
	var client *openapi.ClientError
	var server *openapi.ServerError
	var throttling *openapi.ThrottlingError
	switch {
	case errors.As(err, &throttling):
		return refusal{code: *throttling.Code, status: *throttling.StatusCode, data: throttling.Data, after: dara.Int64Value(throttling.RetryAfter)}
	case errors.As(err, &client):
		return refusal{code: *client.Code, status: *client.StatusCode, data: client.Data, denied: client.AccessDeniedDetail}
	case errors.As(err, &server):
		return refusal{code: *server.Code, status: *server.StatusCode, data: server.Data}
	}
	t.Fatalf("want an API error, got %T: %v", err, err)
	return refusal{}
}

func wantRefusal(t *testing.T, err error, code string, status int) {
	t.Helper()
	if r := refusalOf(t, err); r.code != code || r.status != status {
		t.Errorf("got %s (%d), want %s (%d): %v", r.code, r.status, code, status, err)
	}
}

// must fails the test on an error and returns the answer.
func must(t *testing.T) func(map[string]any, error) map[string]any {
	return func(answer map[string]any, err error) map[string]any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if answer["RequestId"] == "" {
			t.Fatalf("answer without RequestId: %v", answer)
		}
		return answer
	}
}

// desktopsOf lists the ids in an answer of DescribeDesktops.
func desktopsOf(t *testing.T, answer map[string]any) []string {
	t.Helper()
	var found []string
	for _, d := range desktopViews(t, answer) {
		found = append(found, d["DesktopId"].(string))
	}
	return found
}

func desktopViews(t *testing.T, answer map[string]any) []map[string]any {
	t.Helper()
	return rowsOf(t, answer, "Desktops")
}

// rowsOf returns the list that an answer has under a name.
func rowsOf(t *testing.T, answer map[string]any, name string) []map[string]any {
	t.Helper()
	encoded, err := json.Marshal(answer[name])
	if err != nil {
		t.Fatal(err)
	}
	var views []map[string]any
	if err := json.Unmarshal(encoded, &views); err != nil {
		t.Fatal(err)
	}
	return views
}

func wantIDs(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
