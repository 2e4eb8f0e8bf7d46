package oss

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"stopdesktops/internal/sim/ram"
)

// forbid is a rule as the SDK has it.
func forbid(id, prefix, suffix string) sdk.OverwriteRule {
	return sdk.OverwriteRule{ID: sdk.Ptr(id), Action: sdk.Ptr("forbid"), Prefix: sdk.Ptr(prefix), Suffix: sdk.Ptr(suffix)}
}

func setRules(t *testing.T, client *sdk.Client, rules ...sdk.OverwriteRule) error {
	t.Helper()
	_, err := client.PutBucketOverwriteConfig(t.Context(), &sdk.PutBucketOverwriteConfigRequest{
		Bucket: sdk.Ptr(testBucket), OverwriteConfiguration: &sdk.OverwriteConfiguration{Rules: rules}})
	return err
}

// TestOverwriteRule: under the rule nobody replaces what is there, whatever he says
// in the header; beside it everything is as without.
func TestOverwriteRule(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	ctx := t.Context()
	if err := setRules(t, client, forbid("runs-once", "runs/", "")); err != nil {
		t.Fatal(err)
	}
	headers := map[string][]func(*sdk.PutObjectRequest){"no header": nil, "false": {forbidOverwrite("false")}, "true": {forbidOverwrite("true")}}
	for name, header := range headers {
		key := "runs/1/" + name
		if err := put(ctx, client, key, "first", header...); err != nil {
			t.Fatalf("%s: the first write: %v", name, err)
		}
		wantError(t, put(ctx, client, key, "second", header...), http.StatusConflict, "FileAlreadyExists")
		if got, _ := c.Object(testBucket, key); string(got) != "first" {
			t.Errorf("%s: the object is %q", name, got)
		}
	}
	for _, beside := range []string{"freeze", "runs", "x/runs/1"} {
		for _, body := range []string{"first", "second"} {
			if err := put(ctx, client, beside, body); err != nil {
				t.Errorf("%s: the %s write: %v", beside, body, err)
			}
		}
	}
	if _, err := client.DeleteObject(ctx, &sdk.DeleteObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("runs/1/false")}); err != nil {
		t.Errorf("the rule does not keep anybody from removing: %v", err)
	}
	if err := put(ctx, client, "runs/1/false", "again"); err != nil {
		t.Errorf("after it was removed: %v", err)
	}
	// A test's starting point is nobody's request.
	c.Put(testBucket, "runs/1/true", []byte("planted"))
	if got, _ := c.Object(testBucket, "runs/1/true"); string(got) != "planted" {
		t.Errorf("Put left %q", got)
	}
	for _, versioning := range []string{VersioningEnabled, VersioningSuspended} {
		c.SetVersioning(testBucket, versioning)
		if err := put(ctx, client, "runs/1/true", versioning); err != nil {
			t.Errorf("versioning %s: %v, want that nothing is promised", versioning, err)
		}
	}
}

// TestOverwriteRulesAreReplaced: what is put takes the place of all that was there.
func TestOverwriteRulesAreReplaced(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	keys := []string{"a/1", "b/1", "b/1.txt"}
	for _, key := range keys {
		c.Put(testBucket, key, nil)
	}
	kept := func() (all []string) {
		for _, key := range keys {
			if put(t.Context(), client, key, "v") != nil {
				all = append(all, key)
			}
		}
		return all
	}
	remove := func() error {
		_, err := client.DeleteBucketOverwriteConfig(t.Context(), &sdk.DeleteBucketOverwriteConfigRequest{Bucket: sdk.Ptr(testBucket)})
		return err
	}
	for _, step := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"none", func() error { return nil }, nil},
		{"two", func() error { return setRules(t, client, forbid("1", "a/", ""), forbid("2", "b/", ".txt")) }, []string{"a/1", "b/1.txt"}},
		{"one instead", func() error { return setRules(t, client, forbid("2", "b/", "")) }, []string{"b/1", "b/1.txt"}},
		{"everything", func() error { return setRules(t, client, forbid("3", "", "")) }, keys},
		{"removed", remove, nil},
		{"removed again", remove, nil},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := kept(); !slices.Equal(got, step.want) {
			t.Errorf("%s: %q are kept, want %q", step.name, got, step.want)
		}
	}
}

func TestBadOverwriteRules(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	for name, rules := range map[string][]sdk.OverwriteRule{
		"none":          {},
		"too many":      slices.Repeat([]sdk.OverwriteRule{{Action: sdk.Ptr("forbid")}}, maxOverwriteRules+1),
		"another verb":  {{Action: sdk.Ptr("allow"), Prefix: sdk.Ptr("a/")}},
		"the same id":   {forbid("1", "a/", ""), forbid("1", "b/", "")},
		"a long prefix": {forbid("1", strings.Repeat("é", maxOverwriteFilter+1), "")},
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, setRules(t, client, rules...), http.StatusBadRequest, "MalformedXML")
		})
	}
	some := forbid("1", "a/", "")
	some.Principals = &sdk.OverwritePrincipals{Principals: []string{"1234567890123456"}}
	wantError(t, setRules(t, client, some), http.StatusNotImplemented, "NotImplemented")
	if err := setRules(t, client, forbid("1", strings.Repeat("é", maxOverwriteFilter), "")); err != nil {
		t.Errorf("the longest prefix: %v", err)
	}
}

// TestRightsToOverwriteRules: to write and remove every object is no right to the
// rule.
func TestRightsToOverwriteRules(t *testing.T) {
	c := newCloud(t)
	c.auth.SetRole("writer", ram.Policy{Version: "1", Statement: []ram.Statement{{Effect: "Allow",
		Action: []string{"oss:PutObject", "oss:GetObject", "oss:DeleteObject", "oss:ListObjects"}, Resource: []string{"*"}}}})
	writer := c.client(t, "writer")
	c.SetOverwriteRules(testBucket, OverwriteRule{Prefix: "runs/"})
	wantError(t, setRules(t, writer, forbid("1", "elsewhere/", "")), http.StatusForbidden, "AccessDenied")
	_, err := writer.DeleteBucketOverwriteConfig(t.Context(), &sdk.DeleteBucketOverwriteConfigRequest{Bucket: sdk.Ptr(testBucket)})
	wantError(t, err, http.StatusForbidden, "AccessDenied")
	c.Put(testBucket, "runs/1", nil)
	wantError(t, put(t.Context(), writer, "runs/1", "v"), http.StatusConflict, "FileAlreadyExists")
}
