package strictjson

import (
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// MaxEcho is how many runes of a value a problem quotes: enough to find it.
	MaxEcho = 40

	// maxFieldName is how many bytes of an unknown name are shown and compared.
	maxFieldName = 64
)

// echo quotes the beginning of a text, with everything that does not print
// escaped, so that nobody writes into a log or a terminal through an error.
func echo(text string) string {
	n, more := 0, ""
	for i := range text {
		if n == MaxEcho {
			text, more = text[:i], "..."
			break
		}
		n++
	}
	return strconv.Quote(text) + more
}

// echoRaw quotes a scalar of a well-formed document.
func echoRaw(raw jsontext.Value) string {
	if raw.Kind() != '"' {
		return echo(string(raw))
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return `""`
	}
	return echo(string(text))
}

// join names a member of an object. A name that somebody sent is shortened and
// escaped, because it goes into an answer.
func join(path, name string) string {
	if len(name) > maxFieldName {
		cut := maxFieldName
		for !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + "..."
	}
	quoted := strconv.Quote(name)
	if name != "" {
		name = quoted[1 : len(quoted)-1]
	} else {
		name = quoted // A name without letters would leave the problem without a place.
	}
	if path == "" {
		return name
	}
	return path + "." + name
}
