package ecd

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
)

// fleetOf adds n desktops and returns their ids in the order of adding.
func (c *cloud) fleetOf(n int, edit func(i int, d *Desktop)) []string {
	c.t.Helper()
	desktops, all := make([]Desktop, n), make([]string, n)
	for i := range desktops {
		desktops[i] = Desktop{ID: fmt.Sprintf("ecd-%05d", i)}
		all[i] = desktops[i].ID
		if edit != nil {
			edit(i, &desktops[i])
		}
	}
	c.add(desktops...)
	return all
}

func TestNumberedPages(t *testing.T) {
	c := newCloud(t, Options{})
	all := c.fleetOf(25, nil)
	for _, tt := range []struct {
		p    params
		want []string
	}{
		{params{"PageNumber": "1"}, all[:10]},
		{params{"PageNumber": "3"}, all[20:]},
		{params{"PageNumber": "4"}, nil},
		{params{"PageSize": "7"}, all[:7]},
		{params{"PageNumber": "2", "PageSize": "20"}, all[20:]},
		{params{"PageNumber": "1048576", "PageSize": "100"}, nil},
	} {
		answer := must(t)(c.describe(ids().with(tt.p)))
		wantIDs(t, fmt.Sprint(tt.p), desktopsOf(t, answer), tt.want...)
		if fmt.Sprint(answer["TotalCount"]) != "25" {
			t.Errorf("%v: TotalCount %v", tt.p, answer["TotalCount"])
		}
		if _, ok := answer["NextToken"]; ok {
			t.Errorf("%v: a numbered page has a token", tt.p)
		}
	}
}

// The gateway accepts more than one page holds, unless told to be as strict as
// the documentation.
func TestLargestPage(t *testing.T) {
	c := newCloud(t, Options{})
	all := c.fleetOf(250, nil)
	found, calls := c.pages(ids().with(params{"MaxResults": "1000"}))
	wantIDs(t, "desktops", found, all...)
	if calls != 3 {
		t.Errorf("%d calls, want 3 pages of at most 100", calls)
	}
	c.Change(func(o *Options) { o.MaxResults = 100 })
	must(t)(c.describe(ids().with(params{"MaxResults": "100"})))
	_, err := c.describe(ids().with(params{"MaxResults": "101"}))
	wantRefusal(t, err, "InvalidParameter", 400)
}

// With PageScans pages come short and empty, and callers who go on until there
// is no token still see everything once.
func TestShortPages(t *testing.T) {
	c := newCloud(t, Options{PageScans: 4})
	var want []string
	all := c.fleetOf(22, func(i int, d *Desktop) {
		if i < 2 || i > 18 {
			d.Status = Stopped
		}
	})
	want = slices.Concat(all[:2], all[19:])
	p := ids().with(params{"DesktopStatus": Stopped, "MaxResults": "2"})
	var found []string
	var sizes []int
	for token := ""; ; {
		page := p
		if token != "" {
			page = p.with(params{"NextToken": token})
		}
		answer := must(t)(c.describe(page))
		got := desktopsOf(t, answer)
		found, sizes = append(found, got...), append(sizes, len(got))
		if token, _ = answer["NextToken"].(string); token == "" {
			break
		}
	}
	wantIDs(t, "desktops", found, want...)
	if want := []int{2, 0, 0, 0, 1, 2}; !slices.Equal(sizes, want) {
		t.Errorf("pages of %v, want %v", sizes, want)
	}
}

// Ten thousand desktops are listed page by page, each with a look at the whole
// region. The operation is called without the official client, which takes far
// longer to read the pages than the double to write them.
func TestListTenThousand(t *testing.T) {
	const size = 10_000
	c := newCloud(t, Options{})
	all := c.fleetOf(size, func(i int, d *Desktop) { d.Tags = map[string]string{"env": fmt.Sprint("e", i%10)} })
	k := &call{server: c.Server, opts: c.options(), now: c.Now(), op: operations[operationKey{VersionAdmin, "DescribeDesktops"}]}
	given := url.Values{"RegionId": {region}, "MaxResults": {"100"}, "Tag.1.Key": {"env"}}
	var found []string
	for pages := 1; ; pages++ {
		var e *apiError
		if k.args, e = parseArgs(k.op, given, false); e != nil {
			t.Fatal(e.message)
		}
		answer, e := describeDesktops(k)
		if e != nil {
			t.Fatal(e.message)
		}
		for _, d := range answer["Desktops"].([]desktopView) {
			found = append(found, d.DesktopId)
		}
		token, _ := answer["NextToken"].(string)
		if token == "" {
			if pages != size/100 {
				t.Errorf("%d pages", pages)
			}
			break
		}
		given.Set("NextToken", token)
	}
	wantIDs(t, "desktops", found, all...)
}
