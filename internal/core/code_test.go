package core

import "testing"

func TestEveryCodeHasAKindAndAMeaning(t *testing.T) {
	for _, c := range Codes() {
		switch c.Kind() {
		case KindDone, KindSkipped, KindFailed:
		default:
			t.Errorf("%s is of kind %q", c, c.Kind())
		}
		if c.Meaning() == "" {
			t.Errorf("%s has no meaning", c)
		}
	}
	if Code("stopped?").Valid() {
		t.Error("an unheard-of code is valid")
	}
}
