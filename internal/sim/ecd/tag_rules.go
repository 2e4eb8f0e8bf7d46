package ecd

import (
	"strings"
	"unicode/utf8"
)

// Limits of tags, from the documentation of TagResources 2020-09-30.
const (
	// maxTagText is the documented length of a key and of a value.
	maxTagText = 128
	// maxTagsPerCall is the documented number of Tag.N and TagKey.N.
	maxTagsPerCall = 20
	// maxTagsPerDesktop is the vendor's limit of tags on one resource.
	maxTagsPerDesktop = 20
	// maxTagIDs is the documented number of ResourceId.N.
	maxTagIDs = 50
)

// desktopResource is the only resource type that the tag operations know.
const desktopResource = "ALIYUN::GWS::INSTANCE"

// checkTag refuses a tag that the vendor's rules do not allow. base is the
// parameter's name, such as Tag.1. A value may be empty and may begin with
// aliyun, a key may do neither.
func checkTag(base, key, value string) *apiError {
	if e := checkTagKey(base+".Key", key); e != nil {
		return e
	}
	return checkTagText(base+".Value", value)
}

func checkTagKey(name, key string) *apiError {
	if strings.TrimSpace(key) == "" {
		return invalid("The specified parameter %s is not valid: it consists of spaces.", name)
	}
	if strings.HasPrefix(strings.ToLower(key), "aliyun") {
		return invalid("The specified parameter %s is not valid: it cannot begin with aliyun.", name)
	}
	return checkTagText(name, key)
}

func checkTagText(name, text string) *apiError {
	lower := strings.ToLower(text)
	switch {
	case utf8.RuneCountInString(text) > maxTagText:
		return invalid("The specified parameter %s is not valid: at most %d characters are allowed.", name, maxTagText)
	case strings.HasPrefix(lower, "acs:"):
		return invalid("The specified parameter %s is not valid: it cannot begin with acs:.", name)
	case strings.Contains(lower, "http://"), strings.Contains(lower, "https://"):
		return invalid("The specified parameter %s is not valid: it cannot contain http:// or https://.", name)
	}
	return nil
}
