package ecd

import (
	"context"
	"slices"
	"strconv"

	"github.com/alibabacloud-go/tea/tea"

	"stopdesktops/internal/core"
)

const (
	opDescribe = "DescribeDesktops"

	// lookChunk is how many desktops one look names: the most that the API
	// takes (DescribeDesktops 2020-09-30, DesktopId.N).
	lookChunk = 100
	// pageSize is the most that the API's page on MaxResults allows; its own
	// default of 10 would turn one call into ten.
	pageSize = 100
)

// Look returns what the cloud knows of the named desktops, pooled ones
// included. It asks for 100 at a time.
func (c *Client) Look(ctx context.Context, region string, ids []string) ([]core.Desktop, error) {
	at, failed := c.place(opDescribe, region)
	if failed != nil {
		return nil, failed
	}
	ids = distinct(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	var all []core.Desktop
	share := newShared()
	tags := c.tagReader(region, at, share)
	for chunk := range slices.Chunk(ids, lookChunk) {
		if problem := badIDs(chunk, lookChunk); problem != "" {
			return nil, noCall(opDescribe, problem)
		}
		failed := apart(chunk, func(ids []string) *core.CloudError {
			found, failed := c.lookAt(ctx, at, region, ids, share, tags)
			if failed == nil {
				all = append(all, found...)
			}
			return failed
		})
		if failed != nil {
			return nil, failed
		}
	}
	tags.report(ctx)
	return all, nil
}

// lookAt reads the answer for ids, page by page. A page may be short and may
// even be empty, but more pages than desktops is an answer without an end.
func (c *Client) lookAt(ctx context.Context, at place, region string, ids []string, share *shared, tags *tagReader) ([]core.Desktop, *core.CloudError) {
	k := c.describe(at, region)
	k.desktops, k.params = len(ids), named(region, "DesktopId", ids)
	k.whole()
	var (
		spot   = map[string]int{} // of each id in found
		found  []core.Desktop
		untold []string
	)
	failed := c.pages(ctx, k, len(ids)+1, func(p page) *core.CloudError {
		seen, without := p.desktops(nil, region, c.now(), nil, share)
		for _, i := range without {
			untold = append(untold, seen[i].DesktopId)
		}
		for _, d := range seen {
			if i, twice := spot[d.DesktopId]; twice {
				found[i] = d
				continue
			}
			spot[d.DesktopId] = len(found)
			found = append(found, d)
		}
		return nil
	})
	if failed != nil {
		return nil, failed
	}
	found = inOrder(ids, spot, found)
	tags.fill(ctx, found, setOf(untold))
	return found, nil
}

// describe is a call of DescribeDesktops without parameters.
func (c *Client) describe(at place, region string) call {
	return call{op: opDescribe, version: versionAdmin, region: region, at: at, reads: true, params: named(region, "", nil)}
}

// whole asks for everything that a desktop has, and for as many as a page
// takes.
func (k *call) whole() {
	k.give("MaxResults", strconv.Itoa(pageSize))
	// Left to itself, the API leaves desktops of a pool out.
	k.give("FilterDesktopGroup", "false")
	k.give("FillResourceGroup", "true")
}

// pages reads the answers to a call of DescribeDesktops to the end, at most so
// many. It hands each on as it comes.
func (c *Client) pages(ctx context.Context, k call, most int, take func(page) *core.CloudError) *core.CloudError {
	var p page
	k.read = func(body []byte) (string, *core.CloudError) {
		var ok bool
		if p, ok = readPage(body); !ok {
			return "", unreadable(k.op, "the cloud's answer could not be read as a list of desktops")
		}
		return cleanID(p.RequestId), nil
	}
	tokens := map[string]bool{}
	for range most {
		if _, failed := c.persist(ctx, k, looking); failed != nil {
			return failed
		}
		if failed := take(p); failed != nil {
			return failed
		}
		if p.NextToken == "" {
			return nil
		}
		if tokens[p.NextToken] {
			return unreadable(k.op, "the cloud sent the same page token twice, so the list has no end")
		}
		tokens[p.NextToken] = true
		k.params["NextToken"] = tea.String(p.NextToken)
	}
	return unreadable(k.op, "the cloud sent more pages than there can be, so the list has no end")
}

// inOrder returns what was found in the order in which it was asked for, and
// nothing that was not asked for.
func inOrder(ids []string, spot map[string]int, found []core.Desktop) []core.Desktop {
	out := make([]core.Desktop, 0, len(found))
	for _, id := range ids {
		if i, ok := spot[id]; ok {
			out = append(out, found[i])
		}
	}
	return out
}
