package statekey

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"stopdesktops/internal/core"
)

const (
	// MinKeyBytes is the output of SHA-256: a shorter key would be the weakest
	// part of everything that is derived from it.
	MinKeyBytes = 32
	// MaxKeyBytes is far above any key that somebody makes on purpose. What is
	// longer is a file pasted by mistake.
	MaxKeyBytes = 256
	// MaxKeys bounds how many keys live at once, because a door looks up one
	// record per live key. A rotation needs two.
	MaxKeys = 4
)

// HowToMake ends every message about a bad state key.
const HowToMake = "make one with: openssl rand -base64 32"

// doorMark stands between a door's name and its key in the text of a door key.
// It is in neither base64 alphabet, so the two kinds of text never mix.
const doorMark = "."

// Parse reads the state key: one or several keys, separated by commas, each
// 32 to 256 random bytes in base64 (standard or URL alphabet, with or without
// padding). The first one makes, all are recognised. The error names every bad
// entry by its place, what is wrong and what is allowed, and nothing of the
// text itself.
func Parse(text string) (*Keys, error) {
	secrets, err := parseEntries(text, "")
	if err != nil {
		return nil, err
	}
	return newKeys(secrets), nil
}

// ParseDoor reads the key of one door, as Keys.Derived gives it. The result
// makes and recognises what belongs to that door, and nothing else.
func ParseDoor(door core.Door, text string) (*Keys, error) {
	if door.Ceiling() == 0 {
		return nil, fmt.Errorf("there is no door %q; the doors are slack, webhook, timer and terminal", door)
	}
	secrets, err := parseEntries(text, door)
	if err != nil {
		return nil, err
	}
	return newDoorKeys(door, secrets), nil
}

// ParseEither reads the state key, or the key of one door where the text has the
// mark of a door's key anywhere. It is for a function that works with either; the
// errors are those of Parse and ParseDoor.
func ParseEither(door core.Door, text string) (*Keys, error) {
	if strings.Contains(text, doorMark) {
		return ParseDoor(door, text)
	}
	return Parse(text)
}

// parseEntries reads a list of keys: of one door, or state keys where door is
// empty. It reports every bad entry at once.
func parseEntries(text string, door core.Door) ([][]byte, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fmt.Errorf("is empty; give one key, or several separated by commas; %s", wanted(door))
	}
	// One entry more than allowed is enough to say that there are too many.
	entries := strings.SplitN(text, ",", MaxKeys+1)
	if len(entries) > MaxKeys {
		return nil, fmt.Errorf("has more than %d entries; keep the current key and at most %d older ones", MaxKeys, MaxKeys-1)
	}
	var secrets [][]byte
	var problems []error
	first := map[[sha256.Size]byte]int{} // hash of a key: its place
	for i, entry := range entries {
		place := i + 1
		secret, err := parseEntry(strings.TrimSpace(entry), door)
		if err == nil {
			sum := sha256.Sum256(secret)
			if same, seen := first[sum]; seen {
				err = fmt.Errorf("is the same key as entry %d; give each key once", same)
			} else {
				first[sum] = place
			}
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("entry %d of %d %w", place, len(entries), err))
			continue
		}
		secrets = append(secrets, secret)
	}
	return secrets, errors.Join(problems...)
}

func parseEntry(entry string, door core.Door) ([]byte, error) {
	if entry == "" {
		return nil, fmt.Errorf("is empty; remove the comma, or %s", wanted(door))
	}
	mark, encoded, marked := strings.Cut(entry, doorMark)
	switch {
	case door == "" && marked && core.Door(mark).Ceiling() > 0:
		return nil, fmt.Errorf("is a key of the %s door; the whole state key is wanted here; %s", mark, HowToMake)
	case door == "":
		encoded = entry
	case !marked:
		return nil, fmt.Errorf("is no key of the %s door, which begins with %q; %s", door, string(door)+doorMark, wanted(door))
	case core.Door(mark) != door:
		return nil, fmt.Errorf("does not begin with %q; %s", string(door)+doorMark, wanted(door))
	}
	secret, err := decodeKey(encoded)
	if err != nil {
		return nil, fmt.Errorf("%w; %s", err, wanted(door))
	}
	switch n := len(secret); {
	case n < MinKeyBytes:
		return nil, fmt.Errorf("has %d bytes; a key has %d to %d; %s", n, MinKeyBytes, MaxKeyBytes, wanted(door))
	case n > MaxKeyBytes:
		return nil, fmt.Errorf("has %d bytes; a key has %d to %d; %s", n, MinKeyBytes, MaxKeyBytes, wanted(door))
	}
	if why := weakness(secret); why != "" {
		return nil, fmt.Errorf("is not random: %s; %s", why, wanted(door))
	}
	return secret, nil
}

func wanted(door core.Door) string {
	if door == "" {
		return HowToMake
	}
	return fmt.Sprintf("derive it from the state key for the %s door", door)
}

// decodeKey reads base64 in either alphabet, padded or not. It reads strictly:
// a line break in the middle or left-over bits are the trace of a bad copy.
func decodeKey(s string) ([]byte, error) {
	body := strings.TrimRight(s, "=")
	if len(s)-len(body) > 2 {
		return nil, errors.New("is not base64: it ends in more than two equal signs")
	}
	var std, url bool
	for i := range len(body) {
		switch c := body[i]; {
		case c == '+' || c == '/':
			std = true
		case c == '-' || c == '_':
			url = true
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		default:
			return nil, fmt.Errorf("is not base64: character %d does not belong to it", i+1)
		}
	}
	if std && url {
		return nil, errors.New("is not base64: it mixes the standard and the URL alphabet")
	}
	encoding := base64.RawStdEncoding
	if url {
		encoding = base64.RawURLEncoding
	}
	secret, err := encoding.Strict().DecodeString(body)
	// The decoder's own error tells a place only, and the same for every cause.
	if err != nil || len(s) != len(body) && len(s)%4 != 0 {
		return nil, errors.New("is not base64: its end is cut off or changed")
	}
	return secret, nil
}

// encodeKey is the form that decodeKey reads and that needs no quoting.
func encodeKey(secret []byte) string { return base64.RawURLEncoding.EncodeToString(secret) }
