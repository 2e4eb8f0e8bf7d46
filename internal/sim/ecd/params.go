package ecd

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

type kind int

const (
	text     kind = iota
	boolean       // "true" or "false"
	number        // decimal
	textList      // Name.1, Name.2, ...
	tagList       // Name.1.Key, Name.1.Value, ...
	instant       // 2026-03-01T08:31:07Z
)

// param is one row of an operation's parameter table.
type param struct {
	name     string
	kind     kind
	required bool
	values   []string // allowed values of a text; nil: any
	min, max int      // range of a number; max: items of a list
}

// args are the parameters of a call after checking.
type args struct {
	text  map[string]string
	flag  map[string]bool
	num   map[string]int
	lists map[string][]string
	tags  map[string][]tagArg
	times map[string]time.Time
}

type tagArg struct {
	key      string
	value    string
	anyValue bool // the call gave a key only
}

func (a args) list(name string) []string { return a.lists[name] }

// flagOr returns a boolean parameter, or other when it was not given.
func (a args) flagOr(name string, other bool) bool {
	if v, ok := a.flag[name]; ok {
		return v
	}
	return other
}

func (a args) numOr(name string, other int) int {
	if v, ok := a.num[name]; ok {
		return v
	}
	return other
}

// protocolParams belong to the RPC protocol and not to an operation. Some
// clients send SignatureType and leave it empty.
var protocolParams = []string{
	"Action", "Version", "Format", "Timestamp", "AccessKeyId", "SecurityToken",
	"Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "SignatureType",
}

// parseArgs checks what a call gave against the operation's table. It refuses
// every name the table does not hold, so that a misspelt parameter is noticed
// instead of doing nothing.
func parseArgs(op operation, given url.Values, rpc bool) (args, *apiError) {
	a := args{
		text: map[string]string{}, flag: map[string]bool{}, num: map[string]int{},
		lists: map[string][]string{}, tags: map[string][]tagArg{}, times: map[string]time.Time{},
	}
	left := map[string]string{}
	for name, values := range given {
		if len(values) != 1 {
			return a, invalid("Parameter %s occurs more than once.", name)
		}
		if name == "Format" && !strings.EqualFold(values[0], "json") {
			return a, invalid("Format %q is not supported here, want json.", values[0])
		}
		// With ACS3 the protocol's own parameters travel in headers, all but
		// Format.
		if slices.Contains(protocolParams, name) && (rpc || name == "Format") {
			continue
		}
		left[name] = values[0]
	}
	for _, p := range op.params {
		var err *apiError
		switch p.kind {
		case textList:
			err = p.takeList(left, &a)
		case tagList:
			err = p.takeTags(left, &a)
		default:
			err = p.takeOne(left, &a)
		}
		if err != nil {
			return a, err
		}
	}
	for name := range left {
		return a, invalid("The specified parameter %s is not valid: %s %s does not have it.", name, op.name, op.version)
	}
	return a, nil
}

func missing(name string) *apiError {
	return &apiError{code: "Missing" + name, status: http.StatusBadRequest, message: name + " is mandatory for this action."}
}

func (p param) takeOne(left map[string]string, a *args) *apiError {
	value, ok := left[p.name]
	delete(left, p.name)
	if value == "" && p.required {
		return missing(p.name)
	}
	if !ok {
		return nil
	}
	switch p.kind {
	case boolean:
		if value != "true" && value != "false" {
			return invalid("The specified parameter %s is not valid: want true or false.", p.name)
		}
		a.flag[p.name] = value == "true"
	case number:
		n, err := strconv.Atoi(value)
		if err != nil || n < p.min || n > p.max {
			return invalid("The specified parameter %s is not valid: want a number from %d to %d.", p.name, p.min, p.max)
		}
		a.num[p.name] = n
	case instant:
		t, err := time.Parse(secondForm, value)
		if err != nil {
			return invalid("The specified parameter %s is not valid: want a time such as 2026-03-01T08:31:07Z.", p.name)
		}
		a.times[p.name] = t
	default:
		if p.values != nil && !slices.Contains(p.values, value) {
			return invalid("The specified parameter %s is not valid: want one of %s.", p.name, strings.Join(p.values, ", "))
		}
		a.text[p.name] = value
	}
	return nil
}

// takeList collects Name.1 to Name.N. Numbering that starts elsewhere or has a
// gap leaves a name over, which is then refused as unknown.
func (p param) takeList(left map[string]string, a *args) *apiError {
	var items []string
	for i := 1; ; i++ {
		name := p.name + "." + strconv.Itoa(i)
		value, ok := left[name]
		if !ok {
			break
		}
		delete(left, name)
		if value == "" {
			return missing(p.name)
		}
		items = append(items, value)
	}
	if len(items) == 0 {
		if p.required {
			return missing(p.name)
		}
		return nil
	}
	if p.max > 0 && len(items) > p.max {
		return tooMany(p.name, len(items), p.max)
	}
	a.lists[p.name] = items
	return nil
}

func (p param) takeTags(left map[string]string, a *args) *apiError {
	for i := 1; ; i++ {
		base := p.name + "." + strconv.Itoa(i)
		key, hasKey := left[base+".Key"]
		value, hasValue := left[base+".Value"]
		if !hasKey && !hasValue {
			break
		}
		if key == "" {
			return missing(base + ".Key")
		}
		if e := checkTag(base, key, value); e != nil {
			return e
		}
		delete(left, base+".Key")
		delete(left, base+".Value")
		a.tags[p.name] = append(a.tags[p.name], tagArg{key: key, value: value, anyValue: !hasValue})
	}
	n := len(a.tags[p.name])
	if n == 0 && p.required {
		return missing(p.name)
	}
	if n > p.max {
		return tooMany(p.name, n, p.max)
	}
	return nil
}

func tooMany(name string, got, limit int) *apiError {
	return invalid("The specified parameter %s is not valid: %d items, at most %d are allowed.", name, got, limit)
}
