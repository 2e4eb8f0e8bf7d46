package oss

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a bucket's rules against overwriting, from the documentation of
// PutBucketOverwriteConfig.
const (
	maxOverwriteRules  = 100
	maxOverwriteFilter = 1023 // characters of a prefix or a suffix
)

// OverwriteRule forbids everybody to replace the objects whose keys have both the
// prefix and the suffix, whatever the writer says in x-oss-forbid-overwrite. Empty
// means every key. The real rule can be for some principals only; the double does
// not know these and refuses a rule that names them.
//
// The OSS documentation says that the rule "rejects" such a request, but gives
// neither status nor code; the double answers as it does to the header, 409
// FileAlreadyExists. Nor does it say whether the rule holds where versioning is
// enabled or suspended; the double lets the write through there, as with the header,
// because nobody may rely on what is not promised. Under high concurrency several
// first writes of one key may pass the real rule; here look and write are one step.
type OverwriteRule struct{ Prefix, Suffix string }

func (r OverwriteRule) covers(key string) bool {
	return strings.HasPrefix(key, r.Prefix) && strings.HasSuffix(key, r.Suffix)
}

// keeps says whether the object under a key must stay as it is, whoever writes.
func (b *bucket) keeps(key string) bool {
	return slices.ContainsFunc(b.overwrite, func(r OverwriteRule) bool { return r.covers(key) })
}

// SetOverwriteRules replaces a bucket's rules, for a test's starting point; with none
// the bucket has no rule.
func (s *Server) SetOverwriteRules(bucket string, rules ...OverwriteRule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustOpen(bucket).overwrite = slices.Clone(rules)
}

// overwriteConfiguration is the body of PutBucketOverwriteConfig.
type overwriteConfiguration struct {
	XMLName xml.Name `xml:"OverwriteConfiguration"`
	Rules   []struct {
		ID         string
		Action     string
		Prefix     string
		Suffix     string
		Principals *struct {
			Principal []string
		}
	} `xml:"Rule"`
}

// putBucketOverwriteConfig replaces all rules of the bucket, as the real one does.
func (s *Server) putBucketOverwriteConfig(r request) answer {
	var c overwriteConfiguration
	if err := xml.Unmarshal(r.body, &c); err != nil || len(c.Rules) == 0 || len(c.Rules) > maxOverwriteRules {
		return failed(errMalformedXML)
	}
	var rules []OverwriteRule
	ids := map[string]bool{}
	for _, rule := range c.Rules {
		switch {
		case rule.Action != "forbid", utf8.RuneCountInString(rule.Prefix) > maxOverwriteFilter, utf8.RuneCountInString(rule.Suffix) > maxOverwriteFilter, rule.ID != "" && ids[rule.ID]:
			return failed(errMalformedXML)
		case rule.Principals != nil && len(rule.Principals.Principal) > 0:
			return failed(notImplemented("rules against overwriting that are for some principals only"))
		}
		ids[rule.ID] = true
		rules = append(rules, OverwriteRule{Prefix: rule.Prefix, Suffix: rule.Suffix})
	}
	s.SetOverwriteRules(r.bucket, rules...)
	return answer{status: http.StatusOK}
}

// deleteBucketOverwriteConfig removes all rules of the bucket.
func (s *Server) deleteBucketOverwriteConfig(r request) answer {
	s.SetOverwriteRules(r.bucket)
	return answer{status: http.StatusNoContent}
}
