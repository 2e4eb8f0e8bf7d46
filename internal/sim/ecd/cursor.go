package ecd

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"maps"
)

// A NextToken is opaque to callers. It holds the place of the last desktop
// given out and a digest of the filters, so that one taken to another search is
// refused instead of skipping desktops unseen.

const cursorDigest = 8

func (c *call) cursor(last int) string {
	token := binary.BigEndian.AppendUint64(nil, uint64(last))
	return base64.RawURLEncoding.EncodeToString(append(token, c.filterDigest()...))
}

// openCursor returns the place that the call's NextToken points to, 0 for the
// beginning.
func (c *call) openCursor() (int, *apiError) {
	given := c.args.text["NextToken"]
	if given == "" {
		return 0, nil
	}
	token, err := base64.RawURLEncoding.DecodeString(given)
	if err != nil || len(token) != 8+cursorDigest || string(token[8:]) != string(c.filterDigest()) {
		return 0, invalid("The specified parameter NextToken is not valid.")
	}
	place := binary.BigEndian.Uint64(token)
	if place > uint64(len(c.server.fleet.all)) {
		return 0, invalid("The specified parameter NextToken is not valid.")
	}
	return int(place), nil
}

func (c *call) filterDigest() []byte {
	filters := maps.Clone(c.args.text)
	delete(filters, "NextToken")
	tags := map[string]string{}
	for _, t := range c.args.tags["Tag"] {
		tags[t.key] = t.value
	}
	encoded, err := json.Marshal([]any{c.op.name, filters, c.args.flag, c.args.lists, tags})
	if err != nil {
		// Maps of strings, booleans and lists always encode.
		panic(err)
	}
	sum := sha256.Sum256(encoded)
	return sum[:cursorDigest]
}
