package pack

import (
	"crypto/sha1"
	"fmt"
	"net/url"
	"strings"
)

// billSpace keeps our serial numbers apart from those that others make of the
// same text. It is a random UUID, and must never change.
var billSpace = [16]byte{0x8a, 0xea, 0x1c, 0x3e, 0x8c, 0xee, 0x4d, 0x76, 0x80, 0x9f, 0xa6, 0x47, 0xa9, 0x03, 0xd8, 0xfd}

// serial is the serial number of a bill that says text. CycloneDX wants a UUID
// by RFC 4122, whose version 5 is made of a name: equal bills have equal
// numbers. SHA-1 is that version's, and guards nothing here.
func serial(text []byte) string {
	hash := sha1.New()
	hash.Write(billSpace[:])
	hash.Write(text)
	id := hash.Sum(nil)[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// packageURL names a module for scanners. The purl specification wants the type
// golang in small letters, and encodes what is neither letter, digit nor one of
// ".-_~", so that the + of v2.0.0+incompatible is not a space to some.
func packageURL(module, version string) string {
	parts := strings.Split(strings.ToLower(module), "/")
	for i := range parts {
		parts[i] = url.QueryEscape(parts[i])
	}
	name := "pkg:golang/" + strings.Join(parts, "/")
	if version == "" {
		return name
	}
	return name + "@" + url.QueryEscape(version)
}
