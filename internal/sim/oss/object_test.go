package oss

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

// Keys that a wrong escaping would spoil.
var awkwardKeys = []string{
	"runs/slack-1/request", "a+b c", "ü/日本", "a%2Fb", "q?x=1&y#z", "dots/../x", "double//slash", "tilde~_-.", `back\slash`, "quote\"'<&>",
}

func TestRoundTrip(t *testing.T) {
	c := newCloud(t)
	cred := c.issue(t, "owner")
	styles := map[string]*sdk.Client{
		"path style":     c.clientWith(cred, nil),
		"virtual hosted": c.clientWith(cred, c.virtualHosted),
	}
	for name, client := range styles {
		t.Run(name, func(t *testing.T) {
			for _, key := range awkwardKeys {
				body := "record of " + key + " in " + name
				put, err := client.PutObject(t.Context(), &sdk.PutObjectRequest{
					Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(key), Body: strings.NewReader(body),
					ContentType: sdk.Ptr("application/json; charset=utf-8"), Metadata: map[string]string{"kind": "request"},
				})
				if err != nil {
					t.Fatalf("put %q: %v", key, err)
				}
				if put.ETag == nil || put.HashCRC64 == nil || len(put.Headers.Get("x-oss-request-id")) != 24 {
					t.Errorf("put %q answered %v, want ETag, CRC64 and request id", key, put.Headers)
				}
				if stored, ok := c.Object(testBucket, key); !ok || string(stored) != body {
					t.Errorf("stored under %q: %q, want %q", key, stored, body)
				}

				got, err := client.GetObject(t.Context(), &sdk.GetObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(key)})
				if err != nil {
					t.Fatalf("get %q: %v", key, err)
				}
				read, err := io.ReadAll(got.Body)
				_ = got.Body.Close()
				if err != nil || string(read) != body {
					t.Errorf("get %q = %q, %v, want %q", key, read, err, body)
				}
				head, err := client.HeadObject(t.Context(), &sdk.HeadObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(key)})
				if err != nil {
					t.Fatalf("head %q: %v", key, err)
				}
				if head.ContentLength != int64(len(body)) || *head.ETag != *put.ETag || *head.HashCRC64 != *put.HashCRC64 ||
					*head.ContentType != "application/json; charset=utf-8" || head.Metadata["kind"] != "request" ||
					!head.LastModified.Equal(c.clock.Now().Truncate(time.Second)) {
					t.Errorf("head %q = %v, does not describe what was put", key, head.Headers)
				}

				for range 2 { // Deleting what is gone succeeds as well.
					if _, err := client.DeleteObject(t.Context(), &sdk.DeleteObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(key)}); err != nil {
						t.Fatalf("delete %q: %v", key, err)
					}
				}
				_, err = client.GetObject(t.Context(), &sdk.GetObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(key)})
				se := wantError(t, err, http.StatusNotFound, "NoSuchKey")
				if se.EC == "" || se.RequestID == "" || se.Message == "" || !bytes.Contains(se.Snapshot, []byte("<HostId>")) {
					t.Errorf("error is incomplete: %+v", se)
				}
				_, err = client.HeadObject(t.Context(), &sdk.HeadObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr(key)})
				wantError(t, err, http.StatusNotFound, "NoSuchKey")
			}
		})
	}
}

// The numbers come from outside: MD5 and CRC-64/XZ of "123456789" are in
// every catalogue of check values.
func TestChecksums(t *testing.T) {
	c := newCloud(t)
	got, err := c.client(t, "owner").PutObject(t.Context(), &sdk.PutObjectRequest{
		Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("k"), Body: strings.NewReader("123456789")})
	if err != nil {
		t.Fatal(err)
	}
	if want := `"25F9E794323B453885F5181F1B624D0B"`; *got.ETag != want {
		t.Errorf("ETag = %s, want %s", *got.ETag, want)
	}
	if want := strconv.FormatUint(0x995dc9bbdf1939fa, 10); *got.HashCRC64 != want {
		t.Errorf("CRC64 = %s, want %s", *got.HashCRC64, want)
	}
}

