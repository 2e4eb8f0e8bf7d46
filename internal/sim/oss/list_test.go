package oss

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

func list(t *testing.T, client *sdk.Client, change func(*sdk.ListObjectsV2Request)) *sdk.ListObjectsV2Result {
	t.Helper()
	r := &sdk.ListObjectsV2Request{Bucket: sdk.Ptr(testBucket)}
	if change != nil {
		change(r)
	}
	got, err := client.ListObjectsV2(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// names flattens a page: keys as they are, groups in brackets.
func names(pages ...*sdk.ListObjectsV2Result) []string {
	var all []string
	for _, p := range pages {
		for _, o := range p.Contents {
			all = append(all, *o.Key)
		}
		for _, g := range p.CommonPrefixes {
			all = append(all, "["+*g.Prefix+"]")
		}
	}
	return all
}

func TestListSelects(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	for _, key := range []string{"freeze", "runs/a/plan", "runs/a/request", "runs/b/request", "runs/top", "runs-old"} {
		c.Put(testBucket, key, []byte(key))
	}
	c.Put("other-example", "runs/elsewhere", nil)
	tests := []struct {
		name   string
		change func(*sdk.ListObjectsV2Request)
		want   []string
	}{
		{"everything in byte order", nil, []string{"freeze", "runs-old", "runs/a/plan", "runs/a/request", "runs/b/request", "runs/top"}},
		{"prefix", func(r *sdk.ListObjectsV2Request) { r.Prefix = sdk.Ptr("runs/a/") }, []string{"runs/a/plan", "runs/a/request"}},
		{"prefix that nothing has", func(r *sdk.ListObjectsV2Request) { r.Prefix = sdk.Ptr("x") }, nil},
		{"delimiter", func(r *sdk.ListObjectsV2Request) { r.Delimiter = sdk.Ptr("/") }, []string{"freeze", "runs-old", "[runs/]"}},
		{"prefix and delimiter", func(r *sdk.ListObjectsV2Request) {
			r.Prefix, r.Delimiter = sdk.Ptr("runs/"), sdk.Ptr("/")
		}, []string{"runs/top", "[runs/a/]", "[runs/b/]"}},
		{"delimiter longer than a character", func(r *sdk.ListObjectsV2Request) { r.Delimiter = sdk.Ptr("/a/") },
			[]string{"freeze", "runs-old", "runs/b/request", "runs/top", "[runs/a/]"}},
		{"start after", func(r *sdk.ListObjectsV2Request) { r.StartAfter = sdk.Ptr("runs/a/request") }, []string{"runs/b/request", "runs/top"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := list(t, client, tt.change)
			if !slices.Equal(names(got), tt.want) || got.KeyCount != len(tt.want) || got.IsTruncated {
				t.Errorf("list = %q (count %d, truncated %v), want %q", names(got), got.KeyCount, got.IsTruncated, tt.want)
			}
		})
	}
	one := list(t, client, func(r *sdk.ListObjectsV2Request) { r.Prefix = sdk.Ptr("freeze") }).Contents[0]
	head, err := client.HeadObject(t.Context(), &sdk.HeadObjectRequest{Bucket: sdk.Ptr(testBucket), Key: sdk.Ptr("freeze")})
	if err != nil {
		t.Fatal(err)
	}
	if one.Size != 6 || *one.ETag != *head.ETag || !one.LastModified.Truncate(time.Second).Equal(*head.LastModified) {
		t.Errorf("listed %+v differs from head %v", one, head.Headers)
	}
}

// Every page size must give every name once, also where a page ends within a
// group, and for names that XML and URLs would spoil.
func TestListPages(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	for _, key := range append([]string{"control\x01char", "g/1", "g/2", "g/3", "h", "i/1", "i/2"}, awkwardKeys...) {
		c.Put(testBucket, key, nil)
	}
	for _, delimiter := range []string{"", "/"} {
		change := func(r *sdk.ListObjectsV2Request) {
			if delimiter != "" {
				r.Delimiter = sdk.Ptr(delimiter)
			}
		}
		want := names(list(t, client, change))
		slices.Sort(want)
		for size := int32(1); int(size) <= len(want)+1; size++ {
			pages := client.NewListObjectsV2Paginator(&sdk.ListObjectsV2Request{Bucket: sdk.Ptr(testBucket), MaxKeys: size, Delimiter: delimiterPtr(delimiter)})
			var got []string
			var n int
			for pages.HasNext() {
				page, err := pages.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if n++; page.KeyCount > int(size) || n > len(want) {
					t.Fatalf("page %d has %d names, at most %d asked for", n, page.KeyCount, size)
				}
				got = append(got, names(page)...)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("delimiter %q, pages of %d: %q, want %q", delimiter, size, got, want)
			}
		}
	}
}

func delimiterPtr(d string) *string {
	if d == "" {
		return nil
	}
	return sdk.Ptr(d)
}

func TestListPageSizes(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	for i := range MaxMaxKeys + 1 {
		c.Put(testBucket, strconv.Itoa(i), nil)
	}
	if got := list(t, client, nil); got.KeyCount != DefaultMaxKeys || !got.IsTruncated || got.NextContinuationToken == nil {
		t.Errorf("default page has %d names, truncated %v, want %d", got.KeyCount, got.IsTruncated, DefaultMaxKeys)
	}
	if got := list(t, client, func(r *sdk.ListObjectsV2Request) { r.MaxKeys = MaxMaxKeys }); got.KeyCount != MaxMaxKeys || !got.IsTruncated {
		t.Errorf("largest page has %d names, truncated %v", got.KeyCount, got.IsTruncated)
	}
}

func TestListRefuses(t *testing.T) {
	c := newCloud(t)
	client := c.client(t, "owner")
	tests := []struct {
		name   string
		change func(*sdk.ListObjectsV2Request)
		status int
		code   string
	}{
		{"page too large", func(r *sdk.ListObjectsV2Request) { r.MaxKeys = MaxMaxKeys + 1 }, 400, "InvalidArgument"},
		{"page negative", func(r *sdk.ListObjectsV2Request) { r.MaxKeys = -1 }, 400, "InvalidArgument"},
		{"token made up", func(r *sdk.ListObjectsV2Request) { r.ContinuationToken = sdk.Ptr("2") }, 400, "InvalidArgument"},
		{"key as token", func(r *sdk.ListObjectsV2Request) { r.ContinuationToken = sdk.Ptr("freeze") }, 400, "InvalidArgument"},
		{"unknown encoding", func(r *sdk.ListObjectsV2Request) { r.EncodingType = sdk.Ptr("base64") }, 400, "InvalidArgument"},
		{"owners", func(r *sdk.ListObjectsV2Request) { r.FetchOwner = true }, 501, "NotImplemented"},
		{"no such bucket", func(r *sdk.ListObjectsV2Request) { r.Bucket = sdk.Ptr("no-such-bucket") }, 404, "NoSuchBucket"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &sdk.ListObjectsV2Request{Bucket: sdk.Ptr(testBucket)}
			tt.change(r)
			_, err := client.ListObjectsV2(t.Context(), r)
			wantError(t, err, tt.status, tt.code)
		})
	}
	_, err := client.ListObjects(t.Context(), &sdk.ListObjectsRequest{Bucket: sdk.Ptr(testBucket)})
	wantError(t, err, http.StatusNotImplemented, "NotImplemented")
	_, err = client.GetBucketInfo(t.Context(), &sdk.GetBucketInfoRequest{Bucket: sdk.Ptr(testBucket)})
	wantError(t, err, http.StatusNotImplemented, "NotImplemented")
	_, err = client.ListBuckets(t.Context(), nil)
	wantError(t, err, http.StatusNotImplemented, "NotImplemented")
}

func FuzzListToken(f *testing.F) {
	f.Add("", "2")
	f.Add("runs/a", "CgJiYw--")
	f.Fuzz(func(t *testing.T, key, junk string) {
		if got, ok := parseListToken(listToken(key)); !ok || got != key {
			t.Errorf("token of %q reads as %q, %v", key, got, ok)
		}
		if after, ok := parseListToken(junk); ok && listToken(after) != junk {
			t.Errorf("%q was taken for the token after %q", junk, after)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	f.Add("list-type=2&prefix=runs%2F&versioning")
	f.Add("%2Bparam1=value3&+=a+b&&=")
	f.Fuzz(func(t *testing.T, raw string) {
		query, err := parseQuery(raw)
		if err != nil {
			return
		}
		values, stdErr := url.ParseQuery(raw)
		if stdErr != nil && !strings.Contains(raw, ";") {
			t.Errorf("%q was accepted, net/url says %v", raw, stdErr)
		}
		if stdErr == nil && len(values) != len(query) {
			t.Errorf("%q has %d parameters, net/url says %d", raw, len(query), len(values))
		}
	})
}
