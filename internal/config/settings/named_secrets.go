package settings

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
)

// SecretName is what the name of a sender's secret looks like.
var SecretName = pattern.Name{Most: 64, First: "A-Z", Rest: "A-Z0-9_"}

// setNamedSecrets takes a JSON object whose members are all texts. Nothing of it is
// shown, the names neither: what stands in the wrong place may be a secret.
func setNamedSecrets(dst *map[string]core.Secret) func(string) []fault {
	return func(value string) []fault {
		found := map[string]core.Secret{}
		bad := func(what string) []fault { return []fault{{what + ", which is not shown", ""}} }
		d := json.NewDecoder(strings.NewReader(value))
		if open, err := d.Token(); err != nil || open != json.Delim('{') {
			return bad("something else than a JSON object")
		}
		for nth := 1; d.More(); nth++ {
			name, err := d.Token()
			text, ok := name.(string)
			if err != nil || !ok || !SecretName.MatchString(text) {
				return bad("something that is no name")
			}
			secret, err := d.Token()
			held, ok := secret.(string)
			switch {
			case err != nil && lineBreak(value[d.InputOffset():]):
				return []fault{{fmt.Sprintf("a line break inside the text of name %d", nth), `each text on one line; \n stands for a line break that belongs to a secret`}}
			case err != nil || !ok || strings.TrimSpace(held) == "":
				return []fault{{fmt.Sprintf("no text for name %d", nth), ""}}
			case found[text] != "":
				return []fault{{fmt.Sprintf("name %d a second time", nth), ""}}
			}
			found[text] = core.Secret(held)
		}
		if _, err := d.Token(); err != nil {
			return bad("a JSON object that does not end")
		}
		if _, err := d.Token(); err != io.EOF {
			return bad("more than one JSON object")
		}
		*dst = found
		return nil
	}
}

// lineBreak says whether the text that comes next is broken by the end of a line, as
// a shell or an editor breaks a long value. JSON has none inside a text.
func lineBreak(rest string) bool {
	rest, isText := strings.CutPrefix(strings.TrimLeft(rest, ": \t\r\n"), `"`)
	for i := 0; isText && i < len(rest); i++ {
		switch rest[i] {
		case '\n', '\r':
			return true
		case '"':
			return false
		case '\\':
			i++ // it takes the next one with it
		}
	}
	return false
}