func TestForbidOverwrite(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	ctx := t.Context()
	stored := func() string { b, _ := c.Object(testBucket, "k"); return string(b) }

	if err := put(ctx, client, "k", "first", forbidOverwrite("true")); err != nil {
		t.Fatalf("first write: %v", err)
	}
	wantError(t, put(ctx, client, "k", "second", forbidOverwrite("true")), http.StatusConflict, "FileAlreadyExists")
	for _, odd := range []string{"TRUE", "1", "yes", "true,true"} {
		wantError(t, put(ctx, client, "k", "odd", forbidOverwrite(odd)), http.StatusBadRequest, "InvalidArgument")
	}
	if stored() != "first" {
		t.Fatalf("object is %q, want the first write", stored())
	}
	for _, versioning := range []string{VersioningEnabled, VersioningSuspended} {
		c.SetVersioning(testBucket, versioning)
		if err := put(ctx, client, "k", versioning, forbidOverwrite("true")); err != nil || stored() != versioning {
			t.Errorf("versioning %s: write = %v, object %q, want the header to have no effect", versioning, err, stored())
		}
	}
	c.SetVersioning(testBucket, VersioningOff)
	if err := put(ctx, client, "k", "free", forbidOverwrite("false")); err != nil || stored() != "free" {
		t.Errorf("false: %v, object %q", err, stored())
	}
	if err := put(ctx, client, "k", "absent"); err != nil || stored() != "absent" {
		t.Errorf("no header: %v, object %q", err, stored())
	}
	c.Delete(testBucket, "k")
	if err := put(ctx, client, "k", "again", forbidOverwrite("true")); err != nil {
		t.Errorf("after delete: %v", err)
	}
}

