package ecd

// Defaults and limits of numbered pages. The documentation of
// DescribeGlobalDesktopRecords says 100 for the largest page; that of
// DescribeDesktopSessions says nothing, so the same is taken. Neither says the
// default; 10 is what DescribeDesktops has.
const (
	defaultNumberedPage = 10
	maxNumberedPage     = 100
	// maxPageNumber keeps the place of a page far from overflowing.
	maxPageNumber = 1 << 20
)

var (
	pageNumberParam = param{name: "PageNumber", kind: number, min: 1, max: maxPageNumber}
	pageSizeParam   = param{name: "PageSize", kind: number, min: 1, max: maxNumberedPage}
)

// numberedPage returns how many items come before the page that the call asks
// for, and how many it holds.
func (c *call) numberedPage() (skip, size int) {
	size = c.args.numOr("PageSize", defaultNumberedPage)
	return (c.args.numOr("PageNumber", 1) - 1) * size, size
}

// pageOf cuts the numbered page out of all items.
func pageOf[T any](c *call, all []T) []T {
	skip, size := c.numberedPage()
	skip = min(skip, len(all))
	return all[skip:min(skip+size, len(all))]
}

// oneKindOfPages refuses a call that asks for pages by token and by number: the
// documentation does not say which would win.
func (c *call) oneKindOfPages() *apiError {
	_, size := c.args.num["PageSize"]
	_, page := c.args.num["PageNumber"]
	_, results := c.args.num["MaxResults"]
	if (size || page) && (results || c.args.text["NextToken"] != "") {
		return invalid("PageNumber and PageSize cannot be combined with MaxResults and NextToken.")
	}
	return nil
}

func (c *call) numbered() bool {
	_, size := c.args.num["PageSize"]
	_, page := c.args.num["PageNumber"]
	return size || page
}
