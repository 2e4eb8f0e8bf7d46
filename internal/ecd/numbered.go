package ecd

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/alibabacloud-go/tea/tea"

	"stopdesktops/internal/core"
)

const (
	// factChunk is how many desktops one question about their use names: the
	// most that the API takes (DescribeDesktopSessions and
	// DescribeGlobalDesktopRecords 2020-09-30, DesktopId.N).
	factChunk = 100
	// rowsPerPage is the most rows of one page (the same operations, PageSize).
	rowsPerPage = 100
	// numberedPages bounds the pages of one question: a thousand rows for each of
	// a hundred desktops, which is 33 sessions a day for 30 days.
	numberedPages = 1000
	// shifts is how often a question is asked from the start again because rows
	// were added or removed while its pages were read.
	shifts = 3
)

// rows is one answer of an operation that numbers its pages. Both of them call
// their list Sessions.
type rows[R any] struct {
	RequestId  string
	TotalCount *int
	Sessions   *[]R
}

// readRows reads a body. As with desktops, an answer without a list is no answer
// unless it says that there is nothing to list.
func readRows[R any](body []byte) (rows[R], bool) {
	var a rows[R]
	if json.Unmarshal(body, &a) != nil {
		return a, false
	}
	if a.Sessions == nil {
		if a.TotalCount == nil || *a.TotalCount != 0 {
			return a, false
		}
		a.Sessions = &[]R{}
	}
	return a, true
}

// numbered reads every page of a question and returns all rows. The answer is
// whole or an error: pages are cut by number, so a row that is added between two
// of them moves the others, and then all is read again.
func numbered[R any](ctx context.Context, c *Client, k call) ([]R, *core.CloudError) {
	for range shifts {
		all, whole, failed := numberedOnce[R](ctx, c, k)
		if failed != nil || whole {
			return all, failed
		}
	}
	return nil, unreadable(k.op, "the list changed each time while it was read")
}

// numberedOnce reads until there are as many rows as the answers count, or,
// where they do not count, until a page is empty. A short page is no end: a
// gateway may give fewer rows a page than it was asked for.
func numberedOnce[R any](ctx context.Context, c *Client, k call) (all []R, whole bool, failed *core.CloudError) {
	var a rows[R]
	k.read = func(body []byte) (string, *core.CloudError) {
		var ok bool
		if a, ok = readRows[R](body); !ok {
			return "", unreadable(k.op, "the cloud's answer could not be read as a list")
		}
		return cleanID(a.RequestId), nil
	}
	k.give("PageSize", strconv.Itoa(rowsPerPage))
	total := -1
	for n := 1; n <= numberedPages; n++ {
		k.params["PageNumber"] = tea.String(strconv.Itoa(n))
		if _, failed := c.persist(ctx, k, looking); failed != nil {
			return nil, false, failed
		}
		if a.TotalCount != nil {
			if total >= 0 && *a.TotalCount != total {
				return nil, false, nil
			}
			total = *a.TotalCount
		}
		all = append(all, *a.Sessions...)
		switch {
		case total >= 0 && len(all) >= total:
			return all, true, nil
		case len(*a.Sessions) > 0:
		case total < 0:
			return all, true, nil
		default:
			return nil, false, unreadable(k.op, "the cloud counts more rows than it sends")
		}
	}
	return nil, false, unreadable(k.op, "the cloud sent more pages than there can be, so the list has no end")
}
