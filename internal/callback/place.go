package callback

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"stopdesktops/internal/hosts"
	"stopdesktops/internal/pattern"
)

const (
	// hole is where the ticket's id goes in a URL.
	hole = "{{.Ticket}}"

	// maxTicket is the longest id of a ticket in bytes: a request's own limit of
	// 128 characters, in four bytes each.
	maxTicket = 512

	wantURL = "want https://<host>/<path>, or http:// before a literal loopback address such as 127.0.0.1, with no user and no fragment"
)

// place is where answers go. The ticket's id fills holes in path and query and
// nowhere else.
type place struct {
	origin  string // scheme, host and port
	path    string // with holes
	query   string // with holes; after a ?, if there is one
	literal netip.Addr
}

// parsePlace checks a configured URL. Its text is not shown, because paths and
// queries of incoming webhooks are often secrets.
func parsePlace(s string, allowed []string) (place, error) {
	if s == "" {
		return place{}, errors.New("URL is missing; " + wantURL)
	}
	// Control characters and spaces make url.Parse fail or are dropped later.
	u, err := url.Parse(strings.ReplaceAll(s, hole, "T"))
	switch {
	case strings.ContainsAny(s, "@#\\"), err != nil, u.Opaque != "", u.User != nil, u.Hostname() == "":
		return place{}, errors.New("URL is not plain and is not shown; " + wantURL)
	case u.Scheme != "https" && u.Scheme != "http":
		return place{}, fmt.Errorf("URL has scheme %.20q; %s", u.Scheme, wantURL)
	}
	p := place{origin: u.Scheme + "://" + u.Host}
	rest, ok := strings.CutPrefix(s, p.origin)
	if !ok {
		return place{}, errors.New("URL has braces or capital letters before its path; only path and query may hold " + hole)
	}
	p.path, p.query, _ = strings.Cut(rest, "?")
	if p.query != "" {
		p.query = "?" + p.query
	}
	var mistakes []error
	if strings.ContainsAny(strings.ReplaceAll(rest, hole, ""), "{}") {
		mistakes = append(mistakes, errors.New("URL has braces that are not "+hole))
	}
	if !hosts.GoodPort(u) {
		mistakes = append(mistakes, fmt.Errorf("URL has port %.10q; want 1 to 65535", u.Port()))
	}
	p.literal, err = literalOf(u)
	if err != nil {
		mistakes = append(mistakes, err)
	}
	switch {
	case len(allowed) == 0:
		mistakes = append(mistakes, errors.New("no host is allowed, so nothing could be answered; allow the URL's"))
	case !slices.ContainsFunc(allowed, func(h string) bool { return strings.EqualFold(h, u.Host) }):
		mistakes = append(mistakes, fmt.Errorf("URL has host %.80q; allowed are %s", u.Host, strings.Join(allowed, ", ")))
	}
	return p, errors.Join(mistakes...)
}

// literalOf returns the loopback address that a URL's host is, or none where it
// is a name. Names such as localhost stay names: what they stand for is decided
// elsewhere.
func literalOf(u *url.URL) (netip.Addr, error) {
	host := u.Hostname()
	_, err := netip.ParseAddr(host)
	ip, literal := hosts.Loopback(host)
	switch {
	case literal:
		return ip, nil
	case err == nil:
		return netip.Addr{}, fmt.Errorf("URL has address %.60q for a host; want a name, or a literal loopback address", host)
	case u.Scheme != "https":
		return netip.Addr{}, fmt.Errorf("URL goes to %.60q in the clear; want https", host)
	case endsInNumber(host) || !hostName.MatchString(strings.ToLower(host)):
		return netip.Addr{}, fmt.Errorf("URL has host %.60q; want a name such as example.atlassian.net", host)
	}
	return netip.Addr{}, nil
}

// hostName is a name of letters, digits and dashes, of two labels or more or a
// single one such as localhost.
var hostName = pattern.Upto(253, `^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// endsInNumber says whether some resolver may take the host for an address: one
// whose last part begins like a number, in whatever base, as in 2130706433,
// 127.1 or 0x7f.1. No top-level domain begins so.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last == "" || last[0] >= '0' && last[0] <= '9'
}

// pathTicket is an id that may become part of a path. It holds nothing that any
// server takes for a step to elsewhere, escaped or not.
var pathTicket = pattern.Upto(maxTicket, `^[A-Za-z0-9]+([._:#-]+[A-Za-z0-9]+)*$`)

// of returns the URL for a ticket. The error quotes nothing.
func (p place) of(ticket string) (*url.URL, error) {
	inPath, inQuery := strings.Contains(p.path, hole), strings.Contains(p.query, hole)
	switch {
	case ticket == "" && (inPath || inQuery):
		return nil, errors.New("the request names no ticket, and the callback's URL wants one")
	case len(ticket) > maxTicket:
		return nil, fmt.Errorf("the ticket's id has %d bytes, more than %d", len(ticket), maxTicket)
	case inPath && !pathTicket.MatchString(ticket):
		return nil, errors.New("the ticket's id cannot be part of a path: it wants letters and digits with dots, dashes, underscores, colons or # between them")
	}
	path := strings.ReplaceAll(p.path, hole, url.PathEscape(ticket))
	query := strings.ReplaceAll(p.query, hole, url.QueryEscape(ticket))
	u, err := url.Parse(p.origin + path + query)
	if err != nil || u.Scheme+"://"+u.Host != p.origin {
		return nil, errors.New("the ticket's id does not fit into the callback's URL")
	}
	return u, nil
}
