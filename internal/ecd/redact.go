package ecd

import (
	"net/url"
	"strings"
	"unicode"
)

const (
	// textRunes is the most that an error shows: a sentence or two.
	textRunes = 300
	// fragment is the shortest piece of a secret that is looked for. The cloud
	// repeats tokens in part; shorter pieces are ordinary words.
	fragment = 8
	hidden   = "[hidden]"
)

// signedWords betray a string to sign, which holds the whole request.
var signedWords = []string{"string to sign", "stringtosign", "&%2f&", "acs3-", "x-acs-", "signature=", "hmac-sha", "accesskeysecret", "canonical"}

// safeText returns the cloud's message as it may be shown: one line, printable,
// short, and without any of the secrets, whole, in part or URL-encoded.
func safeText(message string, secrets []string) string {
	small := strings.ToLower(message)
	for _, w := range signedWords {
		if strings.Contains(small, w) {
			return "the cloud's message is not shown, because it repeats the signed request"
		}
	}
	forms := formsOf(secrets)
	// Twice, because making one line of it may join what was apart.
	message = hideWhole(oneLine(hideWhole(message, forms)), forms)
	return cut(hideFragments(message, forms))
}

// hideWhole hides every whole secret.
func hideWhole(text string, forms []string) string {
	for _, f := range forms {
		text = strings.ReplaceAll(text, f, hidden)
	}
	return text
}

// clean returns s, or nothing where s holds or is part of a secret.
func clean(s string, secrets []string) string {
	for _, f := range formsOf(secrets) {
		if s != "" && (strings.Contains(s, f) || len(s) >= fragment && strings.Contains(f, s)) {
			return ""
		}
	}
	return s
}

// formsOf returns every form in which a secret may be repeated.
func formsOf(secrets []string) []string {
	var forms []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		once := url.QueryEscape(s)
		for _, f := range []string{s, once, url.QueryEscape(once), url.PathEscape(s)} {
			if len(forms) == 0 || forms[len(forms)-1] != f {
				forms = append(forms, f)
			}
		}
	}
	return forms
}

// hideFragments hides every word that is a part of a secret.
func hideFragments(text string, forms []string) string {
	words := strings.FieldsFunc(text, notToken)
	for _, w := range words {
		w = strings.Trim(w, ".-_")
		if len(w) < fragment {
			continue
		}
		for _, f := range forms {
			if strings.Contains(f, w) {
				text = strings.ReplaceAll(text, w, hidden)
				break
			}
		}
	}
	return text
}

// notToken says whether r cannot stand in a token.
func notToken(r rune) bool {
	return !(r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("+/=_%.~-", r)))
}

// oneLine makes white space single spaces and drops what cannot be printed.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// cut shortens s to textRunes.
func cut(s string) string {
	r := []rune(s)
	if len(r) <= textRunes {
		return s
	}
	return string(r[:textRunes-1]) + "…"
}
