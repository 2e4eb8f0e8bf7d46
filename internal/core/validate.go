package core

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

	"stopdesktops/internal/pattern"
)

// desktopShape is the shape of a cloud computer's id, as in ecd-7w78ozhjcwa3u.
// The vendor publishes no length; 64 is far above every id seen.
var desktopShape = pattern.Name{Prefix: "ecd-", Most: 64, Rest: "a-z0-9"}

// foundRunes is how much of a wrong value an error shows: enough to recognise
// it, too little to fill a log.
const foundRunes = 40

// ValidRegionShape says whether s matches ^[a-z]{2,3}(-[a-z0-9]+)+$. It keeps
// what comes from outside from naming a host: the official client splices a
// region into its endpoint without looking at it. Every start asks it several
// times, and compiling the expression took longer than all the asking.
func ValidRegionShape(s string) bool {
	first, rest, _ := strings.Cut(s, "-")
	if len(first) < 2 || len(first) > 3 || strings.Trim(first, lowerCase) != "" || len(s) == len(first) {
		return false
	}
	for part := range strings.SplitSeq(rest, "-") {
		if part == "" || strings.Trim(part, lowerCase+digits) != "" {
			return false
		}
	}
	return true
}

const (
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	digits    = "0123456789"
)

// checker holds the tags of Request. It is built on first use, not at start,
// because a start should cost nothing that the event may not need.
var checker = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	match := func(tag string, ok func(string) bool) {
		if err := v.RegisterValidation(tag, func(fl validator.FieldLevel) bool { return ok(fl.Field().String()) }); err != nil {
			panic(err) // a bad tag name is a fault of this file
		}
	}
	match("region", ValidRegionShape)
	match("desktopid", desktopShape.MatchString)
	match("text", plainText)
	match("span", validSpan)
	match("budget", ValidBudget)
	match("regionorall", func(s string) bool { return s == allRegions || ValidRegionShape(s) })
	return v
})

// plainText says whether s is one line of printable text.
func plainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// Validate checks a request whole: every field, the contract it goes to, the
// regions of the deployment and the ceiling of the door. The error is an
// *Error that names every bad field at once.
func (r Rules) Validate(door Door, q Request) error {
	fields := fieldErrors(q)
	blind := r.NoLookup && r.ContractOf(q) == Client
	fields = append(fields, reachErrors(door, q, blind)...)
	fields = append(fields, r.contractErrors(q)...)
	fields = append(fields, r.regionErrors(q)...)
	if len(fields) > 0 {
		slices.SortStableFunc(fields, func(a, b FieldError) int { return fieldOrder(a.Field) - fieldOrder(b.Field) })
		return &Error{Code: Invalid, Message: "The request is not valid, so nothing was done.", Fields: fields}
	}
	if n, most := len(unique(q.DesktopId)), r.Ceiling(door); n > most {
		return Errorf(AboveCeiling, "The request names %d desktops; the most for one %s request is %d. Nothing was done; send smaller requests.", n, door, most)
	}
	return nil
}

// ValidateOwned is Validate of a request that somebody narrows later to the
// desktops of people whom only he can map to end users.
func (r Rules) ValidateOwned(door Door, q Request, owned bool) error {
	if owned {
		s := Selection{}
		if q.Select != nil {
			s = *q.Select
		}
		s.EndUserId = append(slices.Clone(s.EndUserId), "somebody")
		q.Select = &s
	}
	return r.Validate(door, q)
}

// regionErrors names every region that the deployment does not serve.
func (r Rules) regionErrors(q Request) []FieldError {
	var fields []FieldError
	check := func(field, region string) {
		if ValidRegionShape(region) && !slices.Contains(r.Regions, region) {
			fields = append(fields, FieldError{field, fmt.Sprintf("is %s; this deployment serves %s", quote(region), strings.Join(r.Regions, ", "))})
		}
	}
	check("RegionId", q.RegionId)
	if q.Select != nil {
		for i, region := range q.Select.RegionId {
			if region != allRegions {
				check(fmt.Sprintf("Select.RegionId[%d]", i), region)
			}
		}
	}
	return fields
}

