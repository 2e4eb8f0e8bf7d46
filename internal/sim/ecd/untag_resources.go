package ecd

import "maps"

func init() {
	register(operation{
		version: VersionAdmin, name: "UntagResources", ramAction: "ecd:UntagResources",
		params: []param{
			{name: "RegionId", required: true},
			{name: "ResourceType", required: true, values: []string{desktopResource}},
			{name: "ResourceId", kind: textList, required: true, max: maxTagIDs},
			{name: "TagKey", kind: textList, max: maxTagsPerCall},
			{name: "All", kind: boolean},
		},
		run: untagResources,
	})
}

// untagResources removes tags. A key that a desktop does not have is no error.
// All takes effect only without TagKey, as documented; a call with neither
// would do nothing and is refused.
func untagResources(c *call) (map[string]any, *apiError) {
	keys := c.args.list("TagKey")
	if keys == nil && !c.args.flagOr("All", false) {
		return nil, missing("TagKey")
	}
	for _, key := range keys {
		if e := checkTagKey("TagKey", key); e != nil {
			return nil, e
		}
	}
	machines, e := c.tagged()
	if e != nil {
		return nil, e
	}
	for _, m := range machines {
		var left map[string]string
		if keys != nil {
			left = maps.Clone(m.fixed.Tags)
			for _, key := range keys {
				delete(left, key)
			}
		}
		c.retag(m, left)
	}
	return map[string]any{}, nil
}
