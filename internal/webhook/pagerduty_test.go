package webhook_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"stopdesktops/internal/core"
	"stopdesktops/internal/webhook"
)

var pagerDutyKit = kit{
	name: webhook.SchemePagerDuty, secrets: macSecrets,
	make: func(keys []webhook.Key) (webhook.Scheme, error) { return webhook.NewPagerDuty(keys) },
	sign: func(secret core.Secret, _ string, _ time.Time, body []byte) http.Header {
		return pagerDutyHeader("v1=" + hexMAC(secret, string(body)))
	},
	proof: "X-PagerDuty-Signature", headers: []string{"X-PagerDuty-Signature"}, coversBody: true,
}

func pagerDutyHeader(value string) http.Header {
	h := http.Header{}
	h.Set("X-PagerDuty-Signature", value)
	return h
}

// TestPagerDutyVector is the vector with which PagerDuty's own Go client
// (webhookv3) tests itself.
func TestPagerDutyVector(t *testing.T) {
	body, err := os.ReadFile("testdata/pagerduty.json")
	if err != nil {
		t.Fatal(err)
	}
	s := pagerDutyKit.scheme(t, webhook.Key{Sender: "alice", Secret: "lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK"})
	pagerDutyKit.accepts(t, s, now, pagerDutyHeader("v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd"), body)
	pagerDutyKit.refuses(t, s, now, pagerDutyHeader("v1=7020c8a7ec668a9b7012bc3dd82e483394b038f4230acc6785efbf2a7d8bcaf5"), body)
	// The example of PagerDuty's page: two signatures, of nobody here.
	pagerDutyKit.refuses(t, s, now, pagerDutyHeader("v1=f03de6f61df6e454f3620c4d6aca17ad072d3f8bbb2760eac3b2ad391b5e8073,v1=130dcacb53a94d983a37cf2acba98e805a1c37185309ba56fdcccbcf00d6dd8b"), body)
}

func TestPagerDutyList(t *testing.T) {
	good, old := "v1="+hexMAC(macSecrets[0], string(body)), "v1="+hexMAC(macSecrets[3], string(body))
	var many []string
	for i := range 15 {
		many = append(many, "v1="+hexMAC(macSecrets[1], string(rune(i))))
	}
	s := pagerDutyKit.scheme(t, webhook.Key{Sender: "alice", Secret: macSecrets[0]})
	for value, ok := range map[string]bool{
		good: true, good + "," + old: true, old + "," + good: true, old: false,
		"v2=abc," + good: true, good + ",v12=A+/=": true, "v2=" + good[3:]: false, "v2=abc": false,
		good + ", " + old: false, good + ",": false, "," + good: false, good + "," + good: false, good + ",x": false, good + ",v1=": false, good + ",v1=" + strings.ToUpper(old[3:]): false,
		"V1=" + good[3:]: false, "v1=" + strings.ToUpper(good[3:]): false,
		strings.Join(many, ",") + "," + good: true, strings.Join(many, ",") + "," + old + "," + good: false,
	} {
		pagerDutyKit.expect(t, s, now, pagerDutyHeader(value), body, ok)
	}
}

func FuzzPagerDuty(f *testing.F) {
	good := "v1=" + hexMAC(macSecrets[0], string(body))
	for _, seed := range []string{good, "v2=a," + good, good + "," + good, good + ",", "v1=,v1="} {
		f.Add(seed, body)
	}
	s, err := pagerDutyKit.make([]webhook.Key{{Sender: "alice", Secret: macSecrets[0]}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, value string, body []byte) {
		_, err := s.Verify(now, pagerDutyHeader(value), body)
		if err != nil {
			pagerDutyKit.silent(t, err)
		} else if !strings.Contains(value, "v1="+hexMAC(macSecrets[0], string(body))) {
			t.Errorf("accepted %q over %q", value, body)
		}
	})
}
