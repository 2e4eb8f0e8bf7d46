package ecd

import (
	"maps"
	"net/http"
	"slices"
)

func init() {
	register(operation{
		version: VersionAdmin, name: "TagResources", ramAction: "ecd:TagResources",
		params: []param{
			{name: "RegionId", required: true},
			{name: "ResourceType", required: true, values: []string{desktopResource}},
			{name: "ResourceId", kind: textList, required: true, max: maxTagIDs},
			{name: "Tag", kind: tagList, required: true, max: maxTagsPerCall},
		},
		run: tagResources,
	})
}

// tagResources sets tags. A key that a desktop has gets the new value. One bad
// id, or one desktop that would have too many tags, fails the whole call with
// nothing done; the vendor names no code for either.
func tagResources(c *call) (map[string]any, *apiError) {
	fresh := map[string]string{}
	for _, t := range c.args.tags["Tag"] {
		if _, twice := fresh[t.key]; twice {
			return nil, invalid("The specified parameter Tag is not valid: a key occurs twice.")
		}
		fresh[t.key] = t.value
	}
	machines, e := c.tagged()
	if e != nil {
		return nil, e
	}
	become := make([]map[string]string, len(machines))
	for i, m := range machines {
		tags := map[string]string{}
		maps.Copy(tags, m.fixed.Tags)
		maps.Copy(tags, fresh)
		if len(tags) > maxTagsPerDesktop {
			return nil, &apiError{status: http.StatusBadRequest, code: "QuotaExceeded.TagsPerResource", message: "The number of tags of the resource exceeds the limit."}
		}
		become[i] = tags
	}
	for i, m := range machines {
		c.retag(m, become[i])
	}
	return map[string]any{}, nil
}

// tagged finds the desktops that a call wants to change, all or none.
func (c *call) tagged() ([]*machine, *apiError) {
	var found []*machine
	for _, id := range c.args.list("ResourceId") {
		m := c.server.fleet.find(c.args.text["RegionId"], id)
		if m == nil {
			return nil, &apiError{status: http.StatusBadRequest, code: "InvalidResourceId.NotFound", message: "The specified ResourceId is not found."}
		}
		if !slices.Contains(found, m) {
			found = append(found, m)
		}
	}
	return found, nil
}

// retag replaces a desktop's tags and notes a change as the call's effect.
func (c *call) retag(m *machine, tags map[string]string) {
	if maps.Equal(m.fixed.Tags, tags) {
		return
	}
	m.fixed.Tags = tags
	c.effect = append(c.effect, m.fixed.ID)
}
