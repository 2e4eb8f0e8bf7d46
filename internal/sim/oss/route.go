package oss

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxObjectSize is the largest object the double takes, in bytes. The real
// limit of one PutObject is 5 GB; a record of this product is far below this
// one, and a runaway writer must not fill the memory of a test.
const MaxObjectSize = 8 << 20

// MaxKeyLength is the longest key in bytes, from the OSS naming rules.
const MaxKeyLength = 1023

// operation is one thing a caller may do.
type operation struct {
	action string   // what RAM calls the right to do it
	params []string // the query parameters it understands
	do     func(*Server, request) answer
}

// route finds the operation, and refuses what the double would otherwise
// have to ignore silently.
func route(r *http.Request, at place, query map[string]string) (operation, *apiError) {
	op, ok := operationOf(r.Method, at, query)
	if !ok {
		return operation{}, notImplemented("this operation")
	}
	for name := range query {
		if !slices.Contains(op.params, name) {
			return operation{}, notImplemented("the parameter " + name)
		}
	}
	for name := range r.Header {
		if low := strings.ToLower(name); !understood(low, r.Method) {
			return operation{}, notImplemented("the header " + low)
		}
	}
	if err := checkKey(at.key); err != nil {
		return operation{}, err
	}
	return op, nil
}

func operationOf(method string, at place, query map[string]string) (operation, bool) {
	if at.key == "" {
		_, versioning := query["versioning"]
		_, overwrite := query["overwriteConfig"]
		switch {
		case method == http.MethodGet && versioning:
			return operation{"oss:GetBucketVersioning", []string{"versioning"}, (*Server).getBucketVersioning}, true
		case method == http.MethodPut && overwrite:
			return operation{"oss:PutBucketOverwriteConfig", []string{"overwriteConfig"}, (*Server).putBucketOverwriteConfig}, true
		case method == http.MethodDelete && overwrite:
			return operation{"oss:DeleteBucketOverwriteConfig", []string{"overwriteConfig"}, (*Server).deleteBucketOverwriteConfig}, true
		case method == http.MethodGet && query["list-type"] == "2":
			return operation{"oss:ListObjects", listParams, (*Server).listObjects}, true
		}
		return operation{}, false
	}
	switch method {
	case http.MethodPut:
		return operation{"oss:PutObject", nil, (*Server).putObject}, true
	case http.MethodGet, http.MethodHead:
		return operation{"oss:GetObject", nil, (*Server).getObject}, true
	case http.MethodDelete:
		return operation{"oss:DeleteObject", nil, (*Server).deleteObject}, true
	}
	return operation{}, false
}

// understood says whether ignoring the header cannot change what happens.
func understood(name, method string) bool {
	switch name {
	case "x-oss-date", "x-oss-content-sha256", "x-oss-security-token", "x-oss-user-agent":
		return true
	case headerForbidOverwrite:
		return method == http.MethodPut
	case "range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since":
		return false
	}
	if strings.HasPrefix(name, headerMetaPrefix) {
		return method == http.MethodPut
	}
	return !strings.HasPrefix(name, "x-oss-")
}

// checkKey applies the naming rules of objects; the empty key is the bucket.
func checkKey(key string) *apiError {
	switch {
	case len(key) > MaxKeyLength || !utf8.ValidString(key):
		return errInvalidObjectName
	case strings.HasPrefix(key, "/") || strings.HasPrefix(key, `\`):
		return errObjectNameSlash
	}
	return nil
}

// readBody reads the whole body, but never more than one object may hold.
func readBody(r *http.Request) ([]byte, *apiError) {
	if r.ContentLength > MaxObjectSize {
		return nil, errEntityTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, MaxObjectSize))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errEntityTooLarge
	case err != nil:
		return nil, errIncompleteBody
	}
	return body, nil
}