// fieldErrors runs the tags of Request and puts each failure in words.
func fieldErrors(q Request) []FieldError {
	err := checker().Struct(q)
	if err == nil {
		return nil
	}
	failures, ok := err.(validator.ValidationErrors)
	if !ok {
		return []FieldError{{"", err.Error()}}
	}
	fields := make([]FieldError, 0, len(failures))
	for _, f := range failures {
		found := ""
		if s, ok := f.Value().(string); ok && s != "" {
			found = "is " + quote(s) + "; "
		}
		_, field, _ := strings.Cut(f.Namespace(), ".")
		fields = append(fields, FieldError{field, found + wanted(f)})
	}
	return fields
}

// wanted says what a tag asks for.
func wanted(f validator.FieldError) string {
	switch f.Tag() {
	case "required":
		return "is required"
	case "min":
		return "must be at least " + f.Param()
	case "span":
		return "want a duration up to 720h, such as 30m or 1h30m"
	case "budget":
		return "want a number of desktops such as 10, or a percentage such as 5%"
	case "regionorall":
		return "want a region id such as cn-hangzhou, or all"
	case "region":
		return "want a region id such as cn-hangzhou"
	case "desktopid":
		return "want a desktop id such as ecd-7w78ozhjcwa3u"
	case "oneof":
		return "want one of " + strings.ReplaceAll(f.Param(), " ", ", ")
	case "max":
		switch f.Kind() {
		case reflect.Int:
			return "must be at most " + f.Param()
		case reflect.Slice:
			return "must have at most " + f.Param() + " values"
		}
		return "must have at most " + f.Param() + " characters"
	case "printascii":
		return "must be printable ASCII"
	case "text":
		return "must be one line of printable text"
	}
	return "does not pass " + f.Tag()
}

// contractErrors names every field that belongs to the other contract.
func (r Rules) contractErrors(q Request) []FieldError {
	contract := r.ContractOf(q)
	var fields []FieldError
	v := reflect.ValueOf(q)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		of := Contract(f.Tag.Get("contract"))
		if of == "" || of == contract || v.Field(i).IsZero() {
			continue
		}
		fields = append(fields, FieldError{f.Name, foreign(of, r.Pin)})
	}
	if contract == Client && q.ClientId == "" && r.ClientId == "" {
		fields = append(fields, FieldError{"ClientId", "is required on the client contract (StopDesktops 2020-10-02)"})
	}
	return fields
}

// foreign says to which contract a refused field belongs and what to do.
func foreign(of, pin Contract) string {
	switch {
	case of == Admin && pin == Client:
		return "belongs to the admin contract (StopDesktops 2020-09-30), and this deployment uses only the client contract; leave it out"
	case of == Admin:
		return "belongs to the admin contract (StopDesktops 2020-09-30), and this request goes to the client contract because of its ClientId; leave one of them out"
	case pin == Admin:
		return "belongs to the client contract (StopDesktops 2020-10-02), and this deployment uses only the admin contract; leave it out"
	}
	return "belongs to the client contract (StopDesktops 2020-10-02); give a ClientId with it or leave it out"
}

// fieldOrder is the place of a field in Request, so that errors come in the
// order of the vendor's table.
func fieldOrder(name string) int {
	name, _, _ = strings.Cut(name, "[")
	name, _, _ = strings.Cut(name, ".")
	f, ok := reflect.TypeFor[Request]().FieldByName(name)
	if !ok {
		return -1
	}
	return f.Index[0]
}

// quote shows the beginning of a wrong value, with everything unprintable
// escaped.
func quote(s string) string {
	r := []rune(s)
	if len(r) > foundRunes {
		return fmt.Sprintf("%q and %d more characters", string(r[:foundRunes]), len(r)-foundRunes)
	}
	return fmt.Sprintf("%q", s)
}

// unique removes repeated ids and keeps the order.
func unique(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}
