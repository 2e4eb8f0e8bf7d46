// Package statekey derives everything that must not be guessed or forged from
// one secret of the deployment, STATE_KEY: run ids, fingerprints of requests,
// sealed text in records and the signatures of buttons.
//
// Every door has a key of its own, derived from the state key, and whatever
// belongs to a door comes from that key alone. A function that faces one door
// is given that key only (ParseDoor or ParseEither, the text from Keys.Derived): it
// agrees with the whole on everything of its door and can make nothing for
// another.
//
// Several keys may live at once. The first makes, all of them recognise, so a
// key is rotated by putting the new one in front and taking the old one out
// when its records are gone.
//
// Reading order: parse.go, weak.go, ring.go, keys.go, door.go.
package statekey
