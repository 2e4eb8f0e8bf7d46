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
	for chunk := range slices.Chunk(ids, lookChunk) {
		if problem := badIDs(chunk, lookChunk); problem != "" {
			return nil, &core.CloudError{Class: core.CloudBadRequest, Op: opDescribe, Text: "no call was made: " + problem}
		}
		found, failed := c.lookAt(ctx, at, region, chunk)
		if failed != nil {
			return nil, failed
		}
		all = append(all, found...)
	}
	return all, nil
}

// lookAt looks at one chunk. Where the cloud refuses it for a bad id, although
// it is known to leave unknown ids out of its answer, the halves are asked
// apart until the bad one stands alone: that one is as good as unknown, and it
// does not sink the others.
func (c *Client) lookAt(ctx context.Context, at place, region string, ids []string) ([]core.Desktop, *core.CloudError) {
	found, failed := c.pages(ctx, at, region, ids)
	if failed == nil || failed.Class != core.CloudBadDesktop {
		return found, failed
	}
	if len(ids) == 1 {
		return nil, nil
	}
	for _, half := range [][]string{ids[:len(ids)/2], ids[len(ids)/2:]} {
		some, failed := c.lookAt(ctx, at, region, half)
		if failed != nil {
			return nil, failed
		}
		found = append(found, some...)
	}
	return found, nil
}

// pages reads the answer for ids, page by page. A page may be short and may
// even be empty, but more pages than desktops is an answer without an end.
func (c *Client) pages(ctx context.Context, at place, region string, ids []string) ([]core.Desktop, *core.CloudError) {
	var p page
	k := call{op: opDescribe, version: versionAdmin, region: region, at: at, desktops: len(ids), params: named(region, ids)}
	k.read = func(body []byte) (string, *core.CloudError) {
		var ok bool
		if p, ok = readPage(body); !ok {
			return "", unreadable("the cloud's answer could not be read as a list of desktops")
		}
		return cleanID(p.RequestId), nil
	}
	k.give("MaxResults", strconv.Itoa(pageSize))
	// Left to itself, the API leaves desktops of a pool out.
	k.give("FilterDesktopGroup", "false")
	found := map[string]core.Desktop{}
	tokens := map[string]bool{}
	for range len(ids) + 1 {
		failed := repeat(ctx, lookTries, lookAgain, func(ctx context.Context) *core.CloudError {
			_, failed := c.attempt(ctx, k)
			return failed
		})
		if failed != nil {
			return nil, failed
		}
		for _, d := range p.desktops(region, c.now()) {
			found[d.DesktopId] = d
		}
		if p.NextToken == "" {
			return inOrder(ids, found), nil
		}
		if tokens[p.NextToken] {
			return nil, unreadable("the cloud sent the same page token twice, so the list has no end")
		}
		tokens[p.NextToken] = true
		k.params["NextToken"] = tea.String(p.NextToken)
	}
	return nil, unreadable("the cloud sent more pages than there are desktops, so the list has no end")
}

func unreadable(text string) *core.CloudError {
	return &core.CloudError{Class: core.CloudUnclear, Op: opDescribe, Status: 200, Text: text}
}

// distinct removes repeated ids and keeps the order.
func distinct(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// inOrder returns what was found in the order in which it was asked for, and
// nothing that was not asked for.
func inOrder(ids []string, found map[string]core.Desktop) []core.Desktop {
	out := make([]core.Desktop, 0, len(found))
	for _, id := range ids {
		if d, ok := found[id]; ok {
			out = append(out, d)
		}
	}
	return out
}
