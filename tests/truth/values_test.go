package truth

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// tried are values for each variable whose shape the console can check, some that
// the code takes and some that it refuses. Which is which the code says. Numbers
// and spans are tried at their bounds.
var tried = map[string][]string{
	"ECD_REGIONS":     {"cn-hangzhou", "cn-hangzhou,ap-southeast-1", "cn-hangzhou, cn-shanghai", "hangzhou", "cn-hangzhou cn-beijing", "cn-hangzhou,", "CN-Hangzhou", "cn-hangzhou/x"},
	"STATE_BUCKET":    {"my-packages", "abc", "a23456789-123456789-123456789-123456789-123456789-123456789-123", "ab", "My-packages", "-packages", "packages-", "oss://packages"},
	"STATE_KEY":       {goodKey, strings.TrimRight(goodKey, "="), goodKey + "," + otherKey, "short", goodKey[:40], goodKey + ",", "slack." + goodKey},
	"DOOR_STATE_KEY":  {"webhook." + goodKey, "webhook." + goodKey + " , webhook." + otherKey, goodKey, goodKey + "," + otherKey, goodKey + ",webhook." + otherKey, "slack." + goodKey, "webhook.short"},
	"WEBHOOK_SECRETS": {"whsec_" + goodKey, "whsec_" + goodKey + ",whsec_" + otherKey, goodKey, "whsec_", "whsec_c2hvcnQ=", "whsec_" + goodKey + ","},
	"WEBHOOK_TOKENS":  {goodToken, goodToken + "," + otherToken, "short", "with spaces in the middle of it", goodToken + ",short"},
	"SENDER_SECRETS":  {`{"TICKETS_IN": "` + otherToken + `"}`, "TICKETS_IN=" + otherToken, `["` + otherToken + `"]`, `"` + otherToken + `"`},
	"CALLBACK_HOSTS":  {"tickets.example.com", "tickets.example.com:8443,example.com", "https://tickets.example.com", "Tickets.example.com", "tickets.example.com/hook"},
	"HELP_CONTACT":    {"#it-help", "帮助台 4711", strings.Repeat("x", 200), strings.Repeat("x", 201), "#it-help\nask"},

	"SLACK_APP_ID":          {"A012ABCDE", "A012ABCDE,A0", "T012ABCDE", "a012", "A012 A013"},
	"SLACK_TEAM_IDS":        {"T012ABCD0", "T012ABCD0,T0", "A012ABCDE", "my-team"},
	"SLACK_ENTERPRISE_IDS":  {"E012ABCD0", "E012ABCD0, E0", "T012ABCD0", "my-company"},
	"SLACK_SIGNING_SECRETS": {"0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef,fedcba9876543210fedcba9876543210", "short", "0123456789abcdef 0123456789abcdef"},
	"SLACK_STATE_KEY":       {"slack." + goodKey, "slack." + goodKey + ",slack." + otherKey, goodKey, "webhook." + goodKey, "slack.short"},
	"SLACK_BOT_TOKEN":       {"xoxb-0-0-sample", "xoxp-0-0-sample", "xoxb-0 0"},
	"SLACK_API":             endpoints,
	"SLACK_HOOK_ORIGINS":    {"https://hooks.slack.com", "https://hooks.slack.com,https://hooks.example.com:8443", "hooks.slack.com", "http://hooks.slack.com", "https://hooks.slack.com/services"},

	"ECD_ENDPOINT":        append([]string{"cn-hangzhou=https://ecd.example.com", "hangzhou=https://ecd.example.com", "https://a.example.com,https://b.example.com"}, endpoints...),
	"STATE_ENDPOINT":      endpoints,
	"INVOKE_ENDPOINT":     endpoints,
	"ECD_CLIENT_ID":       {"client-1", strings.Repeat("x", 128), strings.Repeat("x", 129), "my client"},
	"ECD_ASSUME_ROLE_ARN": {"acs:ram::1234567890123456:role/stop-desktops", "acs:ram::123:role/x", "stop-desktops", "acs:ram::1234567890123456:user/alice"},
	"MAX_FAILURES":        {"0", "25", "10%", "100%", "101%", "some", "-1", "10 %"},
	"ZONE":                {"Asia/Shanghai", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+8", "Asia Shanghai", "+08:00", "/Asia"},
}

var endpoints = []string{"https://api.example.com", "https://api.example.com:8443/", "http://127.0.0.1:9000", "http://[::1]",
	"api.example.com", "http://api.example.com", "https://api.example.com/v1", "https://alice@api.example.com", "https://api.example.com?x", "https://"}

// anything are variables whose value is looked at where the function runs, and
// nowhere before: the folder is in the package.
var anything = []string{"CONFIG_DIR"}

var (
	wholeNumber = regexp.MustCompile(`^a whole number from (\d+) to (?:the compiled ceiling, )?(\d+)$`)
	spanBetween = regexp.MustCompile(`^a duration from (\S+) to (\S+), such as (\S+)$`)
)

// values compares what the form lets through with what the code takes. What the
// form alone lets through makes a stack that is green and a function that does not
// start; what it alone refuses keeps somebody from what is allowed.
func (t *tree) values(s *template) {
	known := variables()
	for name, p := range s.Parameters {
		v, found := known[p.variable()]
		if !found {
			if name == "CodeBucket" {
				t.compare(name, p, "STATE_BUCKET", tried["STATE_BUCKET"])
			}
			continue
		}
		if few := choices(v.Want); few != nil || p.Values != nil {
			t.few(name, p, few)
			continue
		}
		if takes := p.lets(""); takes != (p.Default == "") {
			t.bad(templateFile, "%s: an empty value is let through: %t, and it is the default: %t", name, takes, p.Default == "")
		}
		if m := wholeNumber.FindStringSubmatch(v.Want); m != nil {
			t.numbers(name, p, m)
			continue
		}
		values := tried[v.Name]
		if m := spanBetween.FindStringSubmatch(v.Want); m != nil {
			values = append(m[1:], "30", "1 hour", "-1s", "soon")
		}
		if values == nil && !slices.Contains(anything, v.Name) {
			t.bad(templateFile, "nobody has tried values for %s", name)
		}
		t.compare(name, p, v.Name, values)
	}
}

// few checks the choices of a parameter that takes one of a few words. The empty
// one is the default. Words that YAML 1.1 takes for something else, such as on,
// need quotation marks.
func (t *tree) few(name string, p parameter, choices []string) {
	var values []string
	for _, v := range p.Values {
		if slices.Contains([]string{"on", "off", "yes", "no", "y", "n", "true", "false", "null"}, strings.ToLower(v.Value)) && v.Style == 0 {
			t.bad(templateFile, "%s: the choice %s needs quotation marks, or it is a truth value", name, v.Value)
		}
		values = append(values, v.Value)
	}
	t.compareSets(templateFile, "choice of "+name+":", values, append([]string{""}, choices...))
}

// numbers tries whole numbers around the bounds and wherever a digit is added.
func (t *tree) numbers(name string, p parameter, bounds []string) {
	least, _ := strconv.Atoi(bounds[1])
	most, _ := strconv.Atoi(bounds[2])
	for _, n := range []int{-1, 0, 1, 2, 9, 10, 11, 19, 20, 21, 29, 30, 33, 99, 100, 101, 499, 999, 1001, 9999, 10000, 19999, 100000, least, most - 1, most, most + 1, 10 * most} {
		if allowed := least <= n && n <= most; p.lets(strconv.Itoa(n)) != allowed {
			t.bad(templateFile, "%s: %d is let through: %t, and the code allows it: %t", name, n, !allowed, allowed)
		}
	}
	if p.lets("many") || p.lets("1.5") {
		t.bad(templateFile, "%s lets through what is no whole number", name)
	}
}

// compare tries values on the form and on the code. A list on which the code says
// the same of all proves nothing.
func (t *tree) compare(name string, p parameter, variable string, values []string) {
	verdicts := map[bool]bool{}
	for _, value := range values {
		taken := takes(variable, value)
		verdicts[taken] = true
		if p.lets(value) != taken {
			t.bad(templateFile, "%s: %q is let through: %t, and the code takes it: %t", name, value, !taken, taken)
		}
	}
	if len(values) > 0 && len(verdicts) < 2 {
		t.bad(templateFile, "the values that are tried for %s are all taken or all refused", name)
	}
}

// lets says whether the form lets a value through. The service matches a pattern
// against the whole value.
func (p parameter) lets(value string) bool {
	n := utf8.RuneCountInString(value)
	if n < p.MinLength || p.MaxLength > 0 && n > p.MaxLength {
		return false
	}
	if p.Pattern == "" {
		return true
	}
	whole, known := compiled.Load(p.Pattern)
	if !known {
		expression, err := regexp.Compile(`\A(?:` + p.Pattern + `)\z`)
		if err != nil {
			return false
		}
		whole, _ = compiled.LoadOrStore(p.Pattern, expression)
	}
	return whole.(*regexp.Regexp).MatchString(value)
}

// compiled remembers patterns: every seed tries the same ones.
var compiled sync.Map

// upload is a package on its way into a bucket: file, bucket and object.
var upload = regexp.MustCompile(`oss cp dist/(\S+) oss://([^/\s]+)/(\S+)`)

// packages checks that the form takes the names under which docs/deploy.md uploads
// the packages, and offers no other name, under which nothing lies.
func (t *tree) packages(s *template) {
	const page = "docs/deploy.md"
	want := map[string]string{} // by file: the parameter with its object's name
	for _, r := range s.Resources {
		if p := properties(r.Properties); r.Type == "ALIYUN::FC3::Function" && p.text("FunctionName") != "stopdesktops-door" {
			want[p.text("FunctionName")+".zip"] = reference(p.under("Code")["OssObjectName"])
		}
	}
	var uploaded []string
	for _, m := range upload.FindAllStringSubmatch(t.read(page), -1) {
		file, bucket, object := m[1], m[2], m[3]
		uploaded = append(uploaded, file)
		p := s.Parameters[want[file]]
		if !s.Parameters["CodeBucket"].lets(bucket) || !p.lets(object) {
			t.bad(page, "uploads %s as %s to %s, which %s does not let through", file, object, bucket, templateFile)
		}
		if p.Default != nil && p.Default != "" && p.Default != object {
			t.bad(templateFile, "the default of %s is %v, and %s uploads %s", want[file], p.Default, page, object)
		}
		for _, other := range []string{"oss://packages/" + object, "/" + object, "stop desktops.zip"} {
			if p.lets(other) {
				t.bad(templateFile, "%s lets through %q, which names no object", want[file], other)
			}
		}
	}
	t.compareSets(page, "upload of", uploaded, slices.Sorted(maps.Keys(want)))
}
