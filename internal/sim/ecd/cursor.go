package ecd

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"maps"
)

// A NextToken is opaque to callers. It holds the place of the last item given
// out and a digest of the filters, so that one taken to another search is
// refused instead of skipping items unseen.

const cursorDigest = 8

// cursor points behind the desktop with the number last, or behind its tag
// with the key tag.
func (c *call) cursor(last int, tag string) string {
	token := binary.BigEndian.AppendUint64(nil, uint64(last))
	token = append(token, c.filterDigest()...)
	return base64.RawURLEncoding.EncodeToString(append(token, tag...))
}

// openCursor returns the place that the call's NextToken points to, 0 for the
// beginning.
func (c *call) openCursor() (last int, tag string, e *apiError) {
	given := c.args.text["NextToken"]
	if given == "" {
		return 0, "", nil
	}
	const head = 8 + cursorDigest
	token, err := base64.RawURLEncoding.DecodeString(given)
	if err != nil || len(token) < head || string(token[8:head]) != string(c.filterDigest()) {
		return 0, "", invalid("The specified parameter NextToken is not valid.")
	}
	place := binary.BigEndian.Uint64(token)
	if place > uint64(len(c.server.fleet.all)) {
		return 0, "", invalid("The specified parameter NextToken is not valid.")
	}
	return int(place), string(token[head:]), nil
}

func (c *call) filterDigest() []byte {
	filters := maps.Clone(c.args.text)
	delete(filters, "NextToken")
	tags := []any{}
	for _, t := range c.args.tags["Tag"] {
		tags = append(tags, []any{t.key, t.value, t.anyValue})
	}
	encoded, err := json.Marshal([]any{c.op.name, filters, c.args.flag, c.args.lists, tags})
	if err != nil {
		// Maps of strings, booleans and lists always encode.
		panic(err)
	}
	sum := sha256.Sum256(encoded)
	return sum[:cursorDigest]
}
