package ecd

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/alibabacloud-go/tea/tea"

	"stopdesktops/internal/core"
)

const (
	// listPages bounds the pages of one List: a hundred thousand desktops in one
	// region, five times what a run may ever reach.
	listPages = 1000
	// filterTags are the most that one call may be filtered by (DescribeDesktops
	// 2020-09-30, Tag.N).
	filterTags = 20
)

// List calls page with every desktop of the region that narrow lets through,
// pooled ones included, 100 at a time. The slice is used again for the next
// page. What of narrow the API cannot filter by is left to the caller, who
// checks everything again. A desktop that comes twice, because the fleet changed
// while it was read, is handed on once.
func (c *Client) List(ctx context.Context, region string, narrow core.Narrow, page func([]core.Desktop)) error {
	if failed := c.list(ctx, region, narrow, page); failed != nil {
		return failed
	}
	return nil
}

func (c *Client) list(ctx context.Context, region string, narrow core.Narrow, hand func([]core.Desktop)) *core.CloudError {
	at, failed := c.place(opDescribe, region)
	if failed != nil {
		return failed
	}
	k := c.describe(at, region)
	k.whole()
	filter := k.narrow(narrow)
	var (
		buffer []core.Desktop
		share  = newShared()
		tags   = c.tagReader(region, at, share)
		seen   = map[string]bool{}
	)
	defer tags.report(ctx)
	return c.pages(ctx, k, listPages, func(p page) *core.CloudError {
		some, without := p.desktops(buffer[:0], region, c.now(), filter, share)
		buffer = some
		untold := map[string]bool{}
		for _, i := range without {
			untold[some[i].DesktopId] = true
		}
		fresh := some[:0]
		for _, d := range some {
			if !seen[d.DesktopId] {
				seen[d.DesktopId] = true
				fresh = append(fresh, d)
			}
		}
		tags.fill(ctx, fresh, untold)
		if len(fresh) > 0 {
			hand(fresh)
		}
		return nil
	})
}

// narrow lets the API filter by what it can, and returns the tags that it then
// filters by. Several values of one tag key would mean any of them to core and
// all of them to the API, so then no tag is given.
func (k *call) narrow(n core.Narrow) []core.Tag {
	k.give("OfficeSiteId", n.OfficeSiteId)
	k.give("DesktopGroupId", n.DesktopGroupId)
	k.give("ResourceGroupId", n.ResourceGroupId)
	k.give("ChargeType", n.ChargeType)
	k.give("EndUserId.1", n.EndUserId)
	if !filterable(n.Tag) {
		return nil
	}
	for i, t := range n.Tag {
		name := "Tag." + strconv.Itoa(i+1)
		k.params[name+".Key"] = tea.String(t.Key)
		k.give(name+".Value", t.Value)
	}
	return n.Tag
}

// filterable says whether the API takes these tags as a filter and means by
// them what core does.
func filterable(tags []core.Tag) bool {
	keys := map[string]bool{}
	for _, t := range tags {
		if keys[t.Key] || badTag(t) != "" || strings.HasPrefix(strings.ToLower(t.Value), "aliyun") {
			return false
		}
		keys[t.Key] = true
	}
	return len(tags) <= filterTags
}

// Running counts the Running desktops of the region, pooled ones included. An
// answer without a count is an error and never 0: a share of nothing would let
// every plan through.
func (c *Client) Running(ctx context.Context, region string) (int, error) {
	at, failed := c.place(opDescribe, region)
	if failed != nil {
		return 0, failed
	}
	k := c.describe(at, region)
	k.give("DesktopStatus", core.StatusRunning)
	k.give("FilterDesktopGroup", "false")
	k.give("MaxResults", "1") // the count is all that is read
	count := 0
	k.read = func(body []byte) (string, *core.CloudError) {
		var a struct {
			RequestId  string
			TotalCount *int
			Desktops   []struct{}
		}
		if json.Unmarshal(body, &a) != nil || a.TotalCount == nil || *a.TotalCount < len(a.Desktops) {
			return "", unreadable(opDescribe, "the cloud's answer has no count of the running desktops that can be relied on")
		}
		count = *a.TotalCount
		return cleanID(a.RequestId), nil
	}
	if _, failed := c.persist(ctx, k, looking); failed != nil {
		return 0, failed
	}
	return count, nil
}
