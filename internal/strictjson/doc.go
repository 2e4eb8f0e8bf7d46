// Package strictjson decodes one JSON object into a struct and reports every
// problem at once, so that whoever wrote the object mends it in one go.
//
// encoding/json is forgiving where a request to stop machines must not be: it
// matches names without regard to case, takes the last of two equal names,
// reads null as nothing and stops at the first error. Here a name must be
// exactly that of the json tag, and each of those is a problem with a name.
package strictjson
