package oss

import (
	"net/http"
	"testing"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"stopdesktops/internal/sim/ram"
)

// Each operation asks for its own action on its own resource, and nothing else
// opens it.
func TestRights(t *testing.T) {
	const object, whole = "acs:oss:*:*:" + testBucket + "/runs/slack-*", "acs:oss:*:*:" + testBucket
	roles := map[string]ram.Statement{
		"writer":  {Effect: "Allow", Action: []string{"oss:PutObject"}, Resource: []string{object}},
		"reader":  {Effect: "Allow", Action: []string{"oss:GetObject"}, Resource: []string{object}},
		"remover": {Effect: "Allow", Action: []string{"oss:DeleteObject"}, Resource: []string{object}},
		"lister":  {Effect: "Allow", Action: []string{"oss:ListObjects"}, Resource: []string{whole}},
		"looker":  {Effect: "Allow", Action: []string{"oss:GetBucketVersioning"}, Resource: []string{whole}},
		"nobody":  {Effect: "Allow", Action: []string{"ecd:*"}, Resource: []string{"*"}},
	}
	const mine, foreign = "runs/slack-1/request", "runs/webhook-1/request"
	operations := []struct {
		name    string
		allowed string // the one role that may
		call    func(*testing.T, *sdk.Client) error
	}{
		{"put", "writer", func(t *testing.T, c *sdk.Client) error { return put(t.Context(), c, mine, "v") }},
		{"put once", "writer", func(t *testing.T, c *sdk.Client) error {
			return put(t.Context(), c, mine+"-once", "v", forbidOverwrite("true"))
		}},
		{"put elsewhere", "", func(t *testing.T, c *sdk.Client) error { return put(t.Context(), c, foreign, "v") }},
		{"put over the brake", "", func(t *testing.T, c *sdk.Client) error { return put(t.Context(), c, "freeze", "v") }},
		{"put beside the prefix", "", func(t *testing.T, c *sdk.Client) error { return put(t.Context(), c, "x/runs/slack-1", "v") }},
		{"get", "reader", func(t *testing.T, c *sdk.Client) error {
			_, err := c.GetObject(t.Context(), &sdk.GetObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(mine)})
			return err
		}},
		{"head", "reader", func(t *testing.T, c *sdk.Client) error {
			_, err := c.HeadObject(t.Context(), &sdk.HeadObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(mine)})
			return err
		}},
		{"get elsewhere", "", func(t *testing.T, c *sdk.Client) error {
			_, err := c.GetObject(t.Context(), &sdk.GetObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(foreign)})
			return err
		}},
		{"delete", "remover", func(t *testing.T, c *sdk.Client) error {
			_, err := c.DeleteObject(t.Context(), &sdk.DeleteObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(mine)})
			return err
		}},
		{"list", "lister", func(t *testing.T, c *sdk.Client) error {
			_, err := c.ListObjectsV2(t.Context(), &sdk.ListObjectsV2Request{Bucket: sdk.Ptr(testBucket)})
			return err
		}},
		{"list another bucket", "", func(t *testing.T, c *sdk.Client) error {
			_, err := c.ListObjectsV2(t.Context(), &sdk.ListObjectsV2Request{Bucket: sdk.Ptr("other-example")})
			return err
		}},
		{"versioning", "looker", func(t *testing.T, c *sdk.Client) error {
			_, err := c.GetBucketVersioning(t.Context(), &sdk.GetBucketVersioningRequest{Bucket: sdk.Ptr(testBucket)})
			return err
		}},
	}
	for role, statement := range roles {
		for _, op := range operations {
			t.Run(role+" "+op.name, func(t *testing.T) {
				c := newCloud(t)
				c.auth.SetRole(role, ram.Policy{Version: "1", Statement: []ram.Statement{statement}})
				c.Put(testBucket, mine, []byte("before"))
				c.Put(testBucket, foreign, []byte("before"))
				err := op.call(t, c.client(t, role))
				if op.allowed == role {
					if err != nil {
						t.Errorf("%s may, but got %v", role, err)
					}
					return
				}
				wantError(t, err, http.StatusForbidden, "AccessDenied")
				all := c.Objects()
				if len(all) != 2 || string(all[testBucket+"/"+mine]) != "before" || string(all[testBucket+"/"+foreign]) != "before" {
					t.Errorf("a refused call changed the store: %q", all)
				}
			})
		}
	}
}

// Who may not write must not learn from the code whether the object exists.
func TestForbiddenBeforeExists(t *testing.T) {
	c := newCloud(t)
	c.auth.SetRole("nobody", ram.Policy{Version: "1"})
	c.Put(testBucket, "there", nil)
	client := c.client(t, "nobody")
	for _, key := range []string{"there", "not-there"} {
		wantError(t, put(t.Context(), client, key, "v", forbidOverwrite("true")), http.StatusForbidden, "AccessDenied")
		_, err := client.GetObject(t.Context(), &sdk.GetObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(key)})
		wantError(t, err, http.StatusForbidden, "AccessDenied")
	}
}

func TestNewNeedsAnAuthority(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("New without an authority must panic")
		}
	}()
	New(Options{})
}
