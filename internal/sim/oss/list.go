package oss

import (
	"encoding/base64"
	"encoding/xml"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Page sizes of ListObjectsV2, from its documentation.
const (
	DefaultMaxKeys = 100
	MaxMaxKeys     = 1000
)

var listParams = []string{
	"list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type", "fetch-owner",
}

type listing struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Name                  string
	Prefix                string
	StartAfter            string `xml:",omitempty"`
	ContinuationToken     string `xml:",omitempty"`
	MaxKeys               int
	Delimiter             string
	EncodingType          string `xml:",omitempty"`
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	Contents              []listed
	CommonPrefixes        []commonPrefix
	KeyCount              int
}

type listed struct {
	Key          string
	LastModified string
	ETag         string
	Type         string
	Size         int
	StorageClass string
}

type commonPrefix struct{ Prefix string }

// listObjects is ListObjectsV2: keys in byte order, those that share a prefix
// up to the delimiter counted once.
func (s *Server) listObjects(r request) answer {
	l, after, err := newListing(r)
	if err != nil {
		return failed(err)
	}
	name := func(s string) string { return s }
	if l.EncodingType == "url" {
		name = func(s string) string { return escape(s, "") }
	}

	s.mu.Lock()
	objects := maps.Clone(s.mustOpen(r.bucket).objects)
	s.mu.Unlock()

	last := after
	for _, key := range slices.Sorted(maps.Keys(objects)) {
		if !strings.HasPrefix(key, l.Prefix) || key <= after {
			continue
		}
		group := groupOf(key, l.Prefix, l.Delimiter)
		if group != "" && group <= last {
			continue // Its group is listed already, on this page or an earlier one.
		}
		if l.KeyCount == l.MaxKeys {
			l.IsTruncated = true
			l.NextContinuationToken = listToken(last)
			break
		}
		l.KeyCount++
		if group != "" {
			last = group
			l.CommonPrefixes = append(l.CommonPrefixes, commonPrefix{name(group)})
			continue
		}
		last = key
		o := objects[key]
		l.Contents = append(l.Contents, listed{
			Key:          name(key),
			LastModified: o.modified.Format("2006-01-02T15:04:05.000Z"),
			ETag:         o.header.Get("ETag"),
			Type:         "Normal",
			Size:         len(o.body),
			StorageClass: "Standard",
		})
	}
	l.Prefix, l.Delimiter, l.StartAfter = name(l.Prefix), name(l.Delimiter), name(l.StartAfter)
	return xmlAnswer(l)
}

// newListing reads the parameters; after is the key or group the page follows.
func newListing(r request) (l listing, after string, err *apiError) {
	l = listing{
		Name: r.bucket, Prefix: r.query["prefix"], Delimiter: r.query["delimiter"], MaxKeys: DefaultMaxKeys,
		StartAfter: r.query["start-after"], ContinuationToken: r.query["continuation-token"], EncodingType: r.query["encoding-type"],
	}
	if max := r.query["max-keys"]; max != "" {
		n, parseErr := strconv.Atoi(max)
		if parseErr != nil || n < 1 || n > MaxMaxKeys {
			return l, "", invalidArgument("0015-00000402", "Argument maxKeys must be an integer between 1 and 1000.")
		}
		l.MaxKeys = n
	}
	if l.EncodingType != "" && l.EncodingType != "url" {
		return l, "", invalidArgument("0017-00000235", "Invalid Encoding Method specified in Request.")
	}
	if r.query["fetch-owner"] == "true" {
		return l, "", notImplemented("owners of objects")
	}
	after = l.StartAfter
	if l.ContinuationToken != "" {
		marker, ok := parseListToken(l.ContinuationToken)
		if !ok {
			return l, "", invalidArgument("0015-00000404", "The continuation token provided is incorrect.")
		}
		after = max(after, marker)
	}
	return l, after, nil
}

// groupOf is the common prefix the key is folded into, empty when it stands
// for itself.
func groupOf(key, prefix, delimiter string) string {
	if delimiter == "" {
		return ""
	}
	at := strings.Index(key[len(prefix):], delimiter)
	if at < 0 {
		return ""
	}
	return key[:len(prefix)+at+len(delimiter)]
}

// listTokenMark begins every decoded token, so that a key is no token.
const listTokenMark = "after:"

func listToken(last string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(listTokenMark + last))
}

func parseListToken(token string) (string, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(string(b), listTokenMark)
}
