package journal

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// compressFrom is the size in bytes from which a record is compressed. Below
// it, a person can read the object as it is and a round trip costs the same.
const compressFrom = 8 << 10

// gzipMagic begins a compressed record. JSON text never begins with it.
const gzipMagic = "\x1f\x8b"

// Content types of an object, for whoever opens it in the console.
const (
	typeJSON = "application/json"
	typeGzip = "application/gzip"
)

// packer takes the text of a record piece by piece and compresses it as soon as
// it turns out to be long, so that a long one is never held as it is.
type packer struct {
	limit int // bytes before compression
	size  int // bytes before compression, so far
	data  bytes.Buffer
	pack  *gzip.Writer // nil while the text is short
}

// Write fails with errTooLarge beyond the limit.
func (p *packer) Write(text []byte) (int, error) {
	p.size += len(text)
	if p.size > p.limit {
		return 0, fmt.Errorf("%w: over %d bytes", errTooLarge, p.limit)
	}
	if p.pack == nil {
		if p.size < compressFrom {
			return p.data.Write(text)
		}
		start := bytes.Clone(p.data.Bytes())
		p.data.Reset()
		// The fastest level: a fleet's record shrinks to a tenth anyway, and CPU
		// time is what a function pays for.
		var err error
		if p.pack, err = gzip.NewWriterLevel(&p.data, gzip.BestSpeed); err != nil {
			return 0, err
		}
		if _, err := p.pack.Write(start); err != nil {
			return 0, err
		}
	}
	return p.pack.Write(text)
}

// done returns the object.
func (p *packer) done() (data []byte, contentType string, err error) {
	if p.pack == nil {
		return p.data.Bytes(), typeJSON, nil
	}
	if err := p.pack.Close(); err != nil {
		return nil, "", err
	}
	return p.data.Bytes(), typeGzip, nil
}

// unpacker yields the text of a record, compressed or not, and never more of it
// than limit.
type unpacker struct {
	limit, left int
	data        *bytes.Reader
	text        io.Reader
}

func newUnpacker(data []byte, limit int) (*unpacker, error) {
	u := &unpacker{limit: limit, left: limit, data: bytes.NewReader(data)}
	u.text = u.data
	if bytes.HasPrefix(data, []byte(gzipMagic)) {
		r, err := gzip.NewReader(u.data)
		if err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
		r.Multistream(false)
		u.text = r
	}
	return u, nil
}

// Read fails with errTooLarge beyond the limit.
func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.text.Read(p)
	u.left -= n
	switch {
	case u.left < 0:
		return 0, fmt.Errorf("%w: over %d bytes", errTooLarge, u.limit)
	case err != nil && !errors.Is(err, io.EOF):
		return n, fmt.Errorf("decompress: %w", err)
	}
	return n, err
}

// ended says whether nothing is left once the text was read to its end.
func (u *unpacker) ended() error {
	if u.data.Len() > 0 {
		return errors.New("something follows its end")
	}
	return nil
}
