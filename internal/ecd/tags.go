package ecd

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"

	"github.com/alibabacloud-go/tea/tea"

	"stopdesktops/internal/core"
)

const (
	opListTags = "ListTagResources"

	// tagResource is what the API calls a desktop where it is about tags.
	tagResource = "ALIYUN::GWS::INSTANCE"
	// tagChunk is how many desktops one call names: the most that the API takes
	// (ListTagResources 2020-09-30, ResourceId.N).
	tagChunk = 50
	// tagsEach is how many tags a desktop has at most, so that their pages have
	// an end.
	tagsEach = 20
	// tagTries bounds the attempts at one call where it is not throttled. A
	// single desktop that cannot be read fails all fifty, and finding it takes
	// seven failed calls, so each of them must be short.
	tagTries = 2
	// tagFailures is how many calls in a row fail before it is not one desktop
	// that cannot be read but the operation that does not work.
	tagFailures = 10
)

// tagReader reads tags in ListTagResources for one call of Look or List.
type tagReader struct {
	*Client
	region string
	at     place
	share  *shared

	failed  *core.CloudError // the last failure
	row     int              // failures in a row
	over    bool             // no further call can work
	unknown int              // desktops whose tags nobody could read
}

func (c *Client) tagReader(region string, at place, share *shared) *tagReader {
	return &tagReader{Client: c, region: region, at: at, share: share}
}

// fill gives the desktops their tags from ListTagResources: all of them where
// the deployment says so, else those that are untold. A desktop whose tags
// cannot be read says so.
func (r *tagReader) fill(ctx context.Context, desktops []core.Desktop, untold map[string]bool) {
	var ids []string
	for i := range desktops {
		if r.tagSource == TagsList || untold[desktops[i].DesktopId] {
			ids = append(ids, desktops[i].DesktopId)
		}
	}
	if len(ids) == 0 {
		return
	}
	read := map[string]map[string]string{}
	for chunk := range slices.Chunk(ids, tagChunk) {
		r.readInto(ctx, read, chunk)
	}
	wanted := setOf(ids)
	for i := range desktops {
		d := &desktops[i]
		if !wanted[d.DesktopId] {
			continue
		}
		tags, ok := read[d.DesktopId]
		d.Tags, d.TagsUnknown = tags, !ok
		if !ok {
			r.unknown++
		}
	}
}

// readInto reads the tags of ids into read. Where that fails, one desktop may be
// to blame, so the halves are read apart. Where it cannot be that, or too many
// calls fail in a row, nothing more is asked in this Look or List.
func (r *tagReader) readInto(ctx context.Context, read map[string]map[string]string, ids []string) {
	if r.over {
		return
	}
	tags, failed := r.read(ctx, ids)
	if failed == nil {
		r.row = 0
		for _, id := range ids {
			read[id] = tags[id]
		}
		return
	}
	r.failed = failed
	r.row++
	switch failed.Class {
	case core.CloudBadDesktop, core.CloudDown, core.CloudUnclear:
		r.over = r.row >= tagFailures || ctx.Err() != nil
	default:
		r.over = true
	}
	if len(ids) > 1 {
		r.readInto(ctx, read, ids[:len(ids)/2])
		r.readInto(ctx, read, ids[len(ids)/2:])
	}
}

// report logs, once, that tags could not be read.
func (r *tagReader) report(ctx context.Context) {
	if r.unknown == 0 {
		return
	}
	r.log.LogAttrs(ctx, slog.LevelWarn, "tags of desktops could not be read",
		slog.String("region", r.region), slog.Int("desktops", r.unknown), slog.String("why", r.failed.Error()))
}

// tagPatience repeats throttled calls as every look does, and others tagTries
// times.
func tagPatience() patience {
	p, tries := looking, 0
	p.again = func(e *core.CloudError) bool {
		if e.Class != core.CloudThrottled {
			tries++
		}
		return lookAgain(e) && tries < tagTries
	}
	return p
}

// tagged is one answer of ListTagResources 2020-09-30: a row for each tag.
type tagged struct {
	RequestId    string
	NextToken    string
	TagResources givenRows
}

// givenRows are the rows of an answer, and whether it has any word of them.
type givenRows struct {
	given bool
	rows  []struct{ ResourceId, ResourceType, TagKey, TagValue string }
}

// UnmarshalJSON is called for every member that is there, null included.
func (g *givenRows) UnmarshalJSON(body []byte) error {
	g.given = true
	return json.Unmarshal(body, &g.rows)
}

// readTags reads a body. An answer without a list is no answer: taken for an
// empty one it would lift the tag that keeps a desktop awake.
func readTags(body []byte) (tagged, bool) {
	var a tagged
	err := json.Unmarshal(body, &a)
	return a, err == nil && a.TagResources.given
}

// read returns the tags of the desktops that have any.
func (r *tagReader) read(ctx context.Context, ids []string) (map[string]map[string]string, *core.CloudError) {
	var a tagged
	k := call{op: opListTags, version: versionAdmin, region: r.region, at: r.at, reads: true, desktops: len(ids), params: named(r.region, "ResourceId", ids)}
	k.give("ResourceType", tagResource)
	// MaxResults is left out: the vendor documents neither its default nor its
	// most, and a number that is too high would be refused.
	k.read = func(body []byte) (string, *core.CloudError) {
		var ok bool
		if a, ok = readTags(body); !ok {
			return "", unreadable(opListTags, "the cloud's answer could not be read as a list of tags")
		}
		return cleanID(a.RequestId), nil
	}
	tags, tokens := map[string]map[string]string{}, map[string]bool{}
	for range len(ids)*tagsEach + 1 {
		if _, failed := r.persist(ctx, k, tagPatience()); failed != nil {
			return nil, failed
		}
		for _, row := range a.TagResources.rows {
			if row.ResourceType != "" && row.ResourceType != tagResource {
				continue
			}
			if tags[row.ResourceId] == nil {
				tags[row.ResourceId] = map[string]string{}
			}
			tags[row.ResourceId][r.share.one(row.TagKey)] = r.share.one(row.TagValue)
		}
		if a.NextToken == "" {
			return tags, nil
		}
		if tokens[a.NextToken] {
			return nil, unreadable(opListTags, "the cloud sent the same page token twice, so the list has no end")
		}
		tokens[a.NextToken] = true
		k.params["NextToken"] = tea.String(a.NextToken)
	}
	return nil, unreadable(opListTags, "the cloud sent more pages than desktops can have tags, so the list has no end")
}