func TestOneOfManyWritersWins(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	const writers, rounds = 50, 4
	for round := range rounds {
		key := "claim-" + strconv.Itoa(round)
		var winner atomic.Int64
		var won atomic.Int32
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range writers {
			wg.Go(func() {
				<-start
				err := put(t.Context(), client, key, strconv.Itoa(i), forbidOverwrite("true"))
				var se *sdk.ServiceError
				switch {
				case err == nil:
					won.Add(1)
					winner.Store(int64(i))
				case !errors.As(err, &se) || se.Code != "FileAlreadyExists":
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		close(start)
		wg.Wait()
		stored, _ := c.Object(testBucket, key)
		if won.Load() != 1 || string(stored) != strconv.FormatInt(winner.Load(), 10) {
			t.Errorf("round %d: %d writers won, object is %q, last winner %d", round, won.Load(), stored, winner.Load())
		}
	}
}

func TestRefusedUploads(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	ctx := t.Context()
	md5 := func(v string) func(*sdk.PutObjectRequest) {
		return func(r *sdk.PutObjectRequest) { r.ContentMD5 = sdk.Ptr(v) }
	}
	if err := put(ctx, client, "k", strings.Repeat("x", MaxObjectSize)); err != nil {
		t.Errorf("largest object: %v", err)
	}
	if err := put(ctx, client, strings.Repeat("k", MaxKeyLength), ""); err != nil {
		t.Errorf("longest key, empty object: %v", err)
	}
	if err := put(ctx, client, "digest", "123456789", md5("JfnnlDI7RTiF9RgfG2JNCw==")); err != nil {
		t.Errorf("right Content-MD5: %v", err)
	}
	tests := []struct {
		name   string
		err    error
		status int
		code   string
	}{
		{"too large", put(ctx, client, "big", strings.Repeat("x", MaxObjectSize+1)), 400, "EntityTooLarge"},
		{"too large, length not announced", put(ctx, client, "big", "", func(r *sdk.PutObjectRequest) {
			r.Body = io.LimitReader(endless{}, MaxObjectSize+1)
		}), 400, "EntityTooLarge"},
		{"key too long", put(ctx, client, strings.Repeat("k", MaxKeyLength+1), ""), 400, "InvalidObjectName"},
		{"key starts with a slash", put(ctx, client, "/k", ""), 400, "InvalidObjectName"},
		{"key starts with a backslash", put(ctx, client, `\k`, ""), 400, "InvalidObjectName"},
		{"key is not UTF-8", put(ctx, client, "k\xff", ""), 400, "InvalidObjectName"},
		{"wrong Content-MD5", put(ctx, client, "k", "123456788", md5("JfnnlDI7RTiF9RgfG2JNCw==")), 400, "InvalidDigest"},
		{"a header the double does not know", put(ctx, client, "k", "", func(r *sdk.PutObjectRequest) { r.Tagging = sdk.Ptr("a=b") }), 501, "NotImplemented"},
		{"no such bucket", put(ctx, client, "k", "", func(r *sdk.PutObjectRequest) { r.Bucket = sdk.Ptr("no-such-bucket") }), 404, "NoSuchBucket"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantError(t, tt.err, tt.status, tt.code) })
	}
	if n := len(c.Objects()); n != 3 {
		t.Errorf("%d objects stored, want only the 3 that were accepted", n)
	}
}

// What the double does not know it refuses: an answer that ignored the
// condition would be a wrong answer.
func TestUnknownIsRefused(t *testing.T) {
	c := newCloud(t)
	c.Put(testBucket, "k", []byte("0123456789"))
	client := c.client(t, "owner")
	ctx := t.Context()
	get := func(change func(*sdk.GetObjectRequest)) error {
		r := &sdk.GetObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("k")}
		change(r)
		_, err := client.GetObject(ctx, r)
		return err
	}
	_, appendErr := client.AppendObject(ctx, &sdk.AppendObjectRequest{
		Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("k"), Position: sdk.Ptr(int64(0)), Body: strings.NewReader("x")})
	_, copyErr := client.CopyObject(ctx, &sdk.CopyObjectRequest{
		Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("copy"), SourceKey: sdk.Ptr("k")})
	_, aclErr := client.GetObjectAcl(ctx, &sdk.GetObjectAclRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("k")})
	for name, err := range map[string]error{
		"range":     get(func(r *sdk.GetObjectRequest) { r.Range = sdk.Ptr("bytes=0-3") }),
		"condition": get(func(r *sdk.GetObjectRequest) { r.IfNoneMatch = sdk.Ptr("x") }),
		"version":   get(func(r *sdk.GetObjectRequest) { r.VersionId = sdk.Ptr("x") }),
		"append":    appendErr,
		"copy":      copyErr,
		"acl":       aclErr,
	} {
		t.Run(name, func(t *testing.T) { wantError(t, err, http.StatusNotImplemented, "NotImplemented") })
	}
	if all := c.Objects(); len(all) != 1 || string(all[testBucket+"/k"]) != "0123456789" {
		t.Errorf("a refused call changed the store: %q", all)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestVersioningIsReadable(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	for _, want := range []string{VersioningOff, VersioningEnabled, VersioningSuspended} {
		c.SetVersioning(testBucket, want)
		got, err := client.GetBucketVersioning(t.Context(), &sdk.GetBucketVersioningRequest{Bucket: sdk.Ptr(testBucket)})
		if err != nil {
			t.Fatal(err)
		}
		if status := sdk.ToString(got.VersionStatus); status != want {
			t.Errorf("versioning = %q, want %q", status, want)
		}
	}
}

func TestExpiry(t *testing.T) {
	c := newCloud(t)
	c.Expire("runs/", 90*24*time.Hour)
	c.Put(testBucket, "runs/old", []byte("1"))
	c.Put(testBucket, "freeze", []byte("2"))
	c.clock.Advance(24 * time.Hour)
	c.Put(testBucket, "runs/new", []byte("3"))

	c.clock.Advance(89*24*time.Hour - time.Second)
	if n := len(c.Objects()); n != 3 {
		t.Fatalf("%d objects a second before the first is due, want 3", n)
	}
	c.clock.Advance(time.Second)
	if _, ok := c.Object(testBucket, "runs/old"); ok {
		t.Error("runs/old is still there after 90 days")
	}
	all := c.Objects()
	if len(all) != 2 || string(all[testBucket+"/freeze"]) != "2" || string(all[testBucket+"/runs/new"]) != "3" {
		t.Errorf("objects after 90 days: %q, want freeze and runs/new", all)
	}
}

// What a test gets to see is its own: changing it must not change the store.
func TestBodiesAreCopies(t *testing.T) {
	c := newCloud(t)
	in := []byte("abc")
	c.Put(testBucket, "k", in)
	in[0] = 'X'
	out, _ := c.Object(testBucket, "k")
	out[1] = 'X'
	c.Objects()[testBucket+"/k"][2] = 'X'
	if got, _ := c.Object(testBucket, "k"); string(got) != "abc" {
		t.Errorf("object is %q, want abc", got)
	}
}
