package oss

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"hash/crc64"
	"net/http"
	"strconv"
	"strings"
)

const (
	headerForbidOverwrite = "x-oss-forbid-overwrite"
	headerMetaPrefix      = "x-oss-meta-"
	headerCRC64           = "x-oss-hash-crc64ecma"
)

// defaultContentType is what OSS gives an object whose writer named no type.
const defaultContentType = "application/octet-stream"

var crcTable = crc64.MakeTable(crc64.ECMA)

// newObject describes a body the way the service does: ETag is the MD5 in
// upper-case hex and quotes, the CRC is decimal.
func newObject(body []byte, sent http.Header) object {
	sum := md5.Sum(body)
	h := http.Header{}
	for name, values := range sent {
		if strings.HasPrefix(strings.ToLower(name), headerMetaPrefix) {
			h[name] = values
		}
	}
	h.Set("Content-Type", sent.Get("Content-Type"))
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", defaultContentType)
	}
	h.Set("ETag", fmt.Sprintf(`"%X"`, sum))
	h.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	h.Set(headerCRC64, strconv.FormatUint(crc64.Checksum(body, crcTable), 10))
	return object{body: body, header: h}
}

func (s *Server) putObject(r request) answer {
	var once bool
	switch values := r.header.Values(headerForbidOverwrite); {
	case len(values) == 0:
	case len(values) == 1 && values[0] == "true":
		once = true
	case len(values) == 1 && values[0] == "false":
	default:
		return failed(errForbidOverwriteValue)
	}
	o := newObject(r.body, r.header)
	if sent := r.header.Get("Content-MD5"); sent != "" && sent != o.header.Get("Content-MD5") {
		return failed(errInvalidDigest)
	}
	if !s.save(r.place, o, once) {
		return failed(errExists)
	}
	h := http.Header{}
	for _, name := range []string{"ETag", "Content-MD5", headerCRC64} {
		h.Set(name, o.header.Get(name))
	}
	return answer{status: http.StatusOK, header: h}
}

// getObject also serves HEAD: the writer of the answer leaves the body out.
func (s *Server) getObject(r request) answer {
	o, ok := s.load(r.place)
	if !ok {
		return failed(errNoSuchKey)
	}
	h := o.header.Clone()
	h.Set("Last-Modified", o.modified.Format(http.TimeFormat))
	h.Set("Content-Length", strconv.Itoa(len(o.body)))
	h.Set("x-oss-object-type", "Normal")
	h.Set("x-oss-storage-class", "Standard")
	return answer{status: http.StatusOK, header: h, body: o.body}
}

// deleteObject succeeds for a key that does not exist, as the real one does.
func (s *Server) deleteObject(r request) answer {
	s.remove(r.place)
	return answer{status: http.StatusNoContent}
}

func (s *Server) getBucketVersioning(r request) answer {
	s.mu.Lock()
	status := s.mustOpen(r.bucket).versioning
	s.mu.Unlock()
	return xmlAnswer(struct {
		XMLName xml.Name `xml:"VersioningConfiguration"`
		Status  string   `xml:",omitempty"`
	}{Status: status})
}

func xmlAnswer(v any) answer {
	return answer{
		status: http.StatusOK,
		header: http.Header{"Content-Type": {"application/xml"}},
		body:   document(v),
	}
}
