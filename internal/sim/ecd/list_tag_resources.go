package ecd

import (
	"maps"
	"slices"
)

const (
	// defaultTagPage and maxTagPage bound MaxResults of ListTagResources, for
	// which the vendor documents no figures: the most ids of a call, and more
	// than all their tags.
	defaultTagPage = 50
	maxTagPage     = 1000
)

func init() {
	register(operation{
		version: VersionAdmin, name: "ListTagResources", ramAction: "ecd:ListTagResources",
		params: []param{
			{name: "RegionId", required: true},
			{name: "ResourceType", required: true, values: []string{desktopResource}},
			{name: "ResourceId", kind: textList, max: maxTagIDs},
			{name: "Tag", kind: tagList, max: maxTagFilters},
			{name: "MaxResults", kind: number, min: 1, max: maxTagPage},
			{name: "NextToken"},
		},
		run: listTagResources,
	})
}

// tagRow is one tag of one desktop. A desktop without tags has no row.
type tagRow struct{ ResourceId, ResourceType, TagKey, TagValue string }

// listTagResources lists the tags of the desktops that were named and have
// every tag that was asked for. Entries of a page are tags, so the end of a
// page may fall between two tags of one desktop. Unknown ids have no rows.
func listTagResources(c *call) (map[string]any, *apiError) {
	ids := c.args.list("ResourceId")
	if ids == nil && c.args.tags["Tag"] == nil {
		// The documentation wants at least one of them.
		return nil, missing("ResourceId")
	}
	after, afterTag, e := c.openCursor()
	if e != nil {
		return nil, e
	}
	var (
		rows    = []tagRow{}
		filters = c.tagFilter()
		limit   = c.args.numOr("MaxResults", defaultTagPage)
		state   condition
	)
	for _, m := range c.server.fleet.named(c.args.text["RegionId"], ids) {
		if m.seq < after || !filters.let(m, &state) {
			continue
		}
		if ids != nil && c.flawed(m, TagsRefused) {
			return nil, internalError()
		}
		for _, key := range slices.Sorted(maps.Keys(m.fixed.Tags)) {
			if m.seq == after && key <= afterTag {
				continue
			}
			if len(rows) == limit {
				last := rows[limit-1]
				place := c.server.fleet.find(c.args.text["RegionId"], last.ResourceId).seq
				return map[string]any{"TagResources": rows, "NextToken": c.cursor(place, last.TagKey)}, nil
			}
			rows = append(rows, tagRow{m.fixed.ID, desktopResource, key, m.fixed.Tags[key]})
		}
	}
	return map[string]any{"TagResources": rows, "NextToken": ""}, nil
}
