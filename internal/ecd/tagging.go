package ecd

import (
	"context"
	"strconv"
	"strings"

	"github.com/alibabacloud-go/tea/tea"

	"stopdesktops/internal/core"
)

const (
	opTag   = "TagResources"
	opUntag = "UntagResources"
)

// SetTag gives the desktop a tag (TagResources 2020-09-30), and replaces the
// value where it has one of that key. A call that was turned away or whose
// answer was lost is made again, because twice is once. Errors are
// *core.CloudError.
func (c *Client) SetTag(ctx context.Context, region, id string, tag core.Tag) error {
	k := call{op: opTag}
	problem := badTag(tag)
	k.params = named(region, "ResourceId", []string{id})
	k.params["Tag.1.Key"], k.params["Tag.1.Value"] = tea.String(tag.Key), tea.String(tag.Value)
	return c.changeTag(ctx, k, region, id, problem)
}

// RemoveTag takes the tag of that key from the desktop (UntagResources
// 2020-09-30). A desktop that has none is as it should be. It is repeated as
// SetTag is. Errors are *core.CloudError.
func (c *Client) RemoveTag(ctx context.Context, region, id, key string) error {
	k := call{op: opUntag}
	// The API takes no key and All for "every tag": a key there always is.
	problem := badTag(core.Tag{Key: key})
	k.params = named(region, "ResourceId", []string{id})
	k.params["TagKey.1"] = tea.String(key)
	return c.changeTag(ctx, k, region, id, problem)
}

func (c *Client) changeTag(ctx context.Context, k call, region, id, problem string) error {
	at, failed := c.place(k.op, region)
	if failed != nil {
		return failed
	}
	if wrong := badIDs([]string{id}, 1); wrong != "" {
		problem = wrong
	}
	if problem != "" {
		return noCall(k.op, problem)
	}
	k.version, k.region, k.at, k.desktops, k.read = versionAdmin, region, at, 1, accepted(k.op)
	k.give("ResourceType", tagResource)
	if _, failed := c.persist(ctx, k, looking); failed != nil {
		return failed
	}
	return nil
}

// tagRunes is the most characters of a tag's key and of its value (TagResources
// 2020-09-30).
const tagRunes = 128

// badTag says why the API would not take a tag, or nothing. These are the rules
// of its page, which has them in one form for filters and for tags to set;
// that they hold in any case of letters is the cautious reading.
func badTag(t core.Tag) string {
	key, value := strings.ToLower(t.Key), strings.ToLower(t.Value)
	web := func(s string) bool { return strings.Contains(s, "http://") || strings.Contains(s, "https://") }
	switch {
	case strings.TrimSpace(t.Key) == "":
		return "the tag has no key"
	case len([]rune(t.Key)) > tagRunes, len([]rune(t.Value)) > tagRunes:
		return "a tag's key and value have at most " + strconv.Itoa(tagRunes) + " characters each"
	case strings.HasPrefix(key, "acs:"), strings.HasPrefix(key, "aliyun"), strings.HasPrefix(value, "acs:"):
		return "tags that begin with acs: or aliyun belong to the cloud"
	case web(key), web(value):
		return "a tag cannot hold http:// or https://"
	}
	return ""
}
