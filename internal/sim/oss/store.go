package oss

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// What GetBucketVersioning says about a bucket. With either of the last two
// x-oss-forbid-overwrite has no effect, as the OSS documentation warns.
const (
	VersioningOff       = "" // never enabled
	VersioningEnabled   = "Enabled"
	VersioningSuspended = "Suspended"
)

// object is one stored object. Its parts are never changed after it is
// stored, only replaced as a whole.
type object struct {
	body     []byte
	header   http.Header // Content-Type, ETag, checksums, own metadata
	modified time.Time
}

type bucket struct {
	objects    map[string]object
	versioning string
	expiry     []expiryRule
	overwrite  []OverwriteRule
}

// expiryRule is a lifecycle rule: objects under prefix go when they are old.
type expiryRule struct {
	prefix string
	age    time.Duration
}

// open returns a bucket with expired objects removed. The lock must be held.
func (s *Server) open(name string) (*bucket, bool) {
	b, ok := s.buckets[name]
	if !ok {
		return nil, false
	}
	now := s.now()
	for _, rule := range b.expiry {
		maps.DeleteFunc(b.objects, func(key string, o object) bool {
			return strings.HasPrefix(key, rule.prefix) && now.Sub(o.modified) >= rule.age
		})
	}
	return b, true
}

// mustOpen is open for the methods that tests call: a bucket that was never
// configured is a mistake in the test.
func (s *Server) mustOpen(name string) *bucket {
	b, ok := s.open(name)
	if !ok {
		panic(fmt.Sprintf("oss: bucket %q is not in Options.Buckets", name))
	}
	return b
}

func (s *Server) bucketExists(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.buckets[name]
	return ok
}

// load returns the object under a key.
func (s *Server) load(at place) (object, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.open(at.bucket)
	if !ok {
		return object{}, false
	}
	o, ok := b.objects[at.key]
	return o, ok
}

// save stores an object and says whether it did. With once, or where a rule of
// the bucket says so, an object that exists stays. Look and write happen under
// one lock, so of many writers at the same moment one wins.
func (s *Server) save(at place, o object, once bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.mustOpen(at.bucket)
	if _, exists := b.objects[at.key]; exists && (once || b.keeps(at.key)) && b.versioning == VersioningOff {
		return false
	}
	s.set(b, at.key, o)
	return true
}

// set stores an object whatever is there. The lock must be held.
func (s *Server) set(b *bucket, key string, o object) {
	o.modified = s.now().UTC()
	b.objects[key] = o
}

func (s *Server) remove(at place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.mustOpen(at.bucket).objects, at.key)
}

// Put stores an object without asking for rights or rules, for a test's starting
// point.
func (s *Server) Put(bucket, key string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(s.mustOpen(bucket), key, newObject(bytes.Clone(body), http.Header{}))
}

// Delete removes an object without asking for rights.
func (s *Server) Delete(bucket, key string) {
	s.remove(place{bucket, key})
}

// Object returns a copy of one object's body.
func (s *Server) Object(bucket, key string) ([]byte, bool) {
	o, ok := s.load(place{bucket, key})
	return bytes.Clone(o.body), ok
}

// Objects returns a copy of every object's body under "bucket/key", for tests
// that search all records for what must not be there.
func (s *Server) Objects() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string][]byte{}
	for name := range s.buckets {
		for key, o := range s.mustOpen(name).objects {
			all[name+"/"+key] = bytes.Clone(o.body)
		}
	}
	return all
}

// SetVersioning switches a bucket's versioning, one of the constants above.
func (s *Server) SetVersioning(bucket, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustOpen(bucket).versioning = status
}

// Expire adds a lifecycle rule to every bucket: objects whose key starts with
// prefix are gone once they are age old by the double's clock. The real
// service counts in days and runs once a day.
func (s *Server) Expire(prefix string, age time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.buckets {
		b.expiry = append(b.expiry, expiryRule{prefix, age})
	}
}
